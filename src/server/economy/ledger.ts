import type { OwnPrices } from "../../protocol/ownPrices.ts";
import type { Activity } from "../../protocol/status.ts";
import type { GitHead } from "../platform/gitHead.ts";
import type { Logger } from "../platform/logger.ts";
import { createThread } from "../platform/threads/thread.ts";
import type { LedgerEvent, LedgerFailure, LedgerMethods, WorkerOptions } from "./messages.ts";
import { callActivity } from "./report.ts";
import { createProblems } from "./problems.ts";
import { createRowQueue } from "./rowQueue.ts";
import { callRow, listingRow, modelCallRow, runRow, withoutCredentials } from "./rows.ts";
import type { Ledger, LedgerStatus } from "./types.ts";

export interface LedgerDeps {
  readonly workerFile: URL;
  readonly options: WorkerOptions;
  readonly log: Logger;
  /** The model that tool calls are estimated for; empty when none is set. */
  model(): string;
  /** What is checked out in the workspace. */
  head(): GitHead;
  /** The user's own prices; none when left out. */
  ownPrices?(): OwnPrices;
}

/** A call's answer waits for its row this long at most, and then goes out all the same. */
const maxWaitMs = 5000;
const retryMs = 5000;
const closeMs = 3000;
const heapMb = 512;

/**
 * The ledger as the server sees it. Its thread writes and counts; this side keeps what is not yet on the disk, tries
 * it again, and reports it.
 */
