import { z } from "zod";
import type { LastRun, ModelUsage, TraceFacts } from "../../../protocol/flows.ts";
import { statusOf } from "../../platform/http.ts";
import { quoted } from "../foreignText.ts";
import type { LangflowHttp } from "./http.ts";
import { utc } from "./utc.ts";

export const firstWithTraces = [1, 12, 0] as const;

const facts = {
  id: z.string(),
  name: z.string(),
  status: z.string(),
  startTime: z.string(),
  totalLatencyMs: z.number().nullish(),
  sessionId: z.string().nullish(),
};
const Trace = z.looseObject({ ...facts, totalTokens: z.number().nullish() });

const TokenUsage = z
  .looseObject({
    promptTokens: z.number().nullish(),
    completionTokens: z.number().nullish(),
    inputTokens: z.number().nullish(),
    outputTokens: z.number().nullish(),
  })
  .nullish();

export interface Span {
  readonly id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly type?: string | null | undefined;
  readonly startTime?: string | null | undefined;
  readonly endTime?: string | null | undefined;
  readonly error?: string | null | undefined;
  readonly modelName?: string | null | undefined;
  readonly tokenUsage?: z.output<typeof TokenUsage>;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
  readonly children?: readonly Span[] | null | undefined;
}
export const Span: z.ZodType<Span> = z.lazy(() =>
  z.object({
    id: z.string().nullish(),
    name: z.string().nullish(),
    type: z.string().nullish(),
    startTime: z.string().nullish(),
    endTime: z.string().nullish(),
    error: z.string().nullish(),
    modelName: z.string().nullish(),
    tokenUsage: TokenUsage,
    inputs: z.unknown(),
    outputs: z.unknown(),
    children: z.array(Span).nullish(),
  }),
);

const TraceList = z.object({ traces: z.array(Trace) });
const TraceDetail = z.object({ spans: z.array(Span).nullish() });

/** Traces of a flow, newest first; undefined where the version has none (before 1.12). */
export async function listTraces(
  http: LangflowHttp,
  flowId: string,
  signal: AbortSignal,
): Promise<readonly (TraceFacts & { readonly sessionId?: string })[] | undefined> {
  const traces = await readTraces(http, `flow_id=${encodeURIComponent(flowId)}`, signal);
  return traces?.map(({ id, name, status, startTime, totalLatencyMs, totalTokens, sessionId }) => ({
    id,
    name,
    status,
    startedAt: utc(startTime),
    latencyMs: totalLatencyMs ?? 0,
    tokens: totalTokens ?? 0,
    ...(typeof sessionId === "string" && { sessionId }),
  }));
}

/** The newest run of a flow; undefined when it never ran, or the version has no traces. */
export async function readLastRun(
  http: LangflowHttp,
  flowId: string,
  signal: AbortSignal,
): Promise<LastRun | undefined> {
  const [trace] = (await readTraces(http, `flow_id=${encodeURIComponent(flowId)}&size=1`, signal)) ?? [];
  if (!trace) return undefined;
  const { id, startTime, totalLatencyMs, status } = trace;
  const run = { startedAt: utc(startTime), latencyMs: totalLatencyMs ?? 0 };
  if (status !== "error") return { ...run, failed: false };
  const problem = firstError((await readSpans(http, id, signal)) ?? []);
  return { ...run, failed: true, ...(problem !== undefined && { problem: quoted(problem) }) };
}

