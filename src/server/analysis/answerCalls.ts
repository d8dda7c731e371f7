import type { MessagePort } from "node:worker_threads";
import { ToolError } from "../platform/errors.ts";
import { callCancelled, callStarted, keptMethods } from "./messages.ts";
import type { Call, Method, Methods, Request, Response } from "./messages.ts";
import type { Progress } from "../platform/call.ts";
import type { Impact } from "./types.ts";
import { withChanges } from "./unsavedTexts.ts";

/** What a handler may use besides its query. */
export interface CallContext {
  readonly overlays: ReadonlyMap<string, string>;
  /** Fires between the steps of asynchronous work. */
  readonly signal: AbortSignal;
  /** The same, for synchronous work during which no message can arrive. */
  isCancelled(): boolean;
  progress(progress: Progress): void;
  /** Reports what a check knows by now. */
  partial(impact: Impact): void;
}

export type Handlers<M extends Method> = {
  readonly [K in M]: (
    query: Methods[K]["query"],
    context: CallContext,
  ) => Methods[K]["answer"] | Promise<Methods[K]["answer"]>;
};

/** The worker's side: runs the handler of each call and posts what became of it. */
export function answerCalls(port: MessagePort, handlers: Partial<Handlers<Method>>): void {
  const running = new Map<number, AbortController>();
  /** What the other side has as the last answer of a method. */
  const last = new Map<Method, Methods[Method]["answer"]>();
  let unsaved: ReadonlyMap<string, string> = new Map();
  const post = (response: Response) => {
    port.postMessage(response);
  };

  async function answer<M extends Method>(call: Call<M>): Promise<void> {
    const { id } = call;
    unsaved = withChanges(unsaved, call.unsaved);
    const overlays = unsaved;
    const { state } = call;
    const controller = new AbortController();
    running.set(id, controller);
    Atomics.store(state, callStarted, 1);
    const isCancelled = () => Atomics.load(state, callCancelled) !== 0;
    // Each side sets its own number before it reads the other's: one of them sees both.
    if (isCancelled()) post({ kind: "started", id });
    try {
      const handler: Partial<Handlers<M>>[M] = handlers[call.method];
      if (!handler) throw new Error(`This thread has no method ${call.method}.`);
      const value = await handler(call.query, {
        overlays,
        signal: controller.signal,
        isCancelled,
        progress: (progress) => post({ kind: "progress", id, progress }),
        partial: (impact) => post({ kind: "partial", id, impact }),
      });
      if (last.get(call.method) === value) return post({ kind: "same", id });
      post({ kind: "result", id, value });
      if (keptMethods.has(call.method)) last.set(call.method, value);
    } catch (error) {
      post(failure(id, error));
    } finally {
      running.delete(id);
    }
  }

  port.on("message", (request: Request) => {
    if (request.kind === "cancel") running.get(request.id)?.abort();
    else void answer(request);
  });
}

function failure(id: number, error: unknown): Response {
  if (error instanceof ToolError) {
    const { code, message, remedy, details } = error;
    return { kind: "error", id, error: { code, message, remedy, details } };
  }
  if (error instanceof Error) return { kind: "fault", id, message: error.message, stack: error.stack };
  return { kind: "fault", id, message: String(error) };
}
