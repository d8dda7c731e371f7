import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";
import { scriptFacts } from "../../../src/server/analysis/syntax/tsFacts.ts";
import { calm, startAnalysis } from "../../support/analysis.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

const loop = (body: string) => `  for (const a of list) {
    if (a > 1) {
      for (const b of list) {
        if (b > a && (a > 3 || b > 4)) {
          ${body}
        }
      }
    }
  }
`;
const hard = (body: string, head = "export function hard(list: number[]): number") =>
  `${head} {\n  let sum = 0;\n${loop(body)}${"  if (sum > 1) sum--;\n".repeat(10)}  return sum;\n}\n`;

const extractIn = (text: string) =>
  scriptFacts("a.ts", text).functions.find(({ name }) => name.includes("hard"))?.extract;

describe("the refactoring of a finding", () => {
  it("applies, leaves a program that compiles, and lowers the number", async () => {
    const { folder, remove } = await scratchWorkspace({
      "tsconfig.json": '{"compilerOptions":{"strict":true},"include":["*.ts"]}',
      "a.ts": hard("sum += b;"),
    });
    const analysis = startAnalysis(folder);
    try {
      const query = { kind: "path" as const, roots: [{ absolute: folder, displayPath: "" }] };
      const worst = async () => {
        const { findings, metrics } = await analysis.analysis.quality(query, calm);
        return { finding: findings.find(({ rule }) => rule === "cognitive-complexity"), max: metrics.cognitive.max };
      };
      const { finding, max } = await worst();
      const preview = finding?.preview;
      assert.deepEqual([preview?.operation, preview?.path, preview?.range.startLine], ["extract_function", "a.ts", 3]);
      const file = path.join(folder, "a.ts");
      const { operation, range } = preview ?? assert.fail();
      const { changes } = await analysis.analysis.refactor({ operation, file, range }, calm);
      const [change] = changes;
      assert.ok(change?.kind === "edit");
      let text = hard("sum += b;");
      for (const edit of change.edits.toSorted((a, b) => b.start - a.start)) {
        text = text.slice(0, edit.start) + edit.newText + text.slice(edit.end);
      }
      assert.deepEqual(ts.transpileModule(text, { reportDiagnostics: true }).diagnostics, []);
      await writeFile(file, text);
      assert.ok((await worst()).max < max, text);
    } finally {
      await analysis.close();
      await remove();
    }
  });

  for (const [what, text] of [
    ["returns", hard("return b;")],
    [
      "breaks out of it",
      hard("sum += b;")
        .replace("for (const a of list) {", "outer: for (const a of list) {")
        .replace("sum += b", "continue outer"),
    ],
    ["uses arguments", hard("sum += arguments.length;")],
    ["waits", hard("sum += await b;", "export async function hard(list: number[]): Promise<number>")],
    ["is in generic code", hard("sum += b;", "export function hard<T>(list: (T & number)[]): number")],
    ["yields", hard("sum += yield b;", "export function* hard(list: number[]): Generator<number, number, number>")],
  ] as const) {
    it(`is not the loop that ${what}`, () => {
      assert.notEqual(extractIn(text)?.startLine, 3);
    });
  }

  it("is absent for code without a file, and for a function that is easy to follow", async () => {
    assert.equal(extractIn("export function hard(a: number) { return a; }"), undefined);
    const analysis = startAnalysis();
    const { findings } = await analysis.analysis.quality(
      { kind: "code", code: hard("sum += b;"), language: "ts" },
      calm,
    );
    await analysis.close();
    assert.ok(findings.length > 0 && findings.every(({ preview }) => preview === undefined));
  });
});
