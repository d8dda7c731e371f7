import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FlowFacts, RunResult, RunUsage } from "../../protocol/flows.ts";
import { ToolError } from "../platform/errors.ts";
import type { Tracing } from "../platform/tracing.ts";
import type { TraceContext } from "../../protocol/traceContext.ts";
import type { FlowRunRecord } from "../platform/call.ts";
import type { GitHead } from "../platform/gitHead.ts";
import { statusOf } from "../platform/http.ts";
import type { LangflowHttp } from "./client/http.ts";
import { keyNeeded } from "./client/keyNeeded.ts";
import { addRunSpans, shortName } from "./runSpans.ts";
import { refusesTweaks, runInBackground, runInStream } from "./client/runs.ts";
import type { StartRun } from "./client/runs.ts";
import { listTraces, traceUsage } from "./client/traces.ts";
import type { TraceUsage } from "./client/traces.ts";
import type { FoundByRun, RunRecorder } from "./runRecorder.ts";
import { nameRun, withoutName } from "./runName.ts";
import type { RunName } from "./runName.ts";

export interface RunOptions {
  /** What the chat input of the flow gets; nothing when left out. */
  readonly input?: string;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

export interface RunDeps {
  readonly http: LangflowHttp;
  readonly recorder: RunRecorder;
  record(run: FlowRunRecord): Promise<void>;
  readonly tracing: Tracing;
  /** What is checked out in the workspace. */
  head(): GitHead;
  now(): Date;
}

/** Runs a flow in Langflow, records what our tools answered to it, and writes one ledger row with any outcome. */
export function runFlow(flow: FlowFacts, options: RunOptions, deps: RunDeps): Promise<RunResult> {
  const runId = randomUUID();
  const attributes = { "lfc.run.id": runId, "langflow.flow.id": flow.id, "langflow.flow.name": shortName(flow.name) };
  return deps.tracing.span({ name: "flow run", kind: "client", attributes }, ({ context: trace }) =>
    runTraced({ flow, runId, trace }, options, deps),
  );
}

interface TracedFlow {
  readonly flow: FlowFacts;
  readonly runId: string;
  /** The run's span. */
  readonly trace: TraceContext;
}

async function runTraced({ flow, runId, trace }: TracedFlow, options: RunOptions, deps: RunDeps): Promise<RunResult> {
  const { http, now } = deps;
  const { signal, progress, input = "" } = options;
  const startedAt = now();
  // Budgets of a branch count a run by where it began, however long it takes.
  const head = deps.head();
  const row = (outcome: FlowRunRecord["outcome"], { usage, traceId }: Used) =>
    deps.record({
      id: runId,
      flowId: flow.id,
      flowName: flow.name,
      server: http.base,
      startedAt,
      head,
      durationMs: now().getTime() - startedAt.getTime(),
      outcome,
      usage,
      ...(traceId !== undefined && { traceId }),
    });
  try {
    const name = await nameRun(http, { flowId: flow.id, runId, signal });
    const start = { flowId: flow.id, sessionId: runId, input, signal, progress, trace };
    const { finished, recorded } = await runRecorded(start, name, deps).catch((error: unknown) => {
      // Refused before a component ran.
      if (refusesTweaks(error)) return runRecorded(start, withoutName, deps);
      throw error;
    });
    const durationMs = now().getTime() - startedAt.getTime();
    const problem = problemOf(recorded);
    const findings = problem === undefined ? recorded.findings : undefined;
    const report = problem === undefined ? finished.text : `${finished.text}\n\n> ${problem}`;
    const used = await usageOf({ flow, runId, trace, traceId: finished.traceId, deps, signal });
    await row("ok", used);
    return { runId, flow, report, ...(findings && { findings }), durationMs, usage: used.usage };
  } catch (error) {
    const outcome = signal.aborted ? "cancelled" : "failed";
    await row(outcome, { usage: { reported: false, reason: "the run did not finish" } });
    // What its models used until then is in its trace, which nobody waits for.
    void usageUntilEnd({ flow, runId, trace, deps }).then((used) => used && row(outcome, used));
    throw statusOf(error) === 403 ? needsKey(http.base) : error;
  }
}

async function runRecorded(
  { trace, ...start }: Omit<StartRun, "tweaks"> & Pick<TracedFlow, "trace">,
  { tweaks, named }: RunName,
  deps: RunDeps,
) {
  const { http, recorder, now } = deps;
  const recording = await recorder.start({ id: start.sessionId, startedAt: now(), named, trace });
  try {
    const run = { ...start, tweaks };
    const finished = (await runInBackground(http, run)) ?? (await runInStream(http, run));
    return { finished, recorded: await recording.stop() };
  } finally {
    await recording.stop();
  }
}

/** Why the findings of a run are not listed, if so. */
function problemOf({ ambiguous, lost }: FoundByRun): string | undefined {
  if (ambiguous)
    return "The findings of this run are not listed: another flow ran at the same time, and Langflow does not say which of the two called a tool. Run the flows one after the other.";
  if (lost === true)
    return "The findings of this run are not listed: the window or server that Langflow calls for this workspace ended during the run. Run the flow again.";
  return undefined;
}

interface Used {
  readonly usage: RunUsage;
  readonly traceId?: string | undefined;
}

interface UsageQuery extends TracedFlow {
  readonly traceId?: string | undefined;
  readonly deps: RunDeps;
  readonly signal: AbortSignal;
}

/** Traces are written about a second after the run; they are looked for this many times, half a second apart. */
const traceAttempts = 8;

const failedTraceMs = 10_000;

const notReported: RunUsage = { reported: false, reason: "not reported by this version" };

const notSaid = "Langflow does not say what each call of a model used";

/** Of a run that failed or was cancelled; undefined where nothing of it is known. */
async function usageUntilEnd(query: Omit<UsageQuery, "signal">): Promise<Used | undefined> {
  const used = await usageOf({ ...query, signal: AbortSignal.timeout(failedTraceMs) });
  return used.usage.reported ? used : undefined;
}

export function usageOfTrace({ calls, isPartial }: Omit<TraceUsage, "spans">): RunUsage {
  return { reported: true, models: calls, ...(isPartial && { missing: notSaid }) };
}

/** From the run's trace; an older version says nothing of tokens. A run is done even when its usage can't be read. */
async function usageOf({ flow, runId, trace, traceId, deps, signal }: UsageQuery): Promise<Used> {
  try {
    for (let attempt = 0; attempt < traceAttempts; attempt++) {
      const traces = await listTraces(deps.http, flow.id, signal);
      if (!traces) return { usage: notReported, traceId };
      const found = traces.find((candidate) => candidate.id === traceId || candidate.sessionId === runId);
      const used = found && (await traceUsage(deps.http, found.id, signal));
      if (used) {
        addRunSpans(deps.tracing, trace, used.spans);
        return { usage: usageOfTrace(used), traceId: found.id };
      }
      await sleep(500, undefined, { signal });
    }
    return { usage: { reported: false, reason: "Langflow wrote no trace of the run" }, traceId };
  } catch {
    return { usage: { reported: false, reason: "the trace could not be read" }, traceId };
  }
}

function needsKey(base: string): ToolError {
  return new ToolError(keyNeeded.code, `Langflow at ${base} runs flows only with an API key.`, keyNeeded.remedy);
}
