import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Activity } from "../../protocol/status.ts";
import type { Database } from "../storage/database.ts";
import type { CallWrite, LedgerFailure, LedgerReply, LedgerRequest } from "./messages.ts";
import { callActivity, recentActivity, summarize } from "./report.ts";
import type { RowSource } from "./report.ts";
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
  describe(error: unknown): LedgerFailure;
  reply(message: LedgerReply): void;
}

export interface LedgerHost {
  handle(request: LedgerRequest): void;
  /** Opens the store and loads the token tables before the first call needs them; says when that fails. */
  warmUp(): Promise<void>;
}

interface OpenLedger {
  readonly opened: LedgerStore;
  readonly writer: LedgerWriter;
}

type Write = Extract<LedgerRequest, { kind: "write" }>;
type Counting = CallWrite & { readonly model: string };

/** Tokens of calls are written this much later, many in one commit. */
const tokenDelayMs = 200;
/** Texts waiting to be counted contain at most this much; calls beyond it stay uncounted. */
const maxWaitingChars = 32 * 1024 * 1024;
const sliceChars = 64 * 1024;
const upToDate = "SELECT name FROM pragma_table_info('runs') WHERE name = 'tenant'";

/**
 * The ledger's side in its worker. Whatever came in since the last commit goes into one commit, so a sync of the disk
 * is shared by all calls that wait for it; tokens are counted after the row is acknowledged.
 */
export function createLedgerHost(deps: HostDeps): LedgerHost {
  let store: OpenLedger | undefined;
  let opening: Promise<OpenLedger> | undefined;
  let queue: Write[] = [];
  let isFlushing = false;
  let flushing = Promise.resolve();
  const waiting: Counting[] = [];
  let waitingChars = 0;
  let isCounting = false;
  let counting = Promise.resolve();
  let charsInTurn = 0;
  let pending: Activity[] = [];
  let tokens: CallTokens[] = [];
  let closing = false;

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
    deps.reply({ kind: "opened", engine: opened.engine });
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
    const [batch, counted] = [queue, tokens];
    [queue, tokens] = [[], []];
    const ids = batch.map((write) => write.id);
    try {
      const { writer } = await ready();
      writer.write({
        calls: batch.flatMap(({ call }) => (call ? [call.row] : [])),
        runs: batch.flatMap(({ run }) => (run ? [run] : [])),
        tokens: counted,
      });
    } catch (error) {
      // Opened again for the next attempt: a disk that came back, a file that was moved away.
      drop();
      deps.reply({ kind: "failed", ids, error: deps.describe(error) });
      return;
    }
    deps.reply({ kind: "written", ids });
    for (const { call, model } of batch) if (call) countLater({ ...call, model });
  }

  function countLater(call: Counting): void {
    const { row, inputText, outputText, model } = call;
    const size = (inputText?.length ?? 0) + (outputText?.length ?? 0);
    if (inputText === undefined || outputText === undefined || waitingChars + size > maxWaitingChars) {
      deps.reply({ kind: "counted", activities: [callActivity(row, undefined, model)] });
      return;
    }
    waiting.push(call);
    waitingChars += size;
    if (!isCounting) counting = countWaiting();
  }

  async function countWaiting(): Promise<void> {
    isCounting = true;
    // The flag falls in the same turn as the last look into the queue: nothing can come in between.
    while (waiting.length > 0) {
      for (let call = waiting.shift(); call; call = waiting.shift()) {
        const { row, inputText = "", outputText = "", model } = call;
        const [input, output] = [await count(inputText), await count(outputText)];
        waitingChars -= inputText.length + outputText.length;
        tokens.push({ id: row.id, input, output });
        pending.push(callActivity(row, { input, output }, model));
      }
      reportCounted();
      if (!closing) await sleep(tokenDelayMs);
      await flush();
    }
    isCounting = false;
  }

  /** A turn for every slice's worth of text: rows that come in meanwhile do not wait for a large one, or for many. */
  async function count(text: string): Promise<number> {
    let sum = 0;
    for (let at = 0; at < text.length; at += sliceChars) {
      const slice = text.slice(at, at + sliceChars);
      sum += await deps.countTokens(slice);
      charsInTurn += slice.length;
      if (charsInTurn < sliceChars) continue;
      charsInTurn = 0;
      reportCounted();
      await nextTurn();
    }
    return sum;
  }

  function reportCounted(): void {
    if (pending.length > 0) deps.reply({ kind: "counted", activities: pending });
    pending = [];
  }

  async function read<T>(work: (sources: readonly RowSource[]) => T): Promise<T> {
    const { opened } = await ready();
    const all = await opened.others();
    try {
      // A process that has just opened its file may not have brought the tables up to date yet.
      const others = all.filter((other) => other.all(upToDate).length > 0);
      return work([{ all: (sql, ...params) => opened.database.prepare(sql).all(...params) }, ...others]);
    } finally {
      for (const other of all) other.close();
    }
  }

  async function answer(request: Exclude<LedgerRequest, Write>): Promise<LedgerReply> {
    const { id, model } = request;
    switch (request.kind) {
      case "recent": {
        const { tenant, limit } = request;
        const value = await read((sources) => recentActivity({ sources, tenant, limit, model }));
        return { kind: "recent", id, value };
      }
      case "summary": {
        const { tenant } = request;
        const since = new Date(request.since);
        const value = await read((sources) => summarize({ sources, tenant, since, model }));
        return { kind: "summary", id, value };
      }
      case "close":
        closing = true;
        await flush();
        await counting;
        await flush();
        drop();
        return { kind: "closed", id };
    }
  }

  return {
    async warmUp() {
      try {
        await ready();
      } catch (error) {
        deps.reply({ kind: "failed", ids: [], error: deps.describe(error) });
      }
      await deps.countTokens("");
    },
    handle(request) {
      if (request.kind === "write") {
        queue.push(request);
        void flush();
        return;
      }
      answer(request).then(deps.reply, (error: unknown) => {
        deps.reply({ kind: "failed", ids: [request.id], error: deps.describe(error) });
      });
    },
  };
}
