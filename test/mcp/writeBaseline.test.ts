import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { branches } from "../support/complexCode.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("write_baseline", { "src/hard.ts": branches("hard") }, (bench) => {
  it("is refused without the user: what is accepted is no decision of a flow", async () => {
    const { value, isError } = await bench.client.call("write_baseline", {});
    assert.equal(isError, true);
    assert.equal((value.error as { code: string }).code, "PROTECTED_PATH", JSON.stringify(value));
    assert.ok(!existsSync(path.join(bench.workspace.folder, ".langflow-connect")));
    const { value: quality } = await bench.client.call("analyze_code_quality", {});
    assert.equal((quality.findings as unknown[]).length, 2);
  });
});
