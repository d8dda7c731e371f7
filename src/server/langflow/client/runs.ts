import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ToolError, cancelled } from "../../platform/errors.ts";
import type { RunQuestion, RunVariables } from "../../../protocol/flowRuns.ts";
import { quoted } from "../foreignText.ts";
import type { LangflowHttp } from "./http.ts";
import { runEvent } from "./runEvents.ts";
import type { RunEvent } from "./runEvents.ts";
import { HttpFailure, statusOf } from "../../platform/http.ts";

export interface StartRun {
  readonly flowId: string;
  readonly sessionId: string;
  /** What the chat input gets. */
  readonly input: string;
  /** Values of fields by node, for this run only. */
  readonly tweaks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Global variables for this run only; Langflow takes them only of a run that lives with its response. */
  readonly variables?: RunVariables;
  /** Nodes and connections that run instead of those that Langflow has. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  progress(message: string): void;
  observe(event: RunEvent): void;
  /** Gives the action that a person chose; without it, a run that asks ends as waiting. */
  answer?(question: RunQuestion): Promise<string>;
}

export interface FinishedRun {
  readonly text: string;
  /** Id of the trace when Langflow says which it is. */
  readonly traceId?: string;
}

/** Collects what a run says, in either of Langflow's two streams. */
function createCollector(observe: (event: RunEvent) => void) {
  let text = "";
  /** Where a flow only takes a message, that is all it says. */
  let input = "";
  let output: string | undefined;
  let ended = false;

  /** Gives the question that the line asks. */
  function take(line: string): RunQuestion | undefined {
    const event = runEvent(line);
    if (!event) return undefined;
    observe(event);
    if (event.kind === "asked") return event.question;
    if (event.kind === "failed") throw runFailed(event.detail);
    if (event.kind === "output") output = event.text;
    if (event.kind === "message" && event.text !== "") {
      if (event.from === "user") input = event.text;
      else text = event.text;
    }
    if (event.kind === "end") {
      ended = true;
      output = event.text ?? output;
    }
    return undefined;
  }

  return {
    take,
    ended: () => ended,
    text() {
      const said = text === "" ? input : text;
      // Langflow cuts the "output" of a background run after 6,000 characters; the message is whole.
      return said.length > (output?.length ?? 0) ? said : (output ?? said);
    },
  };
}

/** A run that began and did not come to its end: "waiting" and "lost" may go on in Langflow. */
export class RunEnded extends ToolError {
  readonly state: "failed" | "waiting" | "lost";
  /** Of one that failed, in Langflow's words. */
  readonly detail: unknown;
  constructor(
    state: RunEnded["state"],
    { code, message, remedy }: Pick<ToolError, "code" | "message" | "remedy">,
    detail?: unknown,
  ) {
    super(code, message, remedy);
    this.state = state;
    this.detail = detail;
  }
}

/** @param where The component and its line, where they are known. */
export function runFailed(detail: unknown, where?: string): RunEnded {
  const failure = {
    code: "NOT_READY",
    message: `The run failed in Langflow${where === undefined ? "" : `, in ${where}`}: ${quoted(detail)}`,
    remedy: "Open the flow in Langflow, where the failing component is marked, and run it again.",
  } as const;
  return new RunEnded("failed", failure, detail);
}

/** An answer of Langflow's own is no lost connection. */
function runLost(error: ToolError): ToolError {
  if (error instanceof RunEnded || statusOf(error) === 404) return error;
  return new RunEnded("lost", {
    code: error.code,
    message: `${error.message} The run may go on there.`,
    remedy: `${error.remedy} Its end is shown once Langflow answers again.`,
  });
}

/** Langflow can be set to accept no tweaks; it then refuses the run before it starts. */
export function refusesTweaks(error: unknown): boolean {
  return error instanceof ToolError && error.message.includes("Refused tweak keys");
}

const Started = z.object({ job_id: z.string() });
const JobState = z.object({
  status: z.string(),
  output: z.looseObject({ text: z.string().nullish() }).nullish(),
  errors: z.array(z.object({ error: z.unknown() })).nullish(),
});

/** Waits in ms before a lost event stream is opened again; the run itself goes on in Langflow. */
const reattachmentsMs = [0, 1_000, 3_000];

/**
 * A background run of `/api/v2/workflows`: its events can be read again after a lost connection, and it is stopped by
 * its id. Undefined where the version has no such route.
 */
export async function runInBackground(http: LangflowHttp, run: StartRun): Promise<FinishedRun | undefined> {
  const jobId = await startJob(http, run);
  if (jobId === undefined) return undefined;
  run.observe({ kind: "started", trace: jobId });
  try {
    return { text: await followJob(http, jobId, run), traceId: jobId };
  } catch (error) {
    if (run.signal.aborted) await stopJob(http, jobId);
    throw error;
  }
}

/** Who follows a run that has begun. */
export type RunFollower = Pick<StartRun, "signal" | "progress" | "observe" | "answer">;

/** What a run in the background says, from its first word on, whoever began it. */
export async function followJob(http: LangflowHttp, jobId: string, run: RunFollower): Promise<string> {
  const path = `/api/v2/workflows/${encodeURIComponent(jobId)}/events`;
  const answered = new Set<string>();
  let asked: RunQuestion | undefined;
  for (let attempt = 0; ; attempt++) {
    const collector = createCollector(run.observe);
    try {
      for await (const line of http.lines({ method: "GET", path, signal: run.signal })) {
        const question = collector.take(line);
        if (!question || answered.has(question.id)) continue;
        asked = question;
        break;
      }
      if (asked) {
        await answerQuestion(http, { jobId, question: asked, run });
        answered.add(asked.id);
        asked = undefined;
        run.observe({ kind: "again" });
        attempt = -1;
        continue;
      }
      return collector.ended() ? collector.text() : await endState(http, { jobId, text: collector.text(), run });
    } catch (error) {
      if (!(error instanceof ToolError) || error.code === "CANCELLED" || run.signal.aborted) throw error;
      const wait = reattachmentsMs[attempt];
      if (statusOf(error) !== undefined || error instanceof RunEnded || wait === undefined) throw runLost(error);
      run.observe({ kind: "again" });
      run.progress("The connection to Langflow was lost; reading the run's events again");
      await sleep(wait, undefined, { signal: run.signal }).catch(() => undefined);
    }
  }
}

