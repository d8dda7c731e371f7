import { setTimeout as sleep } from "node:timers/promises";
import type { RunUsage } from "../../../protocol/flows.ts";
import type { TraceContext } from "../../../protocol/traceContext.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { LangflowHttp } from "../client/http.ts";
import { listTraces, traceUsage } from "../client/traces.ts";
import type { TraceUsage } from "../client/traces.ts";
import { addRunSpans } from "../runSpans.ts";

/** What a run used, as far as Langflow says it. */
export interface Used {
  readonly usage: RunUsage;
  readonly traceId?: string | undefined;
  /** How long Langflow says that it took. */
  readonly ms?: number;
}

export interface UsageQuery {
  /** Id of the flow. */
  readonly flow: string;
  readonly runId: string;
  /** The run's span. */
  readonly trace: TraceContext;
  readonly traceId?: string | undefined;
  readonly deps: { readonly http: LangflowHttp; readonly tracing: Tracing };
  readonly signal: AbortSignal;
}

/** Traces are written about a second after the run; they are looked for this many times, half a second apart. */
const traceAttempts = 8;

const failedTraceMs = 10_000;

const notReported: RunUsage = { reported: false, reason: "not reported by this version" };

const notSaid = "Langflow does not say what each call of a model used";

/** Of a run that failed or was cancelled; undefined where nothing of it is known. */
export async function usageUntilEnd(query: Omit<UsageQuery, "signal">): Promise<Used | undefined> {
  const used = await usageOf({ ...query, signal: AbortSignal.timeout(failedTraceMs) });
  return used.usage.reported ? used : undefined;
}

export function usageOfTrace({ calls, isPartial }: Omit<TraceUsage, "spans">): RunUsage {
  return { reported: true, models: calls, ...(isPartial && { missing: notSaid }) };
}

/** From the run's trace; an older version says nothing of tokens. A run is done even when its usage can't be read. */
export async function usageOf({ flow, runId, trace, traceId, deps, signal }: UsageQuery): Promise<Used> {
  try {
    for (let attempt = 0; attempt < traceAttempts; attempt++) {
      const traces = await listTraces(deps.http, flow, signal);
      if (!traces) return { usage: notReported, traceId };
      const found = traces.find((candidate) => candidate.id === traceId || candidate.sessionId === runId);
      const used = found && (await traceUsage(deps.http, found.id, signal));
      if (used) {
        addRunSpans(deps.tracing, trace, used.spans);
        return { usage: usageOfTrace(used), traceId: found.id, ms: found.latencyMs };
      }
      await sleep(500, undefined, { signal });
    }
    return { usage: { reported: false, reason: "Langflow wrote no trace of the run" }, traceId };
  } catch {
    return { usage: { reported: false, reason: "the trace could not be read" }, traceId };
  }
}
