import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { countTokens } from "../../src/server/platform/tokens.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const files = {
  "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, types: [], noEmit: true } }),
  "src/client.ts":
    "export class Client {\n  private calls = 0;\n  send(text: string): number {\n    const size = text.length * 2;\n    this.calls += 1;\n    return size + this.calls;\n  }\n}\n\nexport const limit = 10;\n",
  "src/index.ts": "export { Client, Client as Connection } from './client';\nexport * from './client';\n",
  "tools/report.py": "class Report:\n    def write(self): pass\n",
  "src/app.ts":
    "import { Client, limit } from './index';\n\nexport function run(client: Client): number {\n  const used = client.send('hello');\n  return used > limit ? used : limit;\n}\n\nexport const bad: string = run(new Client());\n",
};

describe("refactoring over MCP", () => {
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  let client: TestClient;

  before(async () => {
    workspace = await scratchWorkspace(files);
    server = await startServer({ folders: [workspace.folder] });
    client = await connect("2025-11-25 http", server, [workspace.folder]);
  });
  after(async () => {
    await client.close();
    await server.stop();
    await workspace.remove();
  });

  const text = (file: string) => readFile(path.join(workspace.folder, file), "utf8");
  const status = () => execFileSync("git", ["status", "--porcelain"], { cwd: workspace.folder, encoding: "utf8" });

  async function ok(tool: string, args: Record<string, unknown>) {
    const { value, isError } = await client.call(tool, args);
    assert.equal(isError, false, JSON.stringify(value));
    return value;
  }
  async function failure(tool: string, args: Record<string, unknown>) {
    const { value, isError } = await client.call(tool, args);
    assert.equal(isError, true, JSON.stringify(value));
    return value.error as { code: string; message: string; remedy: string } & Record<string, unknown>;
  }
  const preview = (args: Record<string, unknown>) => ok("preview_refactoring", args);

  /** Applies, checks the text, and takes it back byte for byte. */
  async function applied(args: Record<string, unknown>, expected: Record<string, RegExp>) {
    const plan = await preview(args);
    assert.equal(status(), "", "a preview changes nothing");
    const { undoId } = await ok("apply_edits", { planId: plan.planId });
    for (const [file, pattern] of Object.entries(expected)) assert.match(await text(file), pattern);
    assert.notEqual(status(), "");
    await ok("undo_edits", { undoId });
    assert.equal(status(), "");
    return plan;
  }

  it("finds symbols by part of a name, with the closest on a miss", async () => {
    const { symbols, total } = await ok("find_symbol", { query: "Client/send", include: ["type"] });
    assert.equal(total, 1);
    assert.deepEqual(symbols, [
      {
        symbol: "Client/send",
        kind: "method",
        path: "src/client.ts",
        line: 3,
        column: 3,
        signature: "send(text: string): number",
        type: "(text: string) => number",
      },
    ]);
    const { closest } = await ok("find_symbol", { query: "Clinet" });
    assert.ok((closest as string[]).includes("src/client.ts#Client"));
  });

  it("cuts the body of a large class to the budget and says so", async () => {
    const methods = Array.from(
      { length: 600 },
      (_, index) => `  method${index}(): number {\n    return ${index};\n  }\n`,
    );
    const file = path.join(workspace.folder, "src/large.ts");
    await writeFile(file, `/** Large. */\nexport class Large {\n${methods.join("")}}\n`);
    const { symbols } = await ok("find_symbol", { query: "Large", kinds: ["class"], include: ["body", "doc"] });
    const [large] = symbols as { body: string; doc: string; cut?: boolean }[];
    await rm(file);
    assert.equal(large?.cut, true);
    assert.match(large.body, /^(\/\*\* Large\. \*\/\n)?export class Large \{\n/);
    assert.match(large.doc, /Large/);
    const tokens = await countTokens(JSON.stringify({ symbols }));
    assert.ok(tokens <= 2000 && tokens > 1500, String(tokens));
  });

  it("says that a list of more than 5,000 symbols is not whole", async () => {
    const file = path.join(workspace.folder, "src/many.ts");
    await writeFile(file, Array.from({ length: 5100 }, (_, index) => `export const many${index} = 1;\n`).join(""));
    const found = await ok("find_symbol", { query: "many", limit: 1 });
    await rm(file);
    assert.deepEqual([found.complete, Number(found.total) > 5000], [false, true]);
    assert.match(JSON.stringify(found.incomplete), /Only the best 5000 of/);
  });

  it("groups references by the symbol that holds them", async () => {
    const { total, left, groups, kinds } = await ok("find_references", { symbol: "limit" });
    assert.deepEqual([total, left], [4, 0]);
    assert.deepEqual(kinds, { read: 2, declaration: 1, import: 1 });
    assert.deepEqual(groups, [
      { path: "src/client.ts", symbol: "limit", places: [[10, 14, "declaration"]] },
      { path: "src/app.ts", places: [[1, 18, "import"]] },
      {
        path: "src/app.ts",
        symbol: "run",
        places: [
          [5, 17, "read"],
          [5, 32, "read"],
        ],
      },
    ]);
  });

  it("says of a file in another language that its symbols are not known", async () => {
    for (const [tool, args] of [
      ["find_symbol", { query: "Report", path: "tools/report.py" }],
      ["find_references", { symbol: "tools/report.py#Report" }],
      ["find_references", { symbol: "Report", path: "tools/report.py" }],
      ["preview_refactoring", { operation: "rename_symbol", symbol: "tools/report.py#Report", newName: "Memo" }],
    ] as const) {
      const { code, remedy } = await failure(tool, args);
      assert.equal(code, "UNSUPPORTED_LANGUAGE", tool);
      assert.match(remedy, /search_code or extract_code_components/);
    }
  });

  it("pages references and keeps count of the places left", async () => {
    const first = await ok("find_references", { symbol: "src/client.ts#Client", limit: 1 });
    const second = await ok("find_references", { symbol: "src/client.ts#Client", limit: 1, cursor: first.cursor });
    const count = (value: Record<string, unknown>) =>
      (value.groups as { places: unknown[] }[]).reduce((sum, group) => sum + group.places.length, 0);
    assert.equal(count(first) + (first.left as number), first.total);
    assert.equal(count(first) + count(second) + (second.left as number), first.total);
  });

  it("checks types of a file and of everything", async () => {
    const { items } = await ok("get_diagnostics", { path: "src/app.ts" });
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
    assert.equal((await ok("get_diagnostics", {})).total, 1);
    assert.equal((await failure("get_diagnostics", { path: "tsconfig.json" })).code, "UNSUPPORTED_LANGUAGE");
  });

  it("renames across re-exports", async () => {
    const plan = await applied(
      { operation: "rename_symbol", symbol: "Client", newName: "Api" },
      { "src/client.ts": /class Api /, "src/index.ts": /Api, Api as Connection/, "src/app.ts": /import \{ Api, limit/ },
    );
    assert.deepEqual([plan.files, plan.edits, plan.added, plan.conflicts], [3, 6, [], []]);
    assert.deepEqual(plan.checked, { by: "names", files: 3, complete: true });
    assert.match(plan.diff as string, /-export class Client \{\n\+export class Api \{/);
  });

  it("warns of names that are taken and refuses what is no name", async () => {
    const { conflicts, added } = await preview({ operation: "rename_symbol", symbol: "limit", newName: "used" });
    assert.match(JSON.stringify(conflicts), /already means something else/);
    assert.deepEqual(added, [], "the compiler alone would not notice");
    const { code } = await failure("preview_refactoring", {
      operation: "rename_symbol",
      symbol: "limit",
      newName: "class",
    });
    assert.equal(code, "INVALID_ARGUMENT");
  });

  it("tells which symbols a name could mean", async () => {
    const { code, candidates } = await failure("find_references", { symbol: "nothing/here" }).then((error) => error);
    assert.deepEqual([code, candidates], ["NOT_FOUND", undefined]);
  });

  it("moves a file, mending imports on both sides", async () => {
    const plan = await applied(
      { operation: "move_path", path: "src/client.ts", to: "src/net/client.ts" },
      { "src/index.ts": /from '.\/net\/client'/, "src/net/client.ts": /class Client/ },
    );
    assert.deepEqual(plan.added, []);
  });

  it("moves a folder", async () => {
    await applied({ operation: "move_path", path: "src", to: "source" }, { "source/app.ts": /from '.\/index'/ });
  });

  it("moves a symbol into another file, and re-exports of it along", async () => {
    const plan = await applied(
      { operation: "move_symbol", symbol: "limit", to: "src/limits.ts" },
      {
        "src/limits.ts": /export const limit = 10;/,
        "src/index.ts": /export \* from '.\/client';\nexport \{ limit \} from '.\/limits';/,
      },
    );
    assert.deepEqual(plan.added, []);
  });

  it("extracts a function and a constant under the name that is asked for", async () => {
    const range = { startLine: 4, startColumn: 18, endLine: 4, endColumn: 33 };
    await applied(
      { operation: "extract_function", path: "src/client.ts", range, newName: "double" },
      { "src/client.ts": /function double\(text: string\)/ },
    );
    await applied(
      { operation: "extract_constant", path: "src/client.ts", range, newName: "doubled" },
      { "src/client.ts": /const doubled = text\.length \* 2;/ },
    );
  });

  it("inlines a variable, and runs the compiler's other actions by name", async () => {
    await applied(
      { operation: "inline", symbol: "run/used" },
      { "src/app.ts": /return client\.send\('hello'\) > limit/ },
    );
    const error = await failure("preview_refactoring", { operation: "no_such_action", symbol: "run" });
    assert.ok((error.operations as string[]).includes("convert_parameters_to_destructured_object"));
    await applied(
      { operation: "convert_parameters_to_destructured_object", symbol: "run" },
      { "src/app.ts": /run\(\{ client \}/ },
    );
  });

  it("says which new errors a plan would bring", async () => {
    const range = { startLine: 3, startColumn: 1, endLine: 3, endColumn: 1 };
    const { added, checked } = await preview({ operation: "rename_symbol", symbol: "Client/calls", newName: "send" });
    assert.ok((added as unknown[]).length > 0, JSON.stringify({ checked, range }));
    assert.equal((checked as { by: string }).by, "types");
  });
});
