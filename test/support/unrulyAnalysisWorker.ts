// A thread of the analysis that never looks whether its call was cancelled, for thread.test.ts.
import { parentPort } from "node:worker_threads";
import type { Calls } from "../../src/server/analysis/messages.ts";
import { answerCalls } from "../../src/server/platform/threads/answerCalls.ts";

if (!parentPort) throw new Error("This file is a worker.");
answerCalls<Calls>(parentPort, (_method, { query }) => {
  const end = performance.now() + (JSON.stringify(query).includes("/slow") ? 20_000 : 0);
  while (performance.now() < end);
  return { value: { diagnostics: [], incomplete: [] } } as never;
});
