import { createHash } from "node:crypto";
import type { TraceContext } from "../../protocol/traceContext.ts";
import { redactSecrets } from "../platform/redact.ts";
import type { Tracing } from "../platform/tracing.ts";
import type { TracedSpan } from "./client/traces.ts";

/** What Langflow recorded of a run, as spans of the trace that the run is part of. No text that a flow got or answered. */
export function addRunSpans(tracing: Tracing, run: TraceContext, spans: readonly TracedSpan[]): void {
  for (const span of spans) {
    if (!Number.isFinite(span.startedAt) || !Number.isFinite(span.endedAt)) continue;
    const { id, parent, name, type, startedAt, endedAt, failed, model, inputTokens, outputTokens } = span;
    tracing.add({
      name: shortName(name),
      kind: "internal",
      context: { ...run, spanId: spanIdOf(id) },
      parentId: parent === undefined ? run.spanId : spanIdOf(parent),
      startedAt,
      endedAt,
      attributes: {
        "langflow.span.id": id,
        "langflow.span.type": type,
        ...(model !== undefined && { "gen_ai.request.model": model }),
        ...(inputTokens !== undefined && { "gen_ai.usage.input_tokens": inputTokens }),
        ...(outputTokens !== undefined && { "gen_ai.usage.output_tokens": outputTokens }),
      },
      ...(failed && { error: "langflow" }),
    });
  }
}

/** Langflow's ids are twice as long; the same one is the same span each time. */
function spanIdOf(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 16);
}

/** Names come from outside: one short line, and no secret that somebody put there. */
export function shortName(name: string): string {
  return redactSecrets(name.replace(/\p{Cc}+/gu, " ")).slice(0, 120);
}
