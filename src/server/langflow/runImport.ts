import type { FlowRunRecord } from "../platform/call.ts";
import { inParallel } from "../platform/inParallel.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import type { LangflowHttp } from "./client/http.ts";
import { isBelow } from "./client/version.ts";
import { firstWithTraces, listRuns, traceUsage } from "./client/traces.ts";
import type { TracedRun } from "./client/traces.ts";
import type { Connection } from "./connection.ts";
import { usageOfTrace } from "./running/runUsage.ts";
import { whileConnected } from "./whileConnected.ts";

/** Runs that others start, on the canvas, by the API or on a schedule, as the ledger gets them from Langflow's traces. */
export interface RunImport {
  /** Reads the runs that ended since the last time. */
  refresh(): Promise<void>;
  dispose(): void;
}

/** What the ledger knows of traces. */
export interface KnownRuns {
  /** Those that are neither in the ledger nor runs of ours. */
  unrecorded(traces: readonly TracedRun[]): Promise<readonly TracedRun[]>;
  /** When the newest run that others started on a server began. */
  lastOfOthers(server: string): Promise<Date | undefined>;
}

export interface RunImportDeps {
  readonly connection: Pick<Connection, "tryUse" | "onStatus">;
  readonly knownRuns: KnownRuns;
  recordRun(run: FlowRunRecord): Promise<void>;
  readonly log: Logger;
  now(): Date;
}

const dayMs = 86_400_000;
/** How far back a server's runs are read that has none in the ledger. */
const firstMs = 30 * dayMs;
/** A trace is written when its run ends, so an older one can come later: by this much at most while we look on. */
const overlapMs = 10 * 60_000;
/** The same for long runs, which are looked for at the start and every hour. */
const longOverlapMs = dayMs;
const longEveryMs = 3_600_000;
const everyMs = 30_000;
const requestMs = 30_000;
/** Of a month of runs, the first time. */
const listMs = 5 * 60_000;

export function createRunImport({ connection, knownRuns, recordRun, log, now }: RunImportDeps): RunImport {
  let reading: Promise<void> | undefined;
  /** Of the server that was read last. */
  let lastLong: { readonly server: string; readonly at: number } | undefined;
  /**
   * When the newest run that this connection has shown began, ours too, by Langflow's clock. Where nobody else runs flows the
   * ledger knows no time to go on from, and a month of our own runs would be read each time.
   */
  let newest: { readonly http: LangflowHttp; readonly at: number } | undefined;

  async function read(): Promise<void> {
    const link = connection.tryUse();
    if (!link || isBelow(link.version, firstWithTraces)) return;
    const { http } = link;
    const server = http.base;
    const isLong = lastLong?.server !== server || now().getTime() - lastLong.at >= longEveryMs;
    const startedAt = now().getTime();
    const last = await knownRuns.lastOfOthers(server);
    const oldest = startedAt - firstMs;
    const readTo = Math.max(last?.getTime() ?? oldest, newest?.http === http ? newest.at : oldest);
    const since = Math.max(oldest, readTo - (isLong ? longOverlapMs : overlapMs));
    const runs = await listRuns(http, new Date(since), AbortSignal.timeout(listMs));
    if (!runs) return;
    // The oldest first: what is left after a failure is read the next time.
    const missing = [...(await knownRuns.unrecorded(runs))].sort((a, b) => +a.startedAt - +b.startedAt);
    await inParallel(missing, (run) => record(http, run));
    if (isLong) lastLong = { server, at: startedAt };
    newest = { http, at: runs.reduce((at, run) => Math.max(at, run.startedAt.getTime()), readTo) };
    if (missing.length > 0) log.info("langflow.runsOfOthers", { runs: missing.length });
  }

  async function record(http: LangflowHttp, run: TracedRun): Promise<void> {
    const used = await traceUsage(http, run.traceId, AbortSignal.timeout(requestMs));
    // It was deleted meanwhile.
    if (!used) return;
    const { traceId, sessionId, flowId, flowName, startedAt, durationMs, failed } = run;
    await recordRun({
      ...{
        id: traceId,
        traceId,
        sessionOfOther: sessionId,
        flowId,
        flowName,
        server: http.base,
        startedAt,
        durationMs,
      },
      outcome: failed ? "failed" : "ok",
      usage: usageOfTrace(used),
    });
  }

  async function refresh(): Promise<void> {
    reading ??= read()
      .catch((error: unknown) => {
        // Langflow may just have ended; the next time reads it all.
        log.warn("langflow.runsOfOthers", describeError(error));
      })
      .finally(() => (reading = undefined));
    await reading;
  }

  const watching = whileConnected(connection, everyMs, () => void refresh());

  return {
    refresh,
    dispose: watching.dispose,
  };
}
