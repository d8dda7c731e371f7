import type { Progress } from "../call.ts";
import type { ErrorCode } from "../errors.ts";

// What passes between the server and a worker thread. Everything is plain data.

/** A method of a thread: what it is asked, what it answers, and what it reports on the way. */
export interface Exchange<Query = unknown, Answer = unknown, Partial = never> {
  readonly query: Query;
  readonly answer: Answer;
  readonly partial: Partial;
}

/** The methods of a thread by their names: `T extends MethodTable<T>`, so that it can be an interface. */
export type MethodTable<T> = { readonly [M in keyof T]: Exchange<unknown, unknown, unknown> };

/**
 * What both sides say of a call without a message, each number 0 until it is so. A message cannot arrive inside the type
 * checker, and one for each start would wake the endpoint's thread for nothing.
 */
export type CallState = Int32Array<SharedArrayBuffer>;
export const callCancelled = 0;
/** The handler runs. */
export const callStarted = 1;

export function createCallState(): CallState {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

export interface Call<T extends MethodTable<T>, M extends keyof T> {
  readonly kind: "call";
  readonly id: number;
  readonly method: M;
  readonly query: T[M]["query"];
  /** Absent for a call that nobody can cancel: sharing memory costs as much as a small call. */
  readonly state?: CallState;
}

export type Request<T extends MethodTable<T>> = Call<T, keyof T> | { readonly kind: "cancel"; readonly id: number };

/** @typeParam Event What the thread says outside of any call. */
export type Response<Event> =
  /** The handler of a call that was cancelled before it started runs now: the cancel must be heeded soon. */
  | { readonly kind: "started"; readonly id: number }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "partial"; readonly id: number; readonly partial: unknown }
  | { readonly kind: "result"; readonly id: number; readonly answer: unknown }
  /** A `ToolError`, whole. */
  | {
      readonly kind: "error";
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "event"; readonly event: Event }
  /** A fault of ours, for the log. */
  | { readonly kind: "fault"; readonly id: number; readonly message: string; readonly stack?: string | undefined };
