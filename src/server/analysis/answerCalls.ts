import type { MessagePort } from "node:worker_threads";
import { answerCalls } from "../platform/threads/answerCalls.ts";
import type { ThreadContext } from "../platform/threads/answerCalls.ts";
import { keptMethods } from "./messages.ts";
import type { Calls, Method, Methods } from "./messages.ts";
import type { Impact } from "./types.ts";
import { withChanges } from "./unsavedTexts.ts";

/** What a handler may use besides its query. */
export interface CallContext extends ThreadContext<Impact> {
  readonly overlays: ReadonlyMap<string, string>;
}

export type Handlers<M extends Method> = {
  readonly [K in M]: (
    query: Methods[K]["query"],
    context: CallContext,
  ) => Methods[K]["answer"] | Promise<Methods[K]["answer"]>;
};

/** The worker's side: runs the handler of each call, with the unsaved texts as they are by then. */
export function answerQuestions(port: MessagePort, handlers: Partial<Handlers<Method>>): void {
  /** What the other side has as the last answer of a method. */
  const last = new Map<Method, Methods[Method]["answer"]>();
  let overlays: ReadonlyMap<string, string> = new Map();

  answerCalls<Calls>(port, async (method, { query, unsaved }, context) => {
    overlays = withChanges(overlays, unsaved);
    const handler = handlers[method];
    if (!handler) throw new Error(`This thread has no method ${method}.`);
    const value = await handler(query, { ...context, overlays });
    if (last.get(method) === value) return "same";
    if (keptMethods.has(method)) last.set(method, value);
    return { value };
  });
}
