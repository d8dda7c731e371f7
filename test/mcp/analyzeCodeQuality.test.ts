import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { overEveryClient } from "../support/everyClient.ts";

interface Place {
  readonly path: string;
  readonly line: number;
}

const files = Object.fromEntries(
  Array.from({ length: 60 }, (_, at) => [`src/f${at}.ts`, `export const v${at}: any = ${at};\n`]),
);

overEveryClient("analyze_code_quality", files, (bench) => {
  it("hands out every finding once over its pages, each within 2,000 tokens", async () => {
    const seen: string[] = [];
    let total: unknown;
    for (let cursor: unknown; ;) {
      const { value, isError } = await bench.client.call(
        "analyze_code_quality",
        cursor === undefined ? {} : { cursor },
      );
      assert.equal(isError, false, JSON.stringify(value));
      assert.ok(countTokens(JSON.stringify(value)) <= 2000);
      seen.push(...(value.findings as Place[]).map(({ path, line }) => `${path}:${line}`));
      ({ total, cursor } = value);
      if (value.left === 0) break;
    }
    assert.equal(seen.length, total);
    assert.equal(new Set(seen.filter((one) => one.endsWith(":1"))).size, 60);
  });

  it("judges a piece of code and refuses half a question", async () => {
    const { value } = await bench.client.call("analyze_code_quality", {
      code: "const a = (b: any) => b;",
      language: "ts",
    });
    assert.equal((value.metrics as { functions: number }).functions, 1);
    const refused = await bench.client.call("analyze_code_quality", { code: "1" });
    assert.equal((refused.value.error as { code: string }).code, "INVALID_ARGUMENT");
    const unknown = await bench.client.call("analyze_code_quality", { code: "1", language: "cobol" });
    assert.equal((unknown.value.error as { code: string }).code, "UNSUPPORTED_LANGUAGE");
  });
});
