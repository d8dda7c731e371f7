import { AsyncLocalStorage } from "node:async_hooks";
import { childOf, newTrace, traceContextIn } from "../../protocol/traceContext.ts";
import type { TraceContext } from "../../protocol/traceContext.ts";
import { ToolError } from "./errors.ts";

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  readonly name: string;
  /** "server" answers a request of another process, "client" makes one. */
  readonly kind: "internal" | "server" | "client";
  readonly attributes?: SpanAttributes;
  /** The span around it when left out. */
  readonly parent?: TraceContext | undefined;
}

/** A span that is over. */
export interface Span {
  readonly name: string;
  readonly kind: SpanStart["kind"];
  readonly context: TraceContext;
  readonly parentId?: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: SpanAttributes;
  /** A class of error, never its text: that may quote a file. */
  readonly error?: string | undefined;
}

/** Takes spans that are over, such as the exporter. */
export type SpanSink = (span: Span) => void;

export interface ActiveSpan {
  readonly context: TraceContext;
  set(attributes: SpanAttributes): void;
  fail(error: string): void;
}

export interface Tracing {
  /** Does the work as a span; all that it asks of others carries the span's context. */
  span<T>(start: SpanStart, work: (span: ActiveSpan) => Promise<T>): Promise<T>;
  /** A span that another program made. */
  add(span: Span): void;
}

const current = new AsyncLocalStorage<TraceContext>();

/** Of the span around the caller, if there is one. */
export function currentTrace(): TraceContext | undefined {
  return current.getStore();
}

/** Does the work as a part of the trace that a client began, if it sent a `traceparent`. */
export function inTrace<T>(traceparent: unknown, work: () => T): T {
  const context = traceContextIn(traceparent);
  return context ? current.run(context, work) : work();
}

/** Begins what outlives the work around it, such as a timer, and is no part of its trace. */
export function outsideTraces<T>(begin: () => T): T {
  return current.exit(begin);
}

/** Without a sink the contexts are made and passed on all the same, so that other programs can tie what they record. */
export function createTracing(sink?: SpanSink, now: () => number = Date.now): Tracing {
  const add = (span: Span): void => {
    if (span.context.sampled) sink?.(span);
  };
  return {
    add,
    span({ name, kind, attributes = {}, parent = currentTrace() }, work) {
      const context = parent ? childOf(parent) : newTrace();
      const startedAt = now();
      const all: Record<string, string | number | boolean> = { ...attributes };
      let error: string | undefined;
      const active: ActiveSpan = {
        context,
        set: (more) => void Object.assign(all, more),
        fail: (reason) => void (error = reason),
      };
      return current.run(context, async () => {
        try {
          return await work(active);
        } catch (failure) {
          error ??= failure instanceof ToolError ? failure.code : "INTERNAL";
          throw failure;
        } finally {
          add({ name, kind, context, parentId: parent?.spanId, startedAt, endedAt: now(), attributes: all, error });
        }
      });
    },
  };
}
