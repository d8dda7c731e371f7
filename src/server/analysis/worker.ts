import { parentPort, workerData } from "node:worker_threads";
import { answerQuestions } from "./answerCalls.ts";
import type { ThreadData } from "./messages.ts";

if (!parentPort) throw new Error("The analysis worker runs in a worker thread only.");
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what analysis.ts starts it with
const { thread, roots, exclusions } = workerData as ThreadData;

// Each thread loads its own half only: the type checker alone is 9 MB of code.
if (thread === "scan") {
  const { scanHandlers } = await import("./scanHandlers.ts");
  answerQuestions(parentPort, scanHandlers(exclusions));
} else {
  const { projectHandlers } = await import("./typescript/handlers.ts");
  answerQuestions(parentPort, projectHandlers(roots));
}
