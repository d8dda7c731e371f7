import { setTimeout as sleep } from "node:timers/promises";
import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { ExportResultCode, millisToHrTime } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "./logger.ts";
import type { Span, SpanSink } from "./tracing.ts";

export interface OtlpOptions {
  /** Base address of the collector, to which `/v1/traces` is added. */
  readonly endpoint: string;
  readonly version: string;
  readonly log: Logger;
}

export interface OtlpExport {
  readonly sink: SpanSink;
  /** Sends what waits, for a moment at most. */
  dispose(): Promise<void>;
}

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT };

const sendMs = 2_000;
/** A collector that is away does not delay the end of the server for longer. */
const endMs = 1_500;
const timeoutMs = 5_000;

/** Headers, such as the one of a login, come from OTEL_EXPORTER_OTLP_HEADERS, as for every program that sends traces. */
export function openOtlp({ endpoint, version, log }: OtlpOptions): OtlpExport {
  const resource = resourceFromAttributes({ "service.name": "langflow-connect", "service.version": version });
  const scope = { name: "langflow-connect", version };
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces`, timeoutMillis: timeoutMs });
  const processor = new BatchSpanProcessor({
    exporter: saying(exporter, { host: new URL(endpoint).host, log }),
    scheduledDelayMillis: sendMs,
    exportTimeoutMillis: timeoutMs,
    // What comes while so many wait to be sent is given up: memory stays bounded.
    maxQueueSize: 4_096,
  });
  return {
    sink: (span) => {
      processor.onEnd(readable(span));
    },
    async dispose() {
      const late = sleep(endMs, undefined, { ref: false });
      await Promise.race([processor.shutdown().catch(() => undefined), late]);
    },
  };

  function readable(span: Span): ReadableSpan {
    const { traceId, spanId } = span.context;
    const contextOf = (id: string) => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED });
    return {
      name: span.name,
      kind: kinds[span.kind],
      spanContext: () => contextOf(spanId),
      ...(span.parentId !== undefined && { parentSpanContext: contextOf(span.parentId) }),
      startTime: millisToHrTime(span.startedAt),
      endTime: millisToHrTime(span.endedAt),
      duration: millisToHrTime(span.endedAt - span.startedAt),
      status: { code: span.error === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
      attributes: { ...span.attributes, ...(span.error !== undefined && { "error.type": span.error }) },
      links: [],
      events: [],
      ended: true,
      resource,
      instrumentationScope: scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }
}

/** The SDK says nothing of a collector that is not there: the log does, once for each time that it goes away. */
function saying(exporter: SpanExporter, { host, log }: { host: string; log: Logger }): SpanExporter {
  let isAway = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code === ExportResultCode.FAILED;
        if (failed && !isAway)
          log.warn("traces.export", { host, spans: spans.length, reason: result.error?.name ?? "unknown" });
        isAway = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
