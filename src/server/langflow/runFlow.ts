import type { RunVariables } from "../../protocol/flowRuns.ts";
import type { FlowFacts, RunResult } from "../../protocol/flows.ts";
import { ToolError } from "../platform/errors.ts";
import type { Tracing } from "../platform/tracing.ts";
import type { TraceContext } from "../../protocol/traceContext.ts";
import type { FlowRunRecord } from "../platform/call.ts";
import type { GitHead } from "../platform/gitHead.ts";
import { statusOf } from "../platform/http.ts";
import type { LangflowHttp } from "./client/http.ts";
import { FlowData } from "../flows/model.ts";
import type { FlowNode } from "../flows/model.ts";
import { createFlows } from "./client/flows.ts";
import { keyNeeded } from "./client/keyNeeded.ts";
import type { RunEvent } from "./client/runEvents.ts";
import { shortName } from "./runSpans.ts";
import { RunEnded, refusesTweaks, runFailed, runInBackground, runInStream } from "./client/runs.ts";
import type { StartRun } from "./client/runs.ts";
import { checkTweaks } from "./running/checkTweaks.ts";
import { attachFiles } from "./running/attachments.ts";
import type { LiveRunHandle, LiveRuns } from "./running/liveRuns.ts";
import { failedAt, failureIn } from "./running/failedComponent.ts";
import type { ComponentFailure } from "./running/failedComponent.ts";
import type { BegunRuns } from "./running/begunRuns.ts";
import { usageOf, usageUntilEnd } from "./running/runUsage.ts";
import type { Used } from "./running/runUsage.ts";
import { streamedText } from "./running/streamedText.ts";
import type { BegunRun, RunEnd } from "./running/runState.ts";
import type { FoundByRun, RunRecorder } from "./runRecorder.ts";
import { nameRun, withoutName } from "./runName.ts";
import type { RunName } from "./runName.ts";

export interface RunOptions {
  /** What the chat input of the flow gets; nothing when left out. */
  readonly input?: string;
  /** Goes on with a conversation; one of its own without. */
  readonly session?: string;
  /** Values of fields by node, for this run only. */
  readonly tweaks?: StartRun["tweaks"];
  /** Global variables that count for this run alone. */
  readonly variables?: RunVariables;
  /** Absolute paths of files that its chat inputs send along. */
  readonly files?: readonly string[];
  /** Runs instead of what Langflow has of the flow. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  progress(message: string): void;
  /** The answer, part by part as it comes. */
  text?(part: string): void;
  /** Wait where the run asks a person; it ends as waiting without. */
  readonly ask?: boolean;
}

export interface RunDeps {
  readonly http: LangflowHttp;
  readonly recorder: RunRecorder;
  readonly live: LiveRuns;
  readonly begun: BegunRuns;
  record(run: FlowRunRecord): Promise<void>;
  readonly tracing: Tracing;
  /** What is checked out in the workspace. */
  head(): GitHead;
  now(): Date;
}

export interface RunToStart {
  readonly flow: FlowFacts;
  readonly runId: string;
}

/** Runs a flow in Langflow, records what our tools answered to it, and writes one ledger row with any outcome. */
export function runFlow({ flow, runId }: RunToStart, options: RunOptions, deps: RunDeps): Promise<RunResult> {
  const attributes = { "lfc.run.id": runId, "langflow.flow.id": flow.id, "langflow.flow.name": shortName(flow.name) };
  return deps.tracing.span({ name: "flow run", kind: "client", attributes }, ({ context: trace }) =>
    runTraced({ flow, runId, trace }, options, deps),
  );
}

interface TracedFlow extends RunToStart {
  /** The run's span. */
  readonly trace: TraceContext;
}

async function runTraced({ flow, runId, trace }: TracedFlow, options: RunOptions, deps: RunDeps): Promise<RunResult> {
  const { http, now } = deps;
  const { signal, session = runId } = options;
  const startedAt = now();
  // Budgets of a branch count a run by where it began, however long it takes.
  const head = deps.head();
  let live: LiveRunHandle | undefined;
  let known: string | undefined;
  let nodes: readonly FlowNode[] = [];
  let failure: ComponentFailure | undefined;
  const row = (outcome: FlowRunRecord["outcome"], { usage, traceId = known }: Used) =>
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
    nodes = await nodesOf(flow.id, options, http);
    const { input = "", data, progress } = options;
    const tweaks = await tweaksOf(flow.id, nodes, options, http);
    const handle = deps.live.begin({ run: runId, flow, session, input, startedAt, components: namesOf(nodes) });
    live = handle;
    const stream = options.text && streamedText(options.text);
    const observe = (event: RunEvent) => {
      if (event.kind === "started") {
        known = event.trace;
        deps.begun.keep({ run: runId, trace: known, server: http.base, flow, session, startedAt, head });
      }
      failure = failureIn(event, failure);
      if (event.kind === "ended") options.progress(`${event.name ?? event.component} is done`);
      handle.event(event);
      stream?.(event);
    };
    const start: StartRun = {
      ...{ flowId: flow.id, sessionId: session, input, tweaks, signal, progress, observe },
      ...(data && { data }),
      ...(options.variables && { variables: options.variables }),
      ...(options.ask === true && { answer: (question) => handle.ask(question, signal) }),
    };
    const record = (name: RunName) => runRecorded({ runId, trace, start }, name, deps);
    const { finished, recorded } = await record(nameRun(nodes, runId)).catch((error: unknown) => {
      // Refused before a component ran.
      if (refusesTweaks(error) && Object.keys(tweaks).length === 0) return record(withoutName);
      throw error;
    });
    handle.end({ state: "ok" });
    const durationMs = now().getTime() - startedAt.getTime();
    const problem = problemOf(recorded);
    const findings = problem === undefined ? recorded.findings : undefined;
    const report = problem === undefined ? finished.text : `${finished.text}\n\n> ${problem}`;
    const used = await usageOf({ flow: flow.id, runId, trace, traceId: finished.traceId, deps, signal });
    await row("ok", used);
    deps.begun.forget(runId);
    return { runId, flow, report, ...(findings && { findings }), durationMs, usage: used.usage };
  } catch (thrown) {
    const error = await withComponent(thrown, failure, { nodes, http, signal });
    const outcome = signal.aborted ? "cancelled" : "failed";
    live?.end(endOf(error, outcome));
    await row(outcome, { usage: { reported: false, reason: "the run did not finish" } });
    if (isLost(error)) deps.begun.leave(runId);
    else deps.begun.forget(runId);
    // What its models used until then is in its trace, which nobody waits for.
    void usageUntilEnd({ flow: flow.id, runId, trace, traceId: known, deps }).then(
      (used) => used && row(outcome, used),
    );
    throw statusOf(error) === 403 ? needsKey(http.base) : error;
  }
}

