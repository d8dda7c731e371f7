import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { overEveryClient } from "../support/everyClient.ts";

const many = Object.fromEntries(
  Array.from({ length: 300 }, (_, at) => [
    `src/part${at}/file.ts`,
    `import "../part${(at + 1) % 300}/file";\nexport const f${at} = (a: number) => (a ? 1 : 2);\n`,
  ]),
);

overEveryClient("analyze_repository", many, (bench) => {
  it("answers within 2,000 tokens, with whole counts and what each list left out", async () => {
    const { value, isError } = await bench.client.call("analyze_repository");
    assert.equal(isError, false, JSON.stringify(value));
    assert.ok(countTokens(JSON.stringify(value)) <= 2000);
    assert.deepEqual([value.files, value.lines, value.complete], [300, 600, true]);
    const left = value.left as Record<string, number>;
    assert.equal((value.modules as unknown[]).length + (left.modules ?? 0), 300);
    assert.equal((value.hotSpots as unknown[]).length + (left.hotSpots ?? 0), 300);
    assert.deepEqual((value.languages as unknown[])[0], { language: "TypeScript", files: 300, lines: 600 });
  });

  it("cuts nothing when the budget is large", async () => {
    const { value } = await bench.client.call("analyze_repository", { path: "src", maxTokens: 100_000 });
    assert.equal((value.modules as unknown[]).length, 300);
    assert.equal(value.left, undefined);
  });

  it("refuses a file and a folder that is not there with a remedy", async () => {
    const file = await bench.client.call("analyze_repository", { path: "src/part1/file.ts" });
    const missing = await bench.client.call("analyze_repository", { path: "nowhere" });
    assert.deepEqual(
      [file, missing].map(({ value }) => (value.error as { code: string }).code),
      ["INVALID_ARGUMENT", "NOT_FOUND"],
    );
  });
});
