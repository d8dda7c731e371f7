import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { RefactorQuery } from "../../../src/server/analysis/typescript/answers.ts";
import { calm, openedWorkspace } from "../../support/analysis.ts";
import { makePipe } from "../../support/workspaces.ts";

const options = { strict: true, types: [], composite: true, module: "ESNext", moduleResolution: "Bundler" };

describe("refactorings", () => {
  const { open, analysis, at } = openedWorkspace();
  const location = (file: string, line: number, column: number) =>
    ({ kind: "position", file: at(file), line, column }) as const;
  const refactor = (query: RefactorQuery) => analysis().refactor(query, calm);

  /** The text of a file after the refactoring. */
  async function textAfter(file: string, query: RefactorQuery): Promise<string> {
    const { changes } = await refactor(query);
    const change = changes.find((one) => one.path === at(file));
    assert.equal(change?.kind, "edit");
    let text = await readFile(at(file), "utf8");
    for (const { start, end, newText } of [...change.edits].reverse())
      text = text.slice(0, start) + newText + text.slice(end);
    return text;
  }

  it("warn of a name that is taken in a file of another project", async () => {
    await open({
      "core/tsconfig.json": JSON.stringify({ compilerOptions: options }),
      "web/tsconfig.json": JSON.stringify({ compilerOptions: options, references: [{ path: "../core" }] }),
      "core/x.ts": "export const x = 1;\n",
      "web/z.ts": "import { x } from '../core/x';\nexport function g(total: number) {\n  return x + total;\n}\n",
    });
    const { conflicts } = await refactor({
      operation: "rename_symbol",
      target: location("core/x.ts", 1, 14),
      newName: "total",
    });
    assert.deepEqual(conflicts[0], { path: "web/z.ts", line: 3, message: "total already means something else here." });
  });

  it("name the file of the compiler's library that a member has its name from", async () => {
    await open({
      "tsconfig.json": JSON.stringify({ compilerOptions: options }),
      "a.ts": "export class Fault extends Error {\n  override message = 'x';\n}\n",
    });
    const query = { operation: "rename_symbol", target: location("a.ts", 2, 12), newName: "text" };
    await assert.rejects(refactor(query), {
      code: "DECLARED_OUTSIDE",
      message: "a.ts:2:12 has its name from a type outside of the workspace, declared in lib.es5.d.ts.",
    });
  });

  it("refuse to move several symbols of a file without imports and exports by one plan", async () => {
    await open({
      "tsconfig.json": JSON.stringify({ compilerOptions: { ...options, allowJs: true, composite: false } }),
      "a.js": "function one() {}\nfunction two() {}\nmodule.exports = { one, two };\n",
    });
    const targets = ["one", "two"].map((namePath) => ({ kind: "name", namePath, file: at("a.js") }) as const);
    await assert.rejects(refactor({ operation: "move_symbol", targets, to: at("b.js") }), (error) => {
      assert.match(String(error), /a\.js has neither imports nor exports: its symbols move one at a time/);
      return true;
    });
  });

  it("leave the variable that a shorthand gives a renamed property", async () => {
    await open({
      "tsconfig.json": JSON.stringify({ compilerOptions: options }),
      "a.ts": `import { size } from "./size";
interface Box { size: number }
export const box: Box = { size };
export function sizeOf({ size }: Box): number { return size; }
`,
      "size.ts": "export const size = 1;\n",
    });
    const query = { operation: "rename_symbol", target: location("a.ts", 2, 17), newName: "length" } as const;
    const { changes, conflicts } = await refactor(query);
    assert.equal(
      await textAfter("a.ts", query),
      `import { size } from "./size";
interface Box { length: number }
export const box: Box = { length: size };
export function sizeOf({ length: size }: Box): number { return size; }
`,
    );
    assert.deepEqual([changes.length, conflicts], [1, []]);
    const { added, complete } = await analysis().impact({ changes, scope: "dependents", timeoutMs: 20_000 }, calm);
    assert.deepEqual([added, complete], [[], true]);
  });

  it("refuse to rename the path of an import, which is a move", async () => {
    await open({ "foo.ts": "export const foo = 1;\n", "main.ts": "import { foo } from './foo';\nfoo;\n" });
    await assert.rejects(
      refactor({ operation: "rename_symbol", target: location("main.ts", 1, 24), newName: "bar" }),
      (error: { code?: string; remedy?: string }) =>
        error.code === "INVALID_ARGUMENT" && error.remedy?.includes("move_path") === true,
    );
  });

  it("give extracted code its name without touching strings and comments", async () => {
    await open({
      "a.ts": "function log(text: string) { return text; }\nlog(`calls newFunction now`);\n",
      "b.js": "const newType = 'NewType';\n/** @type {{ a: number }} */\nexport const b = { a: 1 };\n",
    });
    const query = { operation: "extract_function", file: at("a.ts"), newName: "say" } as const;
    const range = { startLine: 2, startColumn: 1, endLine: 2, endColumn: 29 };
    const text = await textAfter("a.ts", { ...query, range });
    assert.match(text, /function say\(\) \{\s+log\(`calls newFunction now`\);/);
    assert.match(text, /^say\(\);/m);

    const type = { startLine: 2, startColumn: 12, endLine: 2, endColumn: 25 };
    const typed = await textAfter("b.js", {
      operation: "extract_to_typedef",
      file: at("b.js"),
      range: type,
      newName: "Pair",
    });
    assert.match(typed, /@typedef \{\{ ?a: number;? ?\}\} Pair[\s\S]+@type \{Pair\}/);
    assert.match(typed, /'NewType'/);
  });

  it("move a symbol with the line ends of the files that re-export it", async () => {
    await open({
      "tsconfig.json": JSON.stringify({ compilerOptions: options }),
      "limits.ts": "export const limit = 10;\r\nexport const other = 1;\r\n",
      "index.ts": "export { limit, other } from './limits';\r\nexport * from './limits';\r\n",
    });
    const target = location("limits.ts", 1, 14);
    const text = await textAfter("index.ts", { operation: "move_symbol", target, to: at("moved.ts") });
    assert.match(text, /export \{ limit \} from '.\/moved';/);
    assert.doesNotMatch(text, /(?<!\r)\n/);
  });

  it("refuse to move a pipe, and do not wait for it", async function () {
    if (process.platform === "win32") this.skip();
    await open({ "a.ts": "export const a = 1;\n" });
    makePipe(at("x.ts"));
    const query = { operation: "move_path", file: at("x.ts"), to: at("y.ts") };
    await assert.rejects(refactor(query), { code: "NOT_A_REGULAR_FILE" });
  });
});
