import assert from "node:assert/strict";
import { createJobs } from "../../../../src/server/tools/runner/jobs.ts";
import type { Jobs } from "../../../../src/server/tools/runner/jobs.ts";
import type { Progress, ToolAnswer } from "../../../../src/server/platform/call.ts";

const never = new AbortController().signal;

describe("jobs", () => {
  let jobs: Jobs;
  beforeEach(() => {
    jobs = createJobs();
  });
  afterEach(() => {
    jobs.dispose();
  });

  function run(waitMs: number, start: (signal: AbortSignal) => Promise<ToolAnswer>, signal = never) {
    return jobs.runOrHandOver({ tool: "slow_tool", waitMs, signal, onProgress: () => undefined, start });
  }

  it("gives the answer itself when it comes in time", async () => {
    assert.deepEqual(await run(1000, () => Promise.resolve({ files: 3 })), { files: 3 });
  });

  it("hands a slow call over and keeps its answer for get", async () => {
    const work = Promise.withResolvers<ToolAnswer>();
    const handle = await run(5, () => work.promise);
    assert.equal(handle.state, "running");
    assert.equal(handle.complete, false);
    work.resolve({ files: 3 });
    assert.deepEqual(await jobs.get(String(handle.jobId), 1000, never), { state: "done", result: { files: 3 } });
  });

  it("ends the work when the caller goes away before the hand-over, and not after it", async () => {
    const early = new AbortController();
    const seen: AbortSignal[] = [];
    const start = (signal: AbortSignal) => {
      seen.push(signal);
      return new Promise<ToolAnswer>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("stopped"));
        });
      });
    };
    const waiting = run(1000, start, early.signal);
    early.abort();
    await assert.rejects(waiting, /stopped/);

    const late = new AbortController();
    const handle = await run(5, start, late.signal);
    late.abort();
    const second = seen.at(-1);
    assert.equal(second?.aborted, false);
    assert.equal(jobs.cancel(String(handle.jobId)).state, "cancelled");
    assert.equal(second.aborted, true);
  });

  it("tells the last progress of a running job", async () => {
    let report: ((progress: Progress) => void) | undefined;
    const handle = await jobs.runOrHandOver({
      tool: "slow_tool",
      waitMs: 5,
      signal: never,
      onProgress: () => undefined,
      start: (_signal, progress) => {
        report = progress;
        return new Promise<ToolAnswer>(() => undefined);
      },
    });
    report?.({ done: 1, total: 4, message: "reading" });
    const view = await jobs.get(String(handle.jobId), 0, never);
    assert.deepEqual(view, { state: "running", progress: { done: 1, total: 4, message: "reading" } });
  });

  it("throws a failed job's error to the one who asks", async () => {
    const work = Promise.withResolvers<ToolAnswer>();
    const handle = await run(5, () => work.promise);
    work.reject(new Error("disk gone"));
    await assert.rejects(jobs.get(String(handle.jobId), 1000, never), /disk gone/);
  });

  it("says NOT_FOUND for an id it never gave", async () => {
    await assert.rejects(jobs.get("nope", 0, never), { code: "NOT_FOUND" });
  });
});