/** Newest first. What a run was given and what it answered come along with each, so a caller asks for few. */
async function readTraces(http: LangflowHttp, query: string, signal: AbortSignal) {
  try {
    return (await http.json({ method: "GET", path: `/api/v1/monitor/traces?${query}`, signal }, TraceList)).traces;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** A run that is over, as its trace has it. */
export interface TracedRun {
  readonly traceId: string;
  readonly sessionId: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly failed: boolean;
}

const EndedTrace = z.object({ ...facts, flowId: z.string() });
const EndedTraces = z.object({ traces: z.array(EndedTrace) });

/** What each run was given and answered comes along, so pages are short. */
const pageSize = 50;

/** Runs of all flows of the user that began since a time and are over; undefined where the version has no traces. */
export async function listRuns(
  http: LangflowHttp,
  since: Date,
  signal: AbortSignal,
): Promise<readonly TracedRun[] | undefined> {
  const runs = new Map<string, TracedRun>();
  for (let page = 1; ; page++) {
    const path = `/api/v1/monitor/traces?start_time=${since.toISOString()}&size=${String(pageSize)}&page=${String(page)}`;
    // Nobody waits for it, so it does not make the link look slow.
    const traces = await http
      .json({ method: "GET", path, signal, patient: true }, EndedTraces)
      .catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined;
        throw error;
      });
    if (!traces) return undefined;
    // A run that begins meanwhile moves the others: one can come twice, and none is left out.
    for (const { id, name, status, startTime, totalLatencyMs, sessionId, flowId } of traces.traces) {
      if (status !== "ok" && status !== "error") continue;
      runs.set(id, {
        traceId: id,
        sessionId: sessionId ?? id,
        flowId,
        flowName: name.endsWith(` - ${flowId}`) ? name.slice(0, -flowId.length - 3) : name,
        startedAt: new Date(utc(startTime)),
        durationMs: totalLatencyMs ?? 0,
        failed: status === "error",
      });
    }
    if (traces.traces.length < pageSize) return [...runs.values()];
  }
}

/** Of the component that failed first: those after it fail because of it. */
function firstError(spans: readonly Span[]): string | undefined {
  for (const { name, error, children } of spans) {
    if (error) return name ? `${name}: ${error}` : error;
    const inner = firstError(children ?? []);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** A part of a run that is over: a component, a call of a model, a call of a tool. */
export interface TracedSpan {
  readonly id: string;
  /** Of the part around it; undefined for a component. */
  readonly parent?: string;
  readonly name: string;
  readonly type: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
  readonly model?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export interface TraceUsage {
  /** One for every call of a model. */
  readonly calls: readonly ModelUsage[];
  /** A call ended without its tokens, such as one that failed. */
  readonly isPartial: boolean;
  readonly spans: readonly TracedSpan[];
}

/** What the models of one run used; undefined while its trace is not written. */
export async function traceUsage(
  http: LangflowHttp,
  traceId: string,
  signal: AbortSignal,
): Promise<TraceUsage | undefined> {
  const spans = await readSpans(http, traceId, signal);
  return spans && { ...modelCalls(spans), spans: flattened(spans) };
}

async function readSpans(http: LangflowHttp, traceId: string, signal: AbortSignal) {
  try {
    const path = `/api/v1/monitor/traces/${encodeURIComponent(traceId)}`;
    return (await http.json({ method: "GET", path, signal }, TraceDetail)).spans ?? [];
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * Only spans that name a model count: the component around a model call repeats the same usage. A call that failed says 0
 * tokens, although a provider may bill what it had sent by then.
 */
export function modelCalls(spans: readonly Span[]): Omit<TraceUsage, "spans"> {
  const calls: ModelUsage[] = [];
  let isPartial = false;
  const walk = ({ modelName: model, tokenUsage: usage, children }: Span, component: string): void => {
    if (model) {
      const { inputTokens, outputTokens } = tokensOf(usage);
      if (inputTokens + outputTokens > 0) {
        calls.push({ model, ...(component !== "" && { component }), inputTokens, outputTokens });
      } else isPartial = true;
    }
    for (const child of children ?? []) walk(child, component);
  };
  // Components are the outermost spans.
  for (const span of spans) walk(span, span.name ?? "");
  return { calls, isPartial };
}

/** Those without a time are left out: they did not end. */
function flattened(spans: readonly Span[], parent?: string): readonly TracedSpan[] {
  return spans.flatMap((span) => {
    const { id, name, type, startTime, endTime, error, modelName: model, tokenUsage, children } = span;
    const inner = flattened(children ?? [], id ?? parent);
    if (typeof id !== "string" || typeof startTime !== "string" || typeof endTime !== "string") return inner;
    const usage = model ? tokensOf(tokenUsage) : undefined;
    const [startedAt, endedAt] = [Date.parse(utc(startTime)), Date.parse(utc(endTime))];
    const facts = { id, name: name ?? "", type: type ?? "", startedAt, endedAt, failed: Boolean(error) };
    return [{ ...facts, ...(parent !== undefined && { parent }), ...(model && { model, ...usage }) }, ...inner];
  });
}

export function tokensOf(usage: z.output<typeof TokenUsage>) {
  return {
    inputTokens: usage?.promptTokens ?? usage?.inputTokens ?? 0,
    outputTokens: usage?.completionTokens ?? usage?.outputTokens ?? 0,
  };
}
