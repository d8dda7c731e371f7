// Asks a thread once and has nothing else to do. Run by test/server/platform/threads/thread.test.ts.
import { createThread } from "../../src/server/platform/threads/thread.ts";
import type { UnrulyMethods } from "./unrulyWorker.ts";

const workerFile = new URL("./unrulyWorker.ts", import.meta.url);
const thread = createThread<UnrulyMethods>({ workerFile, name: "work" });
console.log(await thread.call("act", "ok", { signal: new AbortController().signal }));
