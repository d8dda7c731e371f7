import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

const files = {
  "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, types: [] } }),
  "src/limit.ts": "export const limit = 10;\n",
  // The second has the property of the first only by its shape: a rename does not reach it.
  "src/size.ts": `export interface Size { width: number }
export const size = (of: Size) => of.width;
const given = { width: 1 };
export const one = size(given);
`,
  "src/app.ts": "import { limit } from './limit';\nexport const half = limit / 2;\n",
};

overEveryClient("apply_edits", files, (bench) => {
  const at = (file: string) => path.join(bench.workspace.folder, file);
  const plan = async (newName: string) => {
    const asked = { operation: "rename_symbol", symbol: "src/limit.ts#limit", newName };
    return (await ok(bench.client, "preview_refactoring", asked)).planId;
  };

  it("makes the change of a plan in every file, once", async () => {
    const planId = await plan("most");
    const { files: changed, undoId, diagnostics } = await ok(bench.client, "apply_edits", { planId });
    assert.deepEqual((changed as string[]).sort(), ["src/app.ts", "src/limit.ts"]);
    assert.deepEqual((diagnostics as { added: unknown }).added, []);
    assert.equal(await readFile(at("src/limit.ts"), "utf8"), "export const most = 10;\n");
    assert.match(await readFile(at("src/app.ts"), "utf8"), /^import \{ most \} .*\nexport const half = most \/ 2;\n$/);
    await ok(bench.client, "undo_edits", { undoId });
    assert.equal(await readFile(at("src/limit.ts"), "utf8"), "export const limit = 10;\n");
  });

  it("changes nothing when a file of the plan was changed meanwhile", async () => {
    const planId = await plan("most");
    await writeFile(at("src/app.ts"), `// later\n${files["src/app.ts"]}`);
    try {
      await fails(bench.client, "apply_edits", { planId }, "CONFLICT");
      assert.equal(await readFile(at("src/limit.ts"), "utf8"), "export const limit = 10;\n");
    } finally {
      await writeFile(at("src/app.ts"), files["src/app.ts"]);
    }
  });

  it("refuses a plan that would add errors, until they are accepted", async () => {
    const asked = { operation: "rename_symbol", symbol: "src/size.ts#Size/width", newName: "breadth" };
    const { planId } = await ok(bench.client, "preview_refactoring", asked);
    const error = await fails(bench.client, "apply_edits", { planId }, "ADDS_ERRORS");
    assert.match(String(error.remedy), /accept: \["errors"\]/);
    assert.match(JSON.stringify(error.added), /src\/size\.ts.*breadth/);
    assert.equal(await readFile(at("src/size.ts"), "utf8"), files["src/size.ts"]);
    await fails(bench.client, "apply_edits", { planId, accept: ["conflicts"] }, "ADDS_ERRORS");
    const { undoId } = await ok(bench.client, "apply_edits", { planId, accept: ["errors"] });
    assert.match(await readFile(at("src/size.ts"), "utf8"), /breadth: number/);
    await ok(bench.client, "undo_edits", { undoId });
  });

  it("refuses a plan with conflicts, until they are accepted", async () => {
    const asked = { operation: "rename_symbol", symbol: "src/limit.ts#limit", newName: "half" };
    const { planId } = await ok(bench.client, "preview_refactoring", asked);
    const error = await fails(bench.client, "apply_edits", { planId }, "HAS_CONFLICTS");
    assert.match(JSON.stringify(error.conflicts), /src\/app\.ts/);
    await fails(bench.client, "apply_edits", { planId, accept: ["errors"] }, "HAS_CONFLICTS");
    assert.equal(await readFile(at("src/app.ts"), "utf8"), files["src/app.ts"]);
    const accept = ["errors", "conflicts"];
    const { undoId } = await ok(bench.client, "apply_edits", { planId, accept });
    assert.match(await readFile(at("src/limit.ts"), "utf8"), /half/);
    await ok(bench.client, "undo_edits", { undoId });
  });

  it("apply_edits knows no plan that was not made", async () => {
    await fails(bench.client, "apply_edits", { planId: "p000" }, "NOT_FOUND");
  });
});
