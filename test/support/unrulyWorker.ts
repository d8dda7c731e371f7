// An analysis worker that misbehaves on demand: `folders[0]` says how. Driven by test/server/analysis/door.test.ts.
import { parentPort } from "node:worker_threads";
import { answerCalls } from "../../src/server/analysis/answerCalls.ts";

const answer = (files: number) => ({ files, lines: 0, languages: [], complete: true });

if (!parentPort) throw new Error("no parent");
answerCalls(parentPort, {
  async repository({ folders: [how] }, { isCancelled, progress, signal }) {
    if (how === "ok") return answer(1);
    if (how === "never looks") for (;;);
    if (how === "looks") {
      progress({ done: 1, message: "looping" });
      while (!isCancelled());
      return answer(2);
    }
    if (how === "waits") {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return answer(3);
    }
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
  },
});