export function createLedger(deps: LedgerDeps): Ledger & { dispose(): Promise<void> } {
  const { workerFile, options, log, model, head } = deps;
  const thread = createThread<LedgerMethods, LedgerEvent>({
    workerFile,
    name: "ledger",
    data: options,
    heapMb,
    onEvent,
    onLost({ message }, cause) {
      sentPrices = none;
      const detail = cause?.message ?? "it ended";
      onFailure({ code: "failed", message, remedy: "See the log for the cause.", detail });
    },
  });
  const rows = createRowQueue({
    send(batch) {
      sendPrices();
      return thread.call("write", batch);
    },
    onWritten,
    onKept: ({ call, model: pricedBy }) => {
      if (call) report([callActivity(call.row, undefined, pricedBy)]);
    },
    onSlow() {
      log.warn("ledger.slow", { waitedMs: maxWaitMs });
      failing(slow);
    },
    maxWaitMs,
  });
  let status: Omit<LedgerStatus, "unsaved" | "lost"> = { state: "starting", errors: 0 };
  let sentPrices: OwnPrices = none;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  const problems = createProblems();
  const activityListeners = new Set<(activity: Activity) => void>();

  function onEvent(event: LedgerEvent): void {
    switch (event.kind) {
      case "opened":
        status = { ...status, engine: event.engine, ...(status.state === "starting" && { state: "writing" }) };
        return;
      case "notice":
        log.warn("ledger.notice", { message: event.message });
        return;
      case "failed":
        onFailure(event.error);
        return;
      case "counted":
        report(event.activities);
    }
  }

  function onWritten(): void {
    const { kept } = rows.counts();
    if (status.state === "failing") log.warn("ledger.recovered", { unsaved: kept });
    const { problem: _solved, ...rest } = status;
    status = { ...rest, state: "writing" };
    rows.sendKept();
  }

  function onFailure({ code, message, remedy, detail }: LedgerFailure): void {
    log.error("ledger.failed", { code, message, detail });
    failing({ message, remedy });
    if (closed) return;
    retry ??= setTimeout(() => {
      retry = undefined;
      rows.sendKept();
    }, retryMs).unref();
  }

  function failing(problem: NonNullable<LedgerStatus["problem"]>): void {
    status = { ...status, state: "failing", problem, errors: status.errors + 1 };
  }

  function report(activities: readonly Activity[]): void {
    for (const activity of activities) for (const listener of activityListeners) listener(activity);
  }

  /** Goes after the rows that were recorded before it. */
  function ask<M extends keyof LedgerMethods>(method: M, query: LedgerMethods[M]["query"]) {
    rows.flush();
    sendPrices();
    return thread.call(method, query);
  }

  /** As the setting is now: rows are priced when they are written. A new thread has none. */
  function sendPrices(): void {
    const prices = deps.ownPrices?.() ?? none;
    if (prices === sentPrices) return;
    sentPrices = prices;
    thread.call("useOwnPrices", prices).catch(() => (sentPrices = none));
  }

  /** Everything written and counted, as far as that takes no longer than a user who quits waits. */
  async function close(): Promise<void> {
    rows.sendKept();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeMs);
    });
    await Promise.race([ask("close", undefined).catch(() => undefined), deadline]);
    clearTimeout(timer);
    const { underWay, kept } = rows.counts();
    if (underWay + kept > 0) log.error("ledger.lost", { rows: underWay + kept, problem: status.problem?.message });
    await thread.dispose();
  }

  thread.start();
  return {
    async recordCall(record) {
      if (closed) return;
      const { inputText, outputText, notSent } = record;
      problems.keep(record);
      const texts = { inputText, outputText, ...(notSent && { notSent }) };
      await rows.write({ model: model(), call: { row: callRow(record, head()), ...texts } });
    },
    async recordRun(record, principal) {
      if (closed) return;
      await rows.write({ model: model(), run: runRow(record, principal, head()) });
    },
    async recordModelCall(record, principal) {
      if (closed) return;
      await rows.write({ model: model(), modelCall: modelCallRow(record, principal, head()) });
    },
    async recordListing(record, tokens) {
      if (closed) return;
      await rows.write({ model: model(), listing: listingRow(record, tokens) });
    },
    recent: (limit, { tenant }) => ask("recent", { model: model(), tenant, limit }),
    async entry(id, { tenant }) {
      const entry = await ask("entry", { model: model(), tenant, id });
      const problem = problems.of(id);
      return entry && { ...entry, ...(problem !== undefined && { problem }) };
    },
    summary: (since, { tenant }) => ask("summary", { model: model(), tenant, since: since.getTime() }),
    cost: (query, { tenant }) => ask("cost", { ...query, tenant }),
    estimate: (query, { tenant }) => ask("estimate", { ...query, tenant }),
    optimizations: (query, { tenant }) => ask("optimizations", { ...query, tenant, model: model() }),
    forecast: (now, { tenant }) => ask("forecast", { tenant, now: now.getTime() }),
    anomalies: (now, { tenant }) => ask("anomalies", { tenant, now: now.getTime() }),
    prices: (name, { tenant }) => ask("prices", { tenant, ...(name !== undefined && { model: name }) }),
    updatePrices: (list, { tenant }) => ask("updatePrices", { ...list, tenant }),
    spending: (since, scope, { tenant }) =>
      ask("spending", { tenant, since: since.getTime(), ...(scope && { scope }) }),
    mayUseModel: ({ since, ...query }, { tenant }) => ask("mayUseModel", { ...query, tenant, since: since.getTime() }),
    runCost: (id, { tenant }) => ask("runCost", { id, tenant }),
    async unrecorded(traces) {
      const toFind = traces.map(({ traceId, sessionId, flowId, startedAt }) => ({
        traceId,
        sessionId,
        flowId,
        at: startedAt.getTime(),
      }));
      const missing = new Set(await ask("unrecorded", toFind));
      return traces.filter((_, index) => missing.has(index));
    },
    async lastOfOthers(server, { tenant }) {
      const at = await ask("lastOfOthers", { server: withoutCredentials(server), tenant });
      return at === undefined ? undefined : new Date(at);
    },
    memories: {
      remember: (memory) => ask("remember", memory),
      recall: (query) => ask("recall", query),
      replace: (query) => ask("replaceMemory", query),
      forget: (query) => ask("forgetMemory", query),
    },
    status() {
      const { kept, lost } = rows.counts();
      return { ...status, unsaved: kept, lost };
    },
    onActivity(listener) {
      activityListeners.add(listener);
      return { dispose: () => void activityListeners.delete(listener) };
    },
    async dispose() {
      if (closed) return;
      closed = true;
      clearTimeout(retry);
      await close();
    },
  };
}

const none: OwnPrices = [];

const slow = {
  message: "The ledger has not been written for 5 seconds.",
  remedy: "Check whether the disk of the data folder is busy or full.",
};
