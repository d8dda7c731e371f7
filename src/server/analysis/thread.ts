import type { Disposable } from "../platform/disposables.ts";
import { throwIfCancelled } from "../platform/errors.ts";
import { createThread } from "../platform/threads/thread.ts";
import { RestartedError } from "../platform/threads/threadErrors.ts";
import { prepareTokens } from "../platform/tokens.ts";
import type { Calls, Kept, Method, Methods, ThreadData } from "./messages.ts";
import type { CallOptions } from "./types.ts";
import { unsavedChanges } from "./unsavedTexts.ts";

export type Ask<M extends Method> = (query: Methods[M]["query"], options: CallOptions) => Promise<Methods[M]["answer"]>;

export interface AnalysisThread extends Disposable {
  /** The function that asks the thread a question. */
  ask<M extends Method>(method: M): Ask<M>;
  /** Ends the thread when it has been idle for so long, and forgets its answers; undefined when it has not. */
  release(idleMs: number): Promise<unknown> | undefined;
}

export interface AnalysisThreadOptions {
  readonly workerFile: URL;
  readonly data: ThreadData;
  /** Texts that the editor has and the disk does not. */
  overlays(): ReadonlyMap<string, string>;
}

/** Of V8's young generation: its own choice takes 150 MB more for the compiler's work and no less CPU time. */
const youngHeapMb = 24;

/** A thread that is sent each unsaved text once, and that sends a word instead of an answer that it has sent before. */
export function createAnalysisThread({ workerFile, data, overlays }: AnalysisThreadOptions): AnalysisThread {
  const thread = createThread<Calls>({ workerFile, name: "analysis", data, youngHeapMb });
  /** The unsaved texts that the thread has. */
  let sent: ReadonlyMap<string, string> = new Map();
  /** The thread's last answers of the kept methods that came in. */
  let kept = new Map<Method, Kept>();

  function forget(): void {
    sent = new Map();
    kept = new Map();
  }

  function start(): void {
    if (!thread.start()) return;
    forget();
    // Its first answer takes seconds and will be counted: the tables for that are read meanwhile.
    prepareTokens();
  }

  function ask<M extends Method>(method: M): Ask<M> {
    const send: Ask<M> = async (query, options) => {
      // A call that is not sent takes no text with it.
      throwIfCancelled(options.signal);
      start();
      const now = overlays();
      const unsaved = unsavedChanges(sent, now);
      if (unsaved) sent = new Map(now);
      const before = kept.get(method);
      const call = { query, ...(unsaved && { unsaved }), ...(before && { has: before.number }) };
      const answer = await thread.call(method, call, options);
      if (answer === "same") {
        if (!before) throw new Error(`The thread has sent no answer of ${method} before.`);
        return before.value;
      }
      const { value, number } = answer;
      if (number !== undefined) kept.set(method, { value, number });
      return value;
    };
    // Questions change nothing, so the one that another call's end cut off is asked again.
    return (query, options) =>
      send(query, options).catch((error: unknown) => {
        if (error instanceof RestartedError) return send(query, options);
        throw error;
      });
  }

  function release(idleMs: number): Promise<unknown> | undefined {
    const ended = thread.release(idleMs);
    if (ended) forget();
    return ended;
  }

  return { ask, release, dispose: thread.dispose };
}
