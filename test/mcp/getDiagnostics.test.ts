import assert from "node:assert/strict";
import { codeSample } from "../support/codeSample.ts";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("get_diagnostics", codeSample, (bench) => {
  it("checks types of a file and of everything", async () => {
    const { items } = await ok(bench.client, "get_diagnostics", { path: "src/app.ts" });
    assert.deepEqual(items, [
      {
        path: "src/app.ts",
        line: 8,
        column: 14,
        code: 2322,
        message: "Type 'number' is not assignable to type 'string'.",
        severity: "error",
      },
    ]);
    assert.equal((await ok(bench.client, "get_diagnostics", {})).total, 1);
    await fails(bench.client, "get_diagnostics", { path: "tsconfig.json" }, "UNSUPPORTED_LANGUAGE");
  });
});