/** The values that a run sets, and its files. */
export async function tweaksOf(
  flowId: string,
  nodes: readonly FlowNode[],
  { tweaks = {}, files = [], signal }: Pick<RunOptions, "tweaks" | "files" | "signal">,
  http: LangflowHttp,
): Promise<StartRun["tweaks"]> {
  if (nodes.length > 0) checkTweaks(tweaks, nodes);
  return merged(tweaks, await attachFiles(http, { flowId, nodes, files, signal }));
}

export async function nodesOf(
  id: string,
  { data, signal }: Pick<RunOptions, "data" | "signal">,
  http: LangflowHttp,
): Promise<readonly FlowNode[]> {
  if (data) return FlowData.parse(data).nodes;
  return (await createFlows(http).get(id, signal))?.data?.nodes ?? [];
}

export function namesOf(nodes: readonly FlowNode[]): BegunRun["components"] {
  return nodes
    .filter(({ data }) => data.type !== "note")
    .map(({ id, data: { node, type } }) => ({ id, name: nameOf(node?.["display_name"]) ?? type ?? id }));
}

function nameOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Says which component failed, and in which line. */
async function withComponent(
  error: unknown,
  failure: ComponentFailure | undefined,
  asked: { readonly nodes: readonly FlowNode[]; readonly http: LangflowHttp; readonly signal: AbortSignal },
): Promise<unknown> {
  if (!failure || !(error instanceof RunEnded) || error.state !== "failed") return error;
  return runFailed(error.detail, await failedAt(failure, asked));
}

/** It may go on in Langflow. */
export function isLost(error: unknown): boolean {
  return error instanceof RunEnded && error.state === "lost";
}

export function endOf(error: unknown, outcome: "cancelled" | "failed"): RunEnd {
  const isCancelled = error instanceof ToolError && error.code === "CANCELLED";
  if (outcome === "cancelled" || isCancelled) return { state: "cancelled" };
  const said = error instanceof ToolError ? error.message : "The run failed for a reason that is not known.";
  return { state: error instanceof RunEnded ? error.state : "failed", error: said };
}

interface RecordedStart extends Pick<TracedFlow, "runId" | "trace"> {
  readonly start: StartRun;
}

async function runRecorded({ runId, trace, start }: RecordedStart, { tweaks: naming, named }: RunName, deps: RunDeps) {
  const { http, recorder, now } = deps;
  const recording = await recorder.start({ id: runId, startedAt: now(), named, trace });
  try {
    const run = { ...start, tweaks: merged(start.tweaks, naming) };
    // A run in the background takes no variables.
    const background = start.variables ? undefined : await runInBackground(http, run);
    const finished = background ?? (await runInStream(http, run));
    return { finished, recorded: await recording.stop() };
  } finally {
    await recording.stop();
  }
}

function merged(tweaks: StartRun["tweaks"], naming: StartRun["tweaks"]): StartRun["tweaks"] {
  const ids = new Set([...Object.keys(tweaks), ...Object.keys(naming)]);
  return Object.fromEntries([...ids].map((id) => [id, { ...tweaks[id], ...naming[id] }]));
}

/** Why the findings of a run are not listed, if so. */
function problemOf({ ambiguous, lost }: FoundByRun): string | undefined {
  if (ambiguous)
    return "The findings of this run are not listed: another flow ran at the same time, and Langflow does not say which of the two called a tool. Run the flows one after the other.";
  if (lost === true)
    return "The findings of this run are not listed: the window or server that Langflow calls for this workspace ended during the run. Run the flow again.";
  return undefined;
}

function needsKey(base: string): ToolError {
  return new ToolError(keyNeeded.code, `Langflow at ${base} runs flows only with an API key.`, keyNeeded.remedy);
}