interface Asking {
  readonly jobId: string;
  readonly question: RunQuestion;
  readonly run: RunFollower;
}

/** Langflow keeps the run as long as nobody answers. */
async function answerQuestion(http: LangflowHttp, { jobId, question, run }: Asking): Promise<void> {
  const { id, prompt, options } = question;
  if (!run.answer) {
    throw new RunEnded("waiting", {
      code: "NOT_READY",
      message: `The run waits for a person: ${quoted(prompt)} (${options.map(({ label }) => label).join(", ")}).`,
      remedy: "Answer it in Langflow, or run the flow in its playground in VS Code.",
    });
  }
  const action = await run.answer(question);
  const path = `/api/v2/workflows/${encodeURIComponent(jobId)}/resume`;
  const body = { request_id: id, decision: { action_id: action } };
  await http.json({ method: "POST", path, body, signal: run.signal }, z.unknown());
  run.observe({ kind: "answered" });
}

/** Gives the id of the job, which is also that of its trace; undefined where the version has no such route. */
export async function startJob(
  http: LangflowHttp,
  { flowId, sessionId, input, tweaks, data, signal }: Omit<StartRun, "progress" | "observe" | "answer">,
): Promise<string | undefined> {
  const body = {
    flow_id: flowId,
    session_id: sessionId,
    tweaks,
    mode: "background",
    ...(input !== "" && { input_value: input }),
    ...(data && { data }),
  };
  try {
    return (await http.json({ method: "POST", path: "/api/v2/workflows", body, signal }, Started)).job_id;
  } catch (error) {
    if (error instanceof HttpFailure && error.detail === "FLOW_NOT_FOUND") {
      throw new ToolError(
        "NOT_FOUND",
        "Langflow does not run this flow for the user that is connected.",
        "If it is a starter project or another user's flow, copy it in Langflow and run the copy; else check whether it was deleted.",
      );
    }
    // Versions before 1.11 have no such route; some of them have it for other modes only.
    if ([404, 405, 501].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

/** The stream ended without its "end": the job's own state decides. */
async function endState(
  http: LangflowHttp,
  { jobId, text, run }: { jobId: string; text: string; run: RunFollower },
): Promise<string> {
  const path = `/api/v2/workflows?job_id=${encodeURIComponent(jobId)}`;
  const state = await http.json({ method: "GET", path, signal: run.signal }, JobState).catch(refuseFailedJob);
  if (state.status === "cancelled") throw cancelled();
  if (state.status !== "completed") throw runFailed(state.errors?.[0]?.error ?? `its state is ${state.status}`);
  return text === "" ? (state.output?.text ?? "") : text;
}

const FailedJob = z.object({
  code: z.literal("JOB_FAILED"),
  message: z.string(),
  error_detail: z.object({ type: z.string() }).nullish().catch(undefined),
});

/** Langflow answers the question for a failed run with a failure of its own. */
function refuseFailedJob(error: unknown): never {
  const { data } = FailedJob.safeParse(error instanceof HttpFailure ? error.detail : undefined);
  if (!data) throw error;
  throw runFailed(data.error_detail?.type === "worker_lost" ? "Langflow ended while it ran the flow" : data.message);
}

async function stopJob(http: LangflowHttp, jobId: string): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  const call = { method: "POST", path: "/api/v2/workflows/stop", body: { job_id: jobId }, signal } as const;
  // The caller learns that the run was cancelled either way; Langflow ends a lost job by its own time-out.
  await http.json(call, z.unknown()).catch(() => undefined);
}

/** A run that lives with its response: closing it cancels the run. For versions without background runs, and for variables. */
export async function runInStream(http: LangflowHttp, run: StartRun): Promise<FinishedRun> {
  if (run.data) {
    throw new ToolError(
      "NOT_READY",
      `${run.variables ? "With variables, Langflow" : "This version of Langflow"} runs a flow only as it has it, and the file differs from that.`,
      "Push the file first: langflow-connect flow push FILE",
    );
  }
  const path = `/api/v1/run/${encodeURIComponent(run.flowId)}?stream=true`;
  const body = {
    input_value: run.input,
    input_type: "chat",
    output_type: "chat",
    session_id: run.sessionId,
    tweaks: run.tweaks,
  };
  const collector = createCollector(run.observe);
  try {
    const headers = Object.fromEntries(
      Object.entries(run.variables ?? {}).map(([name, value]) => [`X-LANGFLOW-GLOBAL-VAR-${name}`, value]),
    );
    for await (const line of http.lines({ method: "POST", path, body, headers, signal: run.signal }))
      collector.take(line);
  } catch (error) {
    throw error instanceof HttpFailure && error.status >= 500 ? runFailed(error.detail) : error;
  }
  if (!collector.ended()) {
    throw new RunEnded("lost", {
      code: "NOT_READY",
      message: "Langflow ended the connection before the run was done.",
      remedy: "Check that Langflow is still running, then run the flow again.",
    });
  }
  return { text: collector.text() };
}
