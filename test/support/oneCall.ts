// Starts a thread, asks it once with "ask", and has nothing else to do. Run by test/server/platform/threads/thread.test.ts.
import { createThread } from "../../src/server/platform/threads/thread.ts";
import type { UnrulyMethods } from "./unrulyWorker.ts";

const workerFile = new URL("./unrulyWorker.ts", import.meta.url);
const thread = createThread<UnrulyMethods>({ workerFile, name: "work" });
thread.start();
if (process.argv[2] === "ask") console.log(await thread.call("act", "ok", { signal: new AbortController().signal }));
