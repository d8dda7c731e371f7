import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";
import { recordRuns } from "../support/ledgerRuns.ts";

// Far from the calls of other tests, in the data folder that clients over stdio share.
const startedAt = new Date("2003-05-01T12:00:00Z");
const may = { from: "2003-05-01T00:00:00Z", to: "2003-06-01T00:00:00Z" };

overEveryClient("get_cost_report", { "notes.txt": "one" }, (bench) => {
  before(async () => {
    const used = (model: string) =>
      ({ reported: true, models: [{ model, inputTokens: 1000, outputTokens: 10 }] }) as const;
    const runs = ["Cider", "Perry", "Mead"].map((flowName) => ({
      ...{ id: `cost report ${flowName}`, flowName, startedAt },
      usage: used(flowName === "Mead" ? "plum-1" : "gpt-4o"),
    }));
    for (const data of new Set([bench.server.data, process.env["LFC_DATA"] ?? ""])) await recordRuns(data, runs);
  });

  it("gives rows and their sum, exact, and null for what is unknown", async () => {
    const { value, isError } = await bench.client.call("get_cost_report", { ...may, by: ["flow"] });
    assert.equal(isError, false, JSON.stringify(value));
    const { rows, sum, currency, total, left } = value as {
      rows: { key: object; cost: string | null }[];
      sum: { runs: number; cost: string | null; unknown: string[] };
    } & Record<string, unknown>;
    // $2.50 and $10 for a million tokens.
    assert.deepEqual(
      rows.map(({ key, cost }) => [key, cost]),
      [
        [{ flow: "Cider" }, "0.0026"],
        [{ flow: "Mead" }, null],
        [{ flow: "Perry" }, "0.0026"],
      ],
    );
    assert.deepEqual([sum.runs, sum.cost, sum.unknown, currency, total, left], [3, null, ["plum-1"], "USD", 3, 0]);
  });

  it("counts days back from a time, or from now, and wants one of both beginnings", async () => {
    const to = "2003-05-02T00:00:00Z";
    const { value } = await bench.client.call("get_cost_report", { to, days: 1, by: [] });
    const { from, sum } = value as { from: string; sum: { runs: number } };
    assert.deepEqual([from, sum.runs], ["2003-05-01T00:00:00.000Z", 3]);
    const earlier = await bench.client.call("get_cost_report", { to: "2003-05-01T00:00:00Z", days: 1, by: [] });
    assert.equal((earlier.value.sum as { runs: number }).runs, 0);
    const recent = await bench.client.call("get_cost_report", { days: 1, by: [] });
    assert.ok(Date.parse(String(recent.value.to)) >= Date.now() - 1000, String(recent.value.to));
    for (const args of [{}, { from: may.from, days: 1 }]) {
      const refused = await bench.client.call("get_cost_report", { ...args, by: [] });
      assert.partialDeepStrictEqual(refused.value, { error: { code: "INVALID_ARGUMENT" } });
    }
  });

  it("is cut by a limit, and goes on with the cursor", async () => {
    const first = await bench.client.call("get_cost_report", { ...may, by: ["flow"], limit: 2 });
    assert.deepEqual([(first.value.rows as unknown[]).length, first.value.left], [2, 1]);
    const next = await bench.client.call("get_cost_report", {
      ...may,
      by: ["flow"],
      limit: 2,
      cursor: first.value.cursor,
    });
    assert.deepEqual(
      (next.value.rows as { key: unknown }[]).map(({ key }) => key),
      [{ flow: "Perry" }],
    );
    const small = await bench.client.call("get_cost_report", { ...may, by: ["flow"], maxTokens: 200 });
    assert.equal(small.value.left, 2);
  });

  it("names the argument that does not fit", async () => {
    const { value, isError } = await bench.client.call("get_cost_report", { ...may, by: ["colour"] });
    assert.equal(isError, true);
    assert.match(JSON.stringify(value), /INVALID_ARGUMENT.*by/);
  });
});
