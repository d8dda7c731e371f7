import assert from "node:assert/strict";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("get_job", { "src/a.ts": "export const a = 1;\n" }, (bench) => {
  const start = async () => {
    const { jobId, state } = await ok(bench.client, "analyze_repository", { wait: 0 });
    assert.equal(state, "running");
    return jobId;
  };

  it("gives the answer of a call that went on without its caller", async () => {
    const { state, result } = await ok(bench.client, "get_job", { jobId: await start(), wait: 60 });
    assert.equal(state, "done");
    const { tests, languages } = result as { tests: object; languages: object };
    assert.deepEqual({ tests, languages }, await atOnce());
  });

  async function atOnce() {
    const { tests, languages } = await ok(bench.client, "analyze_repository", { wait: 60 });
    return { tests, languages };
  }

  it("cancels a job, which gives no answer any more", async () => {
    const jobId = await start();
    const { state } = await ok(bench.client, "get_job", { jobId, cancel: true });
    assert.ok(state === "cancelled" || state === "done", String(state));
    const later = await ok(bench.client, "get_job", { jobId, wait: 60 });
    assert.equal(later.state, state);
    assert.equal("result" in later, state === "done");
  });

  it("knows no job that was not started", async () => {
    await fails(bench.client, "get_job", { jobId: "j000" }, "NOT_FOUND");
  });
});
