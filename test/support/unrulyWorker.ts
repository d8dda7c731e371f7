// A worker that misbehaves on demand: the query says how. Driven by test/server/platform/threads/thread.test.ts.
import { parentPort } from "node:worker_threads";
import { ToolError } from "../../src/server/platform/errors.ts";
import { answerCalls, postEvent } from "../../src/server/platform/threads/answerCalls.ts";
import type { Exchange } from "../../src/server/platform/threads/protocol.ts";

export interface UnrulyMethods {
  act: Exchange<string, number, string>;
}

if (!parentPort) throw new Error("no parent");
const port = parentPort;
let answered = 0;
answerCalls<UnrulyMethods>(port, async (_method, how, { isCancelled, progress, partial, signal }) => {
  if (how === "ok") return 1;
  if (how === "count") return ++answered;
  if (how === "never looks") for (;;);
  if (how === "looks") {
    progress({ done: 1, message: "looping" });
    while (!isCancelled());
    return 2;
  }
  if (how === "waits") {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return 3;
  }
  if (how === "reports") {
    partial("half");
    return 4;
  }
  if (how === "speaks") {
    postEvent(port, "news");
    return 5;
  }
  if (how === "dies") {
    setImmediate(() => {
      throw new Error("the cause");
    });
    await new Promise(() => undefined);
  }
  if (how === "refuses") throw new ToolError("TOO_LARGE", "It is too large.", "Narrow it.", { limit: 7 });
  if (how === "heap") {
    const kept = new Map<string, object[]>();
    for (let i = 0; ; i++)
      kept.set(
        String(i),
        Array.from({ length: 50 }, (_, j) => ({ j })),
      );
  }
  if (how === "exit") process.exit(3);
  throw new Error("unexpected fault");
});
