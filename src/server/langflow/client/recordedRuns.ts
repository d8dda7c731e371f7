import { z } from "zod";
import type { RecordedRun, RunTrace } from "../../../protocol/flowRuns.ts";
import { statusOf } from "../../platform/http.ts";
import { redactSecrets } from "../../platform/redact.ts";
import { quoted } from "../foreignText.ts";
import type { LangflowHttp } from "./http.ts";
import { runLogs, runValues } from "./runValues.ts";
import { Span, tokensOf } from "./traces.ts";
import { utc } from "./utc.ts";

const Trace = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  startTime: z.string(),
  totalLatencyMs: z.number().nullish(),
  totalTokens: z.number().nullish(),
  sessionId: z.string().nullish(),
  flowId: z.string(),
  input: z.object({ input_value: z.string() }).nullish().catch(null),
  output: z.unknown(),
});
const TraceList = z.object({ traces: z.array(Trace) });
const TraceWithSpans = Trace.extend({ spans: z.array(Span).nullish() });

const path = "/api/v1/monitor/traces";

/** The newest 50 runs of a flow, or of all; undefined where the version records none. */
export async function recordedRuns(
  http: LangflowHttp,
  flow: string | undefined,
  signal: AbortSignal,
): Promise<readonly RecordedRun[] | undefined> {
  const query = new URLSearchParams({ size: "50", ...(flow !== undefined && { flow_id: flow }) });
  const list = await unless404(http.json({ method: "GET", path: `${path}?${query.toString()}`, signal }, TraceList));
  return list?.traces.map(runOf);
}

/** A run by the id of its trace, or the newest one of a session. */
export async function readRunTrace(
  http: LangflowHttp,
  run: string,
  signal: AbortSignal,
): Promise<RunTrace | undefined> {
  const call = { method: "GET", path: `${path}/${encodeURIComponent(run)}`, signal } as const;
  const found = await unless404(http.json(call, TraceWithSpans));
  if (found) return { ...runOf(found), outputs: runValues(found.output), parts: partsOf(found.spans ?? [], 0) };
  const query = new URLSearchParams({ session_id: run, size: "1" });
  const list = await unless404(http.json({ method: "GET", path: `${path}?${query.toString()}`, signal }, TraceList));
  const id = list?.traces[0]?.id;
  return id === undefined || id === run ? undefined : readRunTrace(http, id, signal);
}

/** What the chat input of a run got, as it was; undefined where there is no such run. */
export async function readRunInput(
  http: LangflowHttp,
  run: string,
  signal: AbortSignal,
): Promise<{ readonly flow: string; readonly input: string } | undefined> {
  const call = { method: "GET", path: `${path}/${encodeURIComponent(run)}`, signal } as const;
  const found = await unless404(http.json(call, Trace));
  return found && { flow: found.flowId, input: found.input?.input_value ?? "" };
}

async function unless404<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    // It takes only UUIDs as ids.
    if (statusOf(error) === 404 || statusOf(error) === 422) return undefined;
    throw error;
  }
}

function runOf({
  id,
  name,
  status,
  startTime,
  totalLatencyMs,
  totalTokens,
  sessionId,
  flowId,
  input,
}: z.output<typeof Trace>) {
  return {
    run: id,
    flow: flowId,
    name: name.endsWith(` - ${flowId}`) ? name.slice(0, -flowId.length - 3) : name,
    session: sessionId ?? null,
    state: status === "error" ? ("failed" as const) : status === "ok" ? ("ok" as const) : ("running" as const),
    startedAt: utc(startTime),
    ms: totalLatencyMs ?? 0,
    tokens: totalTokens ?? 0,
    input: input ? shortInput(input.input_value) : null,
  };
}

/** Enough to know a run by. */
const longestInput = 300;

function shortInput(input: string): string {
  const text = redactSecrets(input);
  return text.length > longestInput ? `${text.slice(0, longestInput)}…` : text;
}

function partsOf(spans: readonly Span[], depth: number): RunTrace["parts"] {
  return spans.flatMap((span) => {
    const { name, type, startTime, endTime, error, modelName, tokenUsage, inputs, outputs, children } = span;
    const { inputTokens, outputTokens } = tokensOf(tokenUsage);
    const isTimed = typeof startTime === "string" && typeof endTime === "string";
    return [
      {
        ...{ name: name ?? "", type: type ?? "", depth, state: error ? ("failed" as const) : ("ok" as const) },
        ms: isTimed ? Date.parse(utc(endTime)) - Date.parse(utc(startTime)) : null,
        ...(modelName && { model: modelName, tokens: inputTokens + outputTokens }),
        ...(error && { error: quoted(error) }),
        values: { inputs: runValues(inputs), outputs: runValues(outputs, ["logs", "error"]), logs: runLogs(outputs) },
      },
      ...partsOf(children ?? [], depth + 1),
    ];
  });
}
