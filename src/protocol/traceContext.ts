/** The position in a distributed trace, as W3C's Trace Context has it. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whoever began the trace wants it recorded. */
  readonly sampled: boolean;
}

/** A span of the window, which only its server can send on. */
export interface WindowSpan {
  /** Of the span itself. */
  readonly traceparent: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
}

export function newTrace(): TraceContext {
  return { traceId: randomHex(16), spanId: randomHex(8), sampled: true };
}

export function childOf({ traceId, sampled }: TraceContext): TraceContext {
  return { traceId, spanId: randomHex(8), sampled };
}

/** The header `traceparent`. */
export function traceparentOf({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/** Version 00 ends with the flags; what a newer one has after them is not for us. */
const form = /^(?:00|(?!00|ff)[0-9a-f]{2}(?=.{53}(?:-|$)))-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/** Undefined for what is no `traceparent`, which begins a new trace. */
export function traceContextIn(traceparent: unknown): TraceContext | undefined {
  if (typeof traceparent !== "string" || (traceparent.startsWith("00") && traceparent.length !== 55)) return undefined;
  const [, traceId, spanId, flags] = form.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
