import { setImmediate as nextTurn } from "node:timers/promises";
import { forget, forgetExpired, recall, remember, replace } from "../memory/rows.ts";
import { ToolError } from "../platform/errors.ts";
import type { Database, SqlValue } from "../storage/database.ts";
import { anomalies } from "./anomalies.ts";
import { createCallCounter } from "./callCounter.ts";
import type { AnswerHash } from "./answerHash.ts";
import { costForecast } from "./costForecast.ts";
import { costReport } from "./costReport.ts";
import { ledgerEntry } from "./entry.ts";
import type { LedgerEvent, LedgerFailure, LedgerMethods, RowWrite } from "./messages.ts";
import { forgetRows } from "./retention.ts";
import { estimate } from "./estimate.ts";
import { compareLists, countModels, newList } from "./priceList.ts";
import { listFacts, listProviders, useOwnPrices } from "./prices.ts";
import { optimize } from "./optimize/optimize.ts";
import type { PriceStore } from "./priceStore.ts";
import { recentActivity, storedRun, summarize } from "./report.ts";
import type { RowSource } from "./report.ts";
import { runCost } from "./runCost.ts";
import { mayUseModel, spending } from "./spending.ts";
import { lastOfOthers, unrecorded } from "./tracedRuns.ts";
import { countUnknown, priceUnknown, usedPrices } from "./usedPrices.ts";
import { createLedgerWriter } from "./writer.ts";
import type { CallTokens, LedgerWriter } from "./writer.ts";

/** The store as the worker opens it; `intact` is false once the file was moved or deleted under it. */
export interface LedgerStore {
  readonly engine: "node" | "sqljs";
  readonly database: Database;
  intact(): boolean;
  others(): Promise<readonly (RowSource & { close(): void })[]>;
}

export interface HostDeps {
  readonly workspace: string;
  /** Opens the store with its schema up to date. */
  open(): Promise<LedgerStore>;
  countTokens(text: string): Promise<number>;
  openAnswerHash(): Promise<AnswerHash>;
  /** Where an updated price list is kept; the pinned one is used without. */
  readonly prices?: PriceStore;
  describe(error: unknown): LedgerFailure;
  emit(event: LedgerEvent): void;
}

/** What it answers, by the methods of the thread. */
export type LedgerAnswers = {
  readonly [M in keyof LedgerMethods]: (query: LedgerMethods[M]["query"]) => Promise<LedgerMethods[M]["answer"]>;
};

export interface LedgerHost extends LedgerAnswers {
  /** Opens the store and loads the token tables before the first call needs them; says when that fails. */
  warmUp(): Promise<void>;
  /** Deletes calls and runs that began before a time; what they add up to stays. */
  forget(before: number): Promise<void>;
}

interface OpenLedger {
  readonly opened: LedgerStore;
  readonly writer: LedgerWriter;
}

interface Batch {
  readonly rows: readonly RowWrite[];
  written(): void;
  failed(error: ToolError): void;
}

const upToDate = "SELECT name FROM pragma_table_info('model_totals') WHERE name = 'output_tokens'";

/**
 * The ledger's side in its worker. Whatever came in since the last commit goes into one commit, so a sync of the disk
 * is shared by all calls that wait for it; tokens are counted after the row is acknowledged.
 */
