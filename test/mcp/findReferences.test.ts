import assert from "node:assert/strict";
import { codeSample } from "../support/codeSample.ts";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("find_references", codeSample, (bench) => {
  it("groups references by the symbol that holds them", async () => {
    const { total, left, groups, kinds } = await ok(bench.client, "find_references", { symbol: "limit" });
    assert.deepEqual([total, left], [4, 0]);
    assert.deepEqual(kinds, { read: 2, declaration: 1, import: 1 });
    assert.deepEqual(groups, [
      { path: "src/client.ts", symbol: "limit", positions: [[10, 14, "declaration"]] },
      { path: "src/app.ts", positions: [[1, 18, "import"]] },
      {
        path: "src/app.ts",
        symbol: "run",
        positions: [
          [5, 17, "read"],
          [5, 32, "read"],
        ],
      },
    ]);
  });

  it("pages references and keeps count of the positions left", async () => {
    const first = await ok(bench.client, "find_references", { symbol: "src/client.ts#Client", limit: 1 });
    const second = await ok(bench.client, "find_references", {
      symbol: "src/client.ts#Client",
      limit: 1,
      cursor: first.cursor,
    });
    const count = (value: Record<string, unknown>) =>
      (value.groups as { positions: unknown[] }[]).reduce((sum, group) => sum + group.positions.length, 0);
    assert.equal(count(first) + (first.left as number), first.total);
    assert.equal(count(first) + count(second) + (second.left as number), first.total);
  });

  it("guesses no symbol for a name that is nowhere", async () => {
    const { candidates } = await fails(bench.client, "find_references", { symbol: "nothing/here" }, "NOT_FOUND");
    assert.equal(candidates, undefined);
  });

  it("says of a file in another language that its symbols are not known", async () => {
    for (const args of [{ symbol: "tools/report.py#Report" }, { symbol: "Report", path: "tools/report.py" }]) {
      const { remedy } = await fails(bench.client, "find_references", args, "UNSUPPORTED_LANGUAGE");
      assert.match(String(remedy), /search_code or extract_code_components/);
    }
  });
});
