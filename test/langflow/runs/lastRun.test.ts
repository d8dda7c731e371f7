import assert from "node:assert/strict";
import { until } from "../../support/editor.ts";
import { chatFlow } from "../chatFlow.ts";
import { openFlowServices } from "../flowServices.ts";
import type { FlowServices } from "../flowServices.ts";
import { versions } from "../live.ts";

interface Trace {
  readonly startTime: string;
  readonly totalLatencyMs: number;
}

for (const version of versions) {
  describe(`the last run of a flow in Langflow ${version}`, function () {
    this.timeout(240_000);
    let services: FlowServices;

    before(async () => {
      services = await openFlowServices(version);
    });
    after(() => services.close());

    it("is unknown while the flow never ran", async () => {
      const { id } = await services.make("Idle press", { data: chatFlow() });
      assert.deepEqual(await services.operate("runs.last", { id }), {});
      assert.deepEqual(await services.cli("last-run", id), { code: 0, stdout: "No run is recorded.\n", stderr: "" });
    });

    if (version === "0.7.3") return;

    async function run(id: string): Promise<void> {
      await services.rest("POST", `/api/v1/run/${id}?stream=false`, { input_value: "apples" }).catch(() => undefined);
    }
    async function traces(id: string, count: number): Promise<readonly Trace[]> {
      let all: readonly Trace[] = [];
      await until(`${String(count)} runs are recorded`, async () => {
        const answer = (await services.rest("GET", `/api/v1/monitor/traces?flow_id=${id}`)) as { traces: Trace[] };
        all = answer.traces;
        return all.length === count;
      });
      return all;
    }

    it("is the newest of its own runs", async () => {
      const { id } = await services.make("Busy press", { data: chatFlow() });
      await run(id);
      await traces(id, 1);
      await run(id);
      const [newest, older] = await traces(id, 2);
      assert.ok(newest && older && newest.startTime > older.startTime);
      const expected = { startedAt: newest.startTime, latencyMs: newest.totalLatencyMs, failed: false };
      assert.deepEqual(await services.operate("runs.last", { id }), { run: expected });
      const { stdout } = await services.cli("last-run", id);
      assert.ok(stdout.startsWith(`${newest.startTime}  `) && stdout.endsWith("  ok\n"), stdout);
    });

    it("says why it failed, and no secret that Langflow's words have", async () => {
      const words = "no cider at http://miller:hunter2@cellar.example with Bearer abc.def-123";
      const { id } = await services.make("Broken press", { data: chatFlow(words) });
      await run(id);
      const [trace] = await traces(id, 1);
      assert.ok(JSON.stringify(trace).includes("hunter2"), "Langflow itself keeps the secret");
      const { run: last } = await services.operate("runs.last", { id });
      assert.equal(last?.failed, true);
      assert.equal(last.problem, '"Chat Input: no cider at http://miller:***@cellar.example with Bearer ***"');
    });
  });
}
