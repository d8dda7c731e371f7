import { z } from "zod";
import { ToolError, cancelled } from "../../platform/errors.ts";
import { quoted } from "../foreignText.ts";
import type { LangflowHttp } from "./http.ts";
import { HttpFailure, statusOf } from "../../platform/http.ts";

export interface StartRun {
  readonly flowId: string;
  readonly sessionId: string;
  /** What the chat input gets. */
  readonly input: string;
  /** Values of fields by node, for this run only. */
  readonly tweaks: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

export interface FinishedRun {
  readonly text: string;
  /** Id of the trace when Langflow says which it is. */
  readonly traceId?: string;
}

const Message = z.looseObject({ text: z.string() });
const RunEvent = z.object({ event: z.string(), data: z.unknown() });

const VertexDone = z.object({
  build_data: z.object({ id: z.string(), valid: z.boolean().optional() }),
  output_meta: z.object({ display_name: z.string().nullish() }).optional(),
});
const Output = z.object({ content: z.unknown() });
const Failed = z.object({ error: z.unknown().optional(), text: z.string().optional() });
const FailedMessage = z.object({
  content_blocks: z.array(
    z.object({ text: z.string().nullish(), contents: z.array(z.object({ reason: z.string().nullish() })).nullish() }),
  ),
});
const V1Result = z.object({
  result: z.object({
    outputs: z.array(
      z.object({ outputs: z.array(z.looseObject({ results: z.record(z.string(), z.unknown()) }).nullable()) }),
    ),
  }),
});

/** Collects what a run says, in either of Langflow's two streams. */
function createCollector(progress: (message: string) => void) {
  let text = "";
  let output: string | undefined;
  let ended = false;

  function take(line: string): void {
    const parsed = parseEvent(line);
    if (!parsed) return;
    const { event, data } = parsed;
    switch (event) {
      case "end_vertex": {
        const vertex = VertexDone.safeParse(data);
        if (vertex.success) progress(`${vertex.data.output_meta?.display_name ?? vertex.data.build_data.id} is done`);
        return;
      }
      case "add_message": {
        const message = Message.safeParse(data);
        if (message.success && message.data.text !== "") text = message.data.text;
        return;
      }
      case "output": {
        const answer = Output.safeParse(data);
        if (answer.success && typeof answer.data.content === "string") output = answer.data.content;
        return;
      }
      case "error":
        throw runFailed(errorText(data));
      case "end": {
        ended = true;
        const result = V1Result.safeParse(data);
        if (result.success) output = firstText(result.data.result.outputs) ?? output;
      }
    }
  }

  return {
    take,
    ended: () => ended,
    // Langflow cuts the "output" of a background run after 6,000 characters; the message is whole.
    text: () => (text.length > (output?.length ?? 0) ? text : (output ?? text)),
  };
}

/** v1 sends the error itself; v2 a chat message that shows it, with the reason in one of its blocks. */
function errorText(data: unknown): unknown {
  const failure = Failed.safeParse(data);
  if (failure.success && failure.data.text) return failure.data.text;
  if (failure.success && failure.data.error !== undefined && typeof failure.data.error !== "boolean") {
    return failure.data.error;
  }
  const blocks = FailedMessage.safeParse(data).data?.content_blocks ?? [];
  const texts = blocks.flatMap(({ text, contents }) => [text, ...(contents ?? []).map(({ reason }) => reason)]);
  return texts.find((text) => text) ?? "no reason given";
}

function firstText(outputs: z.output<typeof V1Result>["result"]["outputs"]): string | undefined {
  for (const { outputs: parts } of outputs) {
    for (const part of parts) {
      for (const result of Object.values(part?.results ?? {})) {
        const message = Message.safeParse(result);
        if (message.success) return message.data.text;
      }
    }
  }
  return undefined;
}

/** Lines are bare JSON in v1, and "data: {…}" with "id:" lines between them in v2. */
function parseEvent(line: string): z.output<typeof RunEvent> | undefined {
  const json = line.startsWith("data:") ? line.slice(5) : line;
  if (!json.trimStart().startsWith("{")) return undefined;
  try {
    return RunEvent.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

export function runFailed(detail: unknown): ToolError {
  return new ToolError(
    "NOT_READY",
    `The run failed in Langflow: ${quoted(detail)}`,
    "Open the flow in Langflow, where the failing component is marked, and run it again.",
  );
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

/** How often a lost event stream is opened again; the run itself goes on in Langflow. */
const reattachments = 3;

/**
 * A background run of `/api/v2/workflows`: its events can be read again after a lost connection, and it is stopped by
 * its id. Undefined where the version has no such route.
 */
export async function runInBackground(http: LangflowHttp, run: StartRun): Promise<FinishedRun | undefined> {
  const jobId = await startJob(http, run);
  if (jobId === undefined) return undefined;
  const path = `/api/v2/workflows/${encodeURIComponent(jobId)}/events`;
  try {
    for (let attempt = 0; ; attempt++) {
      const collector = createCollector(run.progress);
      try {
        for await (const line of http.lines({ method: "GET", path, signal: run.signal })) collector.take(line);
        if (collector.ended()) return { text: collector.text(), traceId: jobId };
        return { text: await endState(http, { jobId, text: collector.text(), run }), traceId: jobId };
      } catch (error) {
        if (!(error instanceof ToolError) || run.signal.aborted) throw error;
        if (statusOf(error) !== undefined || isRunFailure(error) || attempt >= reattachments) throw error;
        run.progress("The connection to Langflow was lost; reading the run's events again");
      }
    }
  } catch (error) {
    if (run.signal.aborted) await stopJob(http, jobId);
    throw error;
  }
}

function isRunFailure(error: ToolError): boolean {
  return error.message.startsWith("The run failed");
}

async function startJob(
  http: LangflowHttp,
  { flowId, sessionId, input, tweaks, signal }: StartRun,
): Promise<string | undefined> {
  const body = {
    flow_id: flowId,
    session_id: sessionId,
    tweaks,
    mode: "background",
    ...(input !== "" && { input_value: input }),
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
  { jobId, text, run }: { jobId: string; text: string; run: StartRun },
): Promise<string> {
  const path = `/api/v2/workflows?job_id=${encodeURIComponent(jobId)}`;
  const state = await http.json({ method: "GET", path, signal: run.signal }, JobState);
  if (state.status === "cancelled") throw cancelled();
  if (state.status !== "completed") throw runFailed(state.errors?.[0]?.error ?? `its state is ${state.status}`);
  return text === "" ? (state.output?.text ?? "") : text;
}

async function stopJob(http: LangflowHttp, jobId: string): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  const call = { method: "POST", path: "/api/v2/workflows/stop", body: { job_id: jobId }, signal } as const;
  // The caller learns that the run was cancelled either way; Langflow ends a lost job by its own time-out.
  await http.json(call, z.unknown()).catch(() => undefined);
}

/** A run that lives with its response: closing it cancels the run. For versions without background runs. */
export async function runInStream(http: LangflowHttp, run: StartRun): Promise<FinishedRun> {
  const path = `/api/v1/run/${encodeURIComponent(run.flowId)}?stream=true`;
  const body = {
    input_value: run.input,
    input_type: "chat",
    output_type: "chat",
    session_id: run.sessionId,
    tweaks: run.tweaks,
  };
  const collector = createCollector(run.progress);
  try {
    for await (const line of http.lines({ method: "POST", path, body, signal: run.signal })) collector.take(line);
  } catch (error) {
    throw error instanceof HttpFailure && error.status >= 500 ? runFailed(error.detail) : error;
  }
  if (!collector.ended()) {
    throw new ToolError(
      "NOT_READY",
      "Langflow ended the connection before the run was done.",
      "Check that Langflow is still running, then run the flow again.",
    );
  }
  return { text: collector.text() };
}
