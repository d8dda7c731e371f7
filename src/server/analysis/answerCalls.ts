import type { MessagePort } from "node:worker_threads";
import { answerCalls } from "../platform/threads/answerCalls.ts";
import type { ThreadContext } from "../platform/threads/answerCalls.ts";
import { keptMethods } from "./messages.ts";
import type { Calls, Kept, Method, Methods } from "./messages.ts";
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
  const last = new Map<Method, Kept>();
  let answers = 0;
  let overlays: ReadonlyMap<string, string> = new Map();

  answerCalls<Calls>(port, async (method, { query, unsaved, has }, context) => {
    overlays = withChanges(overlays, unsaved);
    const handler = handlers[method];
    if (!handler) throw new Error(`This thread has no method ${method}.`);
    const value = await handler(query, { ...context, overlays });
    if (!keptMethods.has(method)) return { value };
    const before = last.get(method);
    if (before?.value === value && before.number === has) return "same";
    const number = ++answers;
    last.set(method, { value, number });
    return { value, number };
  });
}
