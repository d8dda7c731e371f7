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

const tested = {
  "src/press.ts":
    "import { inner } from './inner.ts';\nexport const press = () => inner(1);\nexport interface Press {}\nexport class Cellar {\n  cool() {}\n}\n",
  "src/inner.ts": "export function inner(n: number) {\n  return n > 1 ? 1 : 2;\n}\nexport const two = 2;\n",
  "src/index.ts": "export * from './press.ts';\n",
  "src/lonely.ts": "export function lonely() {}\n",
  "src/types.ts": "export function onlyTypes() {}\n",
  "test/press.test.ts":
    "import { press } from '../src/index.ts';\nimport type { onlyTypes } from '../src/types.ts';\npress();\n",
};

overEveryClient("analyze_repository of a folder with tests", tested, (bench) => {
  it("lists the exported functions and classes that no test imports, where it is asked to", async () => {
    const { value } = await bench.client.call("analyze_repository", { untested: true, maxTokens: 20_000 });
    assert.deepEqual(value.untested, [
      { path: "src/lonely.ts", line: 1, name: "lonely", complexity: 1 },
      { path: "src/inner.ts", line: 1, name: "inner", complexity: 2, reached: true },
      { path: "src/press.ts", line: 4, name: "Cellar", complexity: 1, reached: true },
    ]);
    assert.equal((await bench.client.call("analyze_repository")).value.untested, undefined);
  });
});
