import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { branches } from "../support/complexCode.ts";
import { overEveryClient } from "../support/everyClient.ts";

interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly path: string;
}

interface Position {
  readonly path: string;
  readonly line: number;
}

const files = {
  ...Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`src/f${at}.ts`, `export const v${at}: any = ${at};\n`]),
  ),
  "src/hard.ts": branches("hard"),
};

overEveryClient("analyze_code_quality", files, (bench) => {
  it("hands out every finding once over its pages, each within 2,000 tokens", async () => {
    const seen: string[] = [];
    let total: unknown;
    for (let cursor: unknown; ;) {
      const { value, isError } = await bench.client.call(
        "analyze_code_quality",
        cursor === undefined ? { severity: "information" } : { severity: "information", cursor },
      );
      assert.equal(isError, false, JSON.stringify(value));
      assert.ok(countTokens(JSON.stringify(value)) <= 2000);
      seen.push(...(value.findings as Position[]).map(({ path, line }) => `${path}:${line}`));
      ({ total, cursor } = value);
      if (value.left === 0) break;
    }
    assert.equal(seen.length, total);
    assert.equal(new Set(seen.filter((one) => one.startsWith("src/f") && one.endsWith(":1"))).size, 60);
  });

  it("lists of a folder what is worth acting on and says how many findings are behind", async () => {
    const { value } = await bench.client.call("analyze_code_quality", {});
    const findings = value.findings as Finding[];
    const [first] = findings;
    assert.deepEqual([first?.rule, first?.severity, first?.path], ["cognitive-complexity", "warning", "src/hard.ts"]);
    assert.ok(findings.every(({ severity }) => severity !== "information"));
    const all = await bench.client.call("analyze_code_quality", { severity: "information", limit: 1 });
    assert.equal(findings.length + Number(value.behind), all.value.total);
    assert.equal(all.value.behind, undefined);
    const one = await bench.client.call("analyze_code_quality", { path: "src/f1.ts" });
    assert.ok(
      (one.value.findings as Finding[]).some(({ rule }) => rule === "no-explicit-any"),
      "of one file, everything",
    );
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
