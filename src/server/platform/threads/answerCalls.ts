import type { MessagePort } from "node:worker_threads";
import type { Progress } from "../call.ts";
import { ToolError } from "../errors.ts";
import { createGarbageCollector } from "../garbage.ts";
import { callCancelled, callStarted } from "./protocol.ts";
import type { Call, MethodTable, Request, Response } from "./protocol.ts";

/** What a handler may use besides its query. */
export interface ThreadContext<Partial> {
  /** Fires between the steps of asynchronous work. */
  readonly signal: AbortSignal;
  /** The same, for synchronous work during which no message can arrive. */
  isCancelled(): boolean;
  progress(progress: Progress): void;
  /** Reports what is known by now. */
  partial(partial: Partial): void;
}

/** Runs one call; what comes in while it awaits something runs beside it. */
export type Answer<T extends MethodTable<T>> = <M extends keyof T>(
  method: M,
  query: T[M]["query"],
  context: ThreadContext<T[M]["partial"]>,
) => T[M]["answer"] | Promise<T[M]["answer"]>;

/** The worker's side: runs each call and posts what became of it. */
export function answerCalls<T extends MethodTable<T>>(port: MessagePort, answer: Answer<T>): void {
  const garbage = createGarbageCollector();
  const running = new Map<number, AbortController>();
  const post = (response: Response<never>) => {
    port.postMessage(response);
  };

  async function run({ id, method, query, state }: Call<T, keyof T>): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    if (state) Atomics.store(state, callStarted, 1);
    const isCancelled = () => state !== undefined && Atomics.load(state, callCancelled) !== 0;
    // Each side sets its own number before it reads the other's: one of them sees both.
    if (isCancelled()) post({ kind: "started", id });
    try {
      const value = await answer(method, query, {
        // Made when it is used, which most small calls never do.
        get signal() {
          return controller.signal;
        },
        isCancelled,
        progress: (progress) => post({ kind: "progress", id, progress }),
        partial: (partial) => post({ kind: "partial", id, partial }),
      });
      post({ kind: "result", id, answer: value });
    } catch (error) {
      post(failure(id, error));
    } finally {
      running.delete(id);
      garbage.workEnded();
    }
  }

  port.on("message", (request: Request<T>) => {
    if (request.kind === "cancel") running.get(request.id)?.abort();
    else void run(request);
  });
}

/** Says something outside of any call; the other side gets it by `onEvent`. */
export function postEvent(port: MessagePort, event: unknown): void {
  port.postMessage({ kind: "event", event } satisfies Response<unknown>);
}

function failure(id: number, error: unknown): Response<never> {
  if (error instanceof ToolError) {
    const { code, message, remedy, details } = error;
    return { kind: "error", id, code, message, remedy, details };
  }
  if (error instanceof Error) return { kind: "fault", id, message: error.message, stack: error.stack };
  return { kind: "fault", id, message: String(error) };
}
