import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

const files = {
  "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, types: [] } }),
  "src/limit.ts": "export const limit = 10;\n",
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
    await fails(bench.client, "apply_edits", { planId }, "CONFLICT");
    assert.equal(await readFile(at("src/limit.ts"), "utf8"), "export const limit = 10;\n");
    await writeFile(at("src/app.ts"), files["src/app.ts"]);
  });

  it("apply_edits knows no plan that was not made", async () => {
    await fails(bench.client, "apply_edits", { planId: "p000" }, "NOT_FOUND");
  });
});
