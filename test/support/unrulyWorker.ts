// An analysis worker that misbehaves on demand: the folder says how. Driven by test/server/platform/threads/thread.test.ts.
import { parentPort } from "node:worker_threads";
import { answerCalls } from "../../src/server/analysis/answerCalls.ts";
import type { RepositoryAnswer } from "../../src/server/analysis/repository/answer.ts";

const none = { files: 0, lines: 0 };
const answer = (files: number): RepositoryAnswer => ({
  ...none,
  files,
  languages: [],
  code: { ...none, functions: 0, complexity: 0 },
  tests: { ...none, ratio: 0 },
  generated: none,
  modules: [],
  cycles: [],
  hotSpots: [],
  churn: "none",
  dependencies: [],
  licences: [],
  entryPoints: [],
  health: { reasons: [] },
  incomplete: [],
});

if (!parentPort) throw new Error("no parent");
answerCalls(parentPort, {
  async repository({ folder }, { isCancelled, progress, signal }) {
    const how = folder?.displayPath;
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
