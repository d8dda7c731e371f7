import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";
import { recordRuns } from "../support/ledgerRuns.ts";

// Kept by the ledger, and far from the calls of other tests, in the data folder that clients over stdio share.
const startedAt = new Date(Date.now() - 300 * 86_400_000);

overEveryClient("estimate_cost", { "notes.txt": "one" }, (bench) => {
  before(async () => {
    const runs = [1, 2, 3].map((size) => ({
      ...{ id: `estimate ${String(size)}`, flowName: "Estimated cider", startedAt },
      usage: { reported: true, models: [{ model: "gpt-4o", inputTokens: size * 100, outputTokens: 0 }] } as const,
    }));
    for (const data of new Set([bench.server.data, process.env["LFC_DATA"] ?? ""])) await recordRuns(data, runs);
  });

  it("gives what past runs of the flow cost, with the prices of now", async () => {
    const { value, isError } = await bench.client.call("estimate_cost", { flow: "Estimated cider", input: "pears" });
    assert.equal(isError, false, JSON.stringify(value));
    assert.deepEqual(value.cost, { low: "0.00025", median: "0.0005", high: "0.00075" });
    assert.deepEqual([value.runs, value.unknown], [3, []]);
  });

  it("says what is missing for a flow that nobody knows", async () => {
    const { value, isError } = await bench.client.call("estimate_cost", { flow: "flows/none.json" });
    assert.equal(isError, true);
    assert.match(JSON.stringify(value), /NOT_FOUND/);
  });
});
