import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { calm, startAnalysis } from "../../support/analysis.ts";
import type { TestAnalysis } from "../../support/analysis.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const types = { compilerOptions: { strict: true, types: [] } };

describe("analysis of changing files", () => {
  let workspace: ScratchWorkspace;
  let ours: TestAnalysis;
  const at = (file: string) => path.join(workspace.folder, file);
  const codes = async (file?: string) =>
    (await ours.analysis.diagnostics({ path: file && at(file) }, calm)).items.map(({ code }) => code);
  const total = async (namePath: string) => (await ours.references({ kind: "name", namePath })).total;

  beforeEach(async () => {
    workspace = await scratchWorkspace({
      "tsconfig.json": JSON.stringify(types),
      "a.ts": "export const one: number = 1;\n",
      "b.ts": "import { one } from './a';\nexport const two = one + 1;\n",
    });
    ours = startAnalysis(workspace.folder);
  });
  afterEach(async () => {
    await ours.close();
    await workspace.remove();
  });

  it("sees an outside edit of the same length at once, 100 times", async () => {
    const texts = ["export const one: number = 1;\n", "export const one: string = 1;\n"];
    for (let turn = 1; turn <= 100; turn++) {
      await writeFile(at("a.ts"), texts[turn % 2] ?? "");
      assert.deepEqual(await codes("a.ts"), turn % 2 === 1 ? [2322] : [], `turn ${turn}`);
    }
  });

  it("sees an edit whose time stamp was put back", async () => {
    assert.deepEqual(await codes("a.ts"), []);
    const before = new Date(Date.now() - 60_000);
    await utimes(at("a.ts"), before, before);
    assert.deepEqual(await codes("a.ts"), []);
    await writeFile(at("a.ts"), "export const one: string = 1;\n");
    await utimes(at("a.ts"), before, before);
    assert.deepEqual(await codes("a.ts"), [2322]);
  });

  it("sees what is renamed over a file, of the same length and with its time stamp", async () => {
    const before = new Date(Date.now() - 60_000);
    await utimes(at("a.ts"), before, before);
    assert.deepEqual(await codes("a.ts"), []);
    assert.deepEqual(await codes("a.ts"), []);
    await writeFile(at("a.new"), "export const one: string = 1;\n");
    await utimes(at("a.new"), before, before);
    await rename(at("a.new"), at("a.ts"));
    assert.deepEqual(await codes("a.ts"), [2322]);
  });

  it("answers a remembered question from the texts of now", async () => {
    const before = new Date(Date.now() - 60_000);
    for (const file of ["a.ts", "b.ts"]) await utimes(at(file), before, before);
    assert.equal(await total("one"), 3);
    assert.equal(await total("one"), 3);
    await writeFile(at("b.ts"), "import { one } from './a';\nexport const two = one;one;\n");
    assert.equal(await total("one"), 4);
    ours.editor.set(at("b.ts"), "");
    assert.equal(await total("one"), 1);
    ours.editor.delete(at("b.ts"));
    assert.equal(await total("one"), 4);
  });

  it("gives the same answer out again while nothing has changed, and a new one after an edit", async () => {
    const before = new Date(Date.now() - 60_000);
    for (const file of ["a.ts", "b.ts"]) await utimes(at(file), before, before);
    const ask = (namePath: string) => ours.references({ kind: "name", namePath });
    const first = await ask("one");
    assert.equal(await ask("one"), first);
    assert.equal((await ask("two")).symbol, "b.ts#two");
    assert.deepEqual(await ask("one"), first);
    await writeFile(at("b.ts"), "import { one } from './a';\nexport const two = one;one;\n");
    const then = await ask("one");
    assert.notEqual(then, first);
    assert.equal(then.total, 4);
    assert.equal((await ours.analysis.symbols({ query: "one" }, calm)).total, 1);
  });

  it("sees files that come, move and go", async () => {
    assert.equal(await total("one"), 3);
    await writeFile(at("c.ts"), "import { one } from './a';\nexport const three = one + 2;\n");
    assert.equal(await total("one"), 5);
    await mkdir(at("deep"));
    await rename(at("c.ts"), at("deep/c.ts"));
    assert.deepEqual(await codes("deep/c.ts"), [2307]);
    await rm(at("deep"), { recursive: true });
    assert.equal(await total("one"), 3);
    await rm(at("a.ts"));
    assert.deepEqual(await codes("b.ts"), [2307]);
  });

  it("finds an import that was missing before", async () => {
    await writeFile(at("d.ts"), "import { late } from './late';\nexport const now = late;\n");
    assert.deepEqual(await codes("d.ts"), [2307]);
    await writeFile(at("late.ts"), "export const late = 1;\n");
    assert.deepEqual(await codes("d.ts"), []);
  });

  it("follows a changed tsconfig and the dependencies of a package", async () => {
    await writeFile(at("e.ts"), "import { dep } from 'dep';\nexport const f = (x) => dep(x);\n");
    assert.deepEqual(await codes("e.ts"), [2307, 7006]);
    await writeFile(at("tsconfig.json"), JSON.stringify({ compilerOptions: { strict: false, types: [] } }));
    assert.deepEqual(await codes("e.ts"), [2307]);
    await mkdir(at("node_modules/dep"), { recursive: true });
    await writeFile(at("node_modules/dep/package.json"), JSON.stringify({ name: "dep", types: "index.d.ts" }));
    await writeFile(at("node_modules/dep/index.d.ts"), "export declare function dep(x: number): number;\n");
    assert.deepEqual(await codes("e.ts"), []);
  });

  it("sees what git checks out", async () => {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace.folder, stdio: "pipe" });
    await writeFile(at("a.ts"), "export const one = 'text';\n");
    await writeFile(at("x.ts"), "export const x: string = one;\n");
    assert.deepEqual(await codes("x.ts"), [2304]);
    git("stash", "-u", "-q");
    assert.deepEqual(await codes(), []);
    git("stash", "pop", "-q");
    assert.deepEqual(await codes(), [2304]);
  });

  it("lets the editor's text win over the disk, new files included", async () => {
    ours.editor.set(at("a.ts"), "export const one: string = 1;\n");
    assert.deepEqual(await codes("a.ts"), [2322]);
    ours.editor.set(at("new.ts"), "import { one } from './a';\nexport const twice = one + one;\n");
    assert.equal(await total("one"), 6);
    ours.editor.clear();
    assert.equal(await total("one"), 3);
    assert.deepEqual(await codes("a.ts"), []);
  });
});