export function createLedgerHost(deps: HostDeps): LedgerHost {
  let store: OpenLedger | undefined;
  let opening: Promise<OpenLedger> | undefined;
  let queue: Batch[] = [];
  let tokens: CallTokens[] = [];
  let isFlushing = false;
  let flushing = Promise.resolve();
  let lastWrite: Promise<unknown> = Promise.resolve();
  const counter = createCallCounter({
    countTokens: deps.countTokens,
    openAnswerHash: deps.openAnswerHash,
    report: (activities) => deps.emit({ kind: "counted", activities }),
    keep: (counted) => tokens.push(counted),
    flush,
  });

  function ready(): Promise<OpenLedger> {
    if (store && !store.opened.intact()) drop();
    if (store) return Promise.resolve(store);
    // One opening for all that ask meanwhile: two would open two files.
    opening ??= openOnce().finally(() => (opening = undefined));
    return opening;
  }

  async function openOnce(): Promise<OpenLedger> {
    const opened = await deps.open();
    store = { opened, writer: createLedgerWriter(opened.database, deps.workspace) };
    deps.emit({ kind: "opened", engine: opened.engine });
    return store;
  }

  function drop(): void {
    try {
      store?.opened.database.close();
    } catch {
      // It failed before; a new one is opened instead of it.
    }
    store = undefined;
  }

  function flush(): Promise<void> {
    if (!isFlushing) flushing = commitAll();
    return flushing;
  }

  async function commitAll(): Promise<void> {
    isFlushing = true;
    // Not a promise that is set and cleared: an empty loop would clear it before it is set.
    while (queue.length > 0 || tokens.length > 0) {
      await nextTurn();
      await commit();
    }
    isFlushing = false;
  }

  async function commit(): Promise<void> {
    const [batches, counted] = [queue, tokens];
    [queue, tokens] = [[], []];
    const rows = batches.flatMap((batch) => batch.rows);
    try {
      const { writer } = await ready();
      writer.write({
        calls: rows.flatMap(({ call }) => (call ? [call.row] : [])),
        runs: rows.flatMap(({ run }) => (run ? [run] : [])),
        modelCalls: rows.flatMap(({ modelCall }) => (modelCall ? [modelCall] : [])),
        listings: rows.flatMap(({ listing }) => (listing ? [listing] : [])),
        tokens: counted,
      });
    } catch (error) {
      // Opened again for the next attempt: a disk that came back, a file that was moved away.
      drop();
      const failure = deps.describe(error);
      deps.emit({ kind: "failed", error: failure });
      for (const batch of batches) batch.failed(notReady(failure));
      return;
    }
    for (const batch of batches) batch.written();
    reportRuns(rows.flatMap(({ run }) => (run ? [run.id] : [])));
    for (const { call, model } of rows) if (call) counter.add(call, model);
  }

  /** With what they cost. The rows are acknowledged: what fails here fails no run. */
  function reportRuns(ids: readonly string[]): void {
    if (ids.length === 0 || !store) return;
    const { database } = store.opened;
    const own = { all: (sql: string, ...params: readonly SqlValue[]) => database.prepare(sql).all(...params) };
    try {
      const activities = [...new Set(ids)].flatMap((id) => storedRun([own], id)?.activity ?? []);
      if (activities.length > 0) deps.emit({ kind: "counted", activities });
    } catch (error) {
      deps.emit({ kind: "failed", error: deps.describe(error) });
    }
  }

  async function read<T>(work: (sources: readonly RowSource[]) => T | Promise<T>): Promise<T> {
    // A report contains every row that was recorded before it was asked for.
    await lastWrite;
    try {
      const { opened } = await ready();
      const all = await opened.others();
      try {
        // A process that has just opened its file may not have brought the tables up to date yet.
        const others = all.filter((other) => other.all(upToDate).length > 0);
        return await work([{ all: (sql, ...params) => opened.database.prepare(sql).all(...params) }, ...others]);
      } finally {
        for (const other of all) other.close();
      }
    } catch (error) {
      if (error instanceof ToolError) throw error;
      throw notReady(deps.describe(error));
    }
  }

  /** A change that is made at once, or fails: not one of the rows that are tried again. */
  async function change<T>(work: (ledger: OpenLedger) => T): Promise<T> {
    try {
      return work(await ready());
    } catch (error) {
      if (error instanceof ToolError) throw error;
      drop();
      throw notReady(deps.describe(error));
    }
  }

  return {
    async warmUp() {
      try {
        await ready();
      } catch (error) {
        deps.emit({ kind: "failed", error: deps.describe(error) });
      }
      // The first count that is needed says it when the tables cannot be read.
      await deps.countTokens("").catch(() => 0);
    },
    async forget(before) {
      try {
        const { opened } = await ready();
        forgetExpired(opened.database, Date.now());
        for (const _deleted of forgetRows(opened.database, before)) await nextTurn();
      } catch (error) {
        // Tried again the next day.
        deps.emit({ kind: "failed", error: deps.describe(error) });
      }
    },
    write(rows) {
      const written = new Promise<undefined>((resolve, reject) => {
        queue.push({ rows, written: () => resolve(undefined), failed: reject });
      });
      lastWrite = written.catch(() => undefined);
      void flush();
      return written;
    },
    useOwnPrices(prices) {
      useOwnPrices(prices);
      return Promise.resolve(undefined);
    },
    recent: (query) => read((sources) => recentActivity({ ...query, sources })),
    entry: (query) => read((sources) => ledgerEntry(sources, query)),
    summary: ({ since, ...query }) => read((sources) => summarize({ ...query, sources, since: new Date(since) })),
    cost: ({ from, to, ...query }) =>
      read((sources) => costReport({ ...query, sources, from: new Date(from), to: new Date(to) })),
    estimate: (query) => read((sources) => estimate(sources, query)),
    optimizations: (query) => read((sources) => optimize(sources, query)),
    forecast: ({ tenant, now }) => read((sources) => costForecast(sources, { tenant, now: new Date(now) })),
    anomalies: (query) => read((sources) => anomalies(sources, query)),
    prices: (query) => read((sources) => usedPrices(sources, query)),
    async updatePrices({ tenant, text, date }) {
      const before = await listProviders();
      const list = newList(text, { date, least: countModels(before) });
      const changes = compareLists(before, list.providers);
      await deps.prices?.keep(list);
      await lastWrite;
      const priced = await ready().then(
        ({ opened }) => priceUnknown(opened.database, tenant),
        (error: unknown) => {
          throw notReady(deps.describe(error));
        },
      );
      const unknownRuns = await read((sources) => countUnknown(sources, tenant));
      return { list: await listFacts(), ...changes, priced, unknownRuns };
    },
    spending: (query) => read((sources) => spending(sources, query)),
    mayUseModel: (query) => read((sources) => mayUseModel(sources, query)),
    runCost: (query) => read((sources) => runCost(sources, query)),
    unrecorded: (traces) => read((sources) => unrecorded(sources, traces)),
    lastOfOthers: (query) => read((sources) => lastOfOthers(sources, query)),
    remember: (memory) => change(({ opened }) => remember(opened.database, memory)),
    recall: (query) => read((sources) => recall(sources, query)),
    replaceMemory: (query) => read((sources) => change(({ opened }) => replace(opened.database, sources, query))),
    forgetMemory: (query) => read((sources) => change(({ opened }) => forget(opened.database, sources, query))),
    async close() {
      await flush();
      await counter.finish();
      await flush();
      drop();
      return undefined;
    },
  };
}

/** What the log gets besides may be foreign text. */
function notReady({ message, remedy }: LedgerFailure): ToolError {
  return new ToolError("NOT_READY", message, remedy);
}
