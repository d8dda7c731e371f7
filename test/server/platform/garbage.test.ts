import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

const megabyte = 1024 * 1024;

/** A thread of its own: mocha's heap has garbage of other tests. */
const work = `
  import { parentPort, workerData } from "node:worker_threads";
  const { createGarbageCollector } = await import(workerData);
  const collector = createGarbageCollector();
  let kept;
  parentPort.on("message", (count) => {
    kept = Array.from({ length: count }, (_, at) => ({ at, name: "n" + at }));
    kept = kept.slice(0, 10);
    collector.workEnded();
    parentPort.postMessage("done");
  });
`;

describe("garbage of a thread", () => {
  it("goes back to the system when the thread has been idle for five seconds", async () => {
    const module = new URL("../../../src/server/platform/garbage.ts", import.meta.url).href;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(work)}`), { workerData: module });
    try {
      worker.postMessage(2_000_000);
      await new Promise((resolve) => worker.once("message", resolve));
      const before = (await worker.getHeapStatistics()).total_heap_size / megabyte;
      assert.ok(before > 60, `${before} MB of garbage`);
      await sleep(6000);
      const after = (await worker.getHeapStatistics()).total_heap_size / megabyte;
      assert.ok(after < before - 50, `${before} MB before, ${after} MB after`);
    } finally {
      await worker.terminate();
    }
  });
});
