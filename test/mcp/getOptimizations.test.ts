import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";
import { recordRuns } from "../support/ledgerRuns.ts";

overEveryClient("get_optimizations", { "notes.txt": "one" }, (bench) => {
  before(async () => {
    const runs = Array.from({ length: 5 }, (_, id) => ({
      ...{
        id: `optimized ${String(id)}`,
        flowName: "Optimized cider",
        startedAt: new Date(),
        outcome: "failed" as const,
      },
      usage: { reported: true, models: [{ model: "gpt-4o", inputTokens: 1000, outputTokens: 0 }] } as const,
    }));
    for (const data of new Set([bench.server.data, process.env["LFC_DATA"] ?? ""])) await recordRuns(data, runs);
  });

  it("suggests what could cost less, and says where there is too little use", async () => {
    const { value, isError } = await bench.client.call("get_optimizations");
    assert.equal(isError, false, JSON.stringify(value));
    const suggestions = value["suggestions"] as { id: string; saving: object }[];
    const ours = suggestions.find(({ id }) => id === "failedRuns:Optimized cider");
    assert.deepEqual(ours?.saving, { tokens: 5000, dollars: "0.0125" });
    assert.deepEqual(value["applied"], []);
  });

  it("applies nothing", async () => {
    const { value, isError } = await bench.client.call("get_optimizations", { apply: "unusedTools" });
    assert.deepEqual([isError, (value["error"] as { code: string }).code], [true, "INVALID_ARGUMENT"]);
  });
});
