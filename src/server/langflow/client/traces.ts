import { z } from "zod";
import type { ModelUsage, TraceFacts } from "../../../protocol/flows.ts";
import type { LangflowHttp } from "./http.ts";
import { statusOf } from "../../platform/http.ts";

const Trace = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  startTime: z.string(),
  totalLatencyMs: z.number().nullish(),
  totalTokens: z.number().nullish(),
  sessionId: z.string().nullish(),
});

const TokenUsage = z
  .looseObject({
    promptTokens: z.number().nullish(),
    completionTokens: z.number().nullish(),
    inputTokens: z.number().nullish(),
    outputTokens: z.number().nullish(),
  })
  .nullish();

interface Span {
  readonly modelName?: string | null | undefined;
  readonly tokenUsage?: z.output<typeof TokenUsage>;
  readonly children?: readonly Span[] | null | undefined;
}
const Span: z.ZodType<Span> = z.lazy(() =>
  z.object({ modelName: z.string().nullish(), tokenUsage: TokenUsage, children: z.array(Span).nullish() }),
);

const TraceList = z.object({ traces: z.array(Trace) });
const TraceDetail = z.object({ spans: z.array(Span).nullish() });

/** Traces of a flow, newest first; undefined where the version has none (before 1.12). */
export async function listTraces(
  http: LangflowHttp,
  flowId: string,
  signal: AbortSignal,
): Promise<readonly (TraceFacts & { readonly sessionId?: string })[] | undefined> {
  try {
    const path = `/api/v1/monitor/traces?flow_id=${encodeURIComponent(flowId)}`;
    const { traces } = await http.json({ method: "GET", path, signal }, TraceList);
    return traces.map(({ id, name, status, startTime, totalLatencyMs, totalTokens, sessionId }) => ({
      id,
      name,
      status,
      startedAt: startTime,
      latencyMs: totalLatencyMs ?? 0,
      tokens: totalTokens ?? 0,
      ...(typeof sessionId === "string" && { sessionId }),
    }));
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Tokens by model of one trace; undefined while it is not written. */
export async function traceUsage(
  http: LangflowHttp,
  traceId: string,
  signal: AbortSignal,
): Promise<readonly ModelUsage[] | undefined> {
  try {
    const path = `/api/v1/monitor/traces/${encodeURIComponent(traceId)}`;
    const { spans } = await http.json({ method: "GET", path, signal }, TraceDetail);
    return sumByModel(spans ?? []);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Only spans that name a model count: the component around a model call repeats the same usage. */
export function sumByModel(spans: readonly Span[]): readonly ModelUsage[] {
  const totals = new Map<string, { inputTokens: number; outputTokens: number }>();
  const walk = (span: Span): void => {
    const usage = span.tokenUsage;
    if (span.modelName && usage) {
      const sum = totals.get(span.modelName) ?? { inputTokens: 0, outputTokens: 0 };
      totals.set(span.modelName, {
        inputTokens: sum.inputTokens + (usage.promptTokens ?? usage.inputTokens ?? 0),
        outputTokens: sum.outputTokens + (usage.completionTokens ?? usage.outputTokens ?? 0),
      });
    }
    for (const child of span.children ?? []) walk(child);
  };
  for (const span of spans) walk(span);
  return [...totals].map(([model, sum]) => ({ model, ...sum }));
}
