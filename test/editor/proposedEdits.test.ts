import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { paletteOf } from "../support/palette.ts";
import type { Palette } from "../support/palette.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const files = {
  "tsconfig.json": '{"compilerOptions":{"strict":true},"include":["src"]}\n',
  "src/pear.ts": "export function pear(): number {\n  return 1;\n}\n",
  "src/press.ts": 'import { pear } from "./pear";\nexport const juice = pear();\n',
};

describe("a change that is proposed in a window", function () {
  this.timeout(120_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let palette: Palette;
  let client: TestClient;
  const disk = (file: string) => readFileSync(path.join(workspace.folder, file), "utf8");

  beforeEach(async () => {
    workspace = await scratchWorkspace(files);
    editor = await openEditor({ workspace: workspace.folder, settings: { "langflowConnect.preview.seconds": 60 } });
    palette = paletteOf(editor);
    client = await editor.mcp();
  });
  afterEach(async () => {
    await editor.close();
    await workspace.remove();
  });

  const panel = () => editor.page.locator(".refactor-preview, .bulk-edit-panel");
  const press = (name: "Apply" | "Discard") => panel().getByRole("button", { name }).click();
  const row = (text: string) => editor.page.locator(".bulk-edit-panel .monaco-list-row", { hasText: text });
  const why = () => palette.box("Why not?");
  const edit = { path: "src/pear.ts", edits: [{ oldText: "return 1", newText: "return 2" }] };

  async function planRename(): Promise<unknown> {
    const args = { operation: "rename_symbol", symbol: "src/pear.ts#pear", newName: "quince" };
    const { value, isError } = await client.call("preview_refactoring", args);
    assert.equal(isError, false, JSON.stringify(value));
    return value.planId;
  }

  it("says who asks, what for and for how long, and is accepted by Apply", async () => {
    const calling = client.call("edit_file", edit);
    await row("Asked for by").first().waitFor();
    assert.match(await row("Asked for by").first().innerText(), /Asked for by .+: Edit src.pear\.ts/);
    await until("the time limit is said", async () => (await panel().innerText()).includes("in 60 s"));
    await press("Apply");
    const { value, isError } = await calling;
    assert.equal(isError, false, JSON.stringify(value));
    assert.equal(value.outcome, "accepted");
    assert.match(disk("src/pear.ts"), /return 2/);
  });

  it("is rejected with what the user says to it", async () => {
    const calling = client.call("edit_file", edit);
    await press("Discard");
    await why().waitFor();
    await why().locator("input").fill("  One pear is enough.  ");
    await editor.page.keyboard.press("Enter");
    const { value, isError } = await calling;
    assert.equal(isError, false, JSON.stringify(value));
    assert.deepEqual(value, { outcome: "rejected", comment: "One pear is enough." });
    assert.equal(disk("src/pear.ts"), files["src/pear.ts"]);
  });

  it("is rejected without a word when the user has none, by Enter and by Escape", async () => {
    for (const key of ["Enter", "Escape"]) {
      const calling = client.call("apply_edits", { planId: await planRename() });
      await press("Discard");
      await why().waitFor();
      await editor.page.keyboard.press(key);
      const { value, isError } = await calling;
      assert.equal(isError, false, JSON.stringify(value));
      assert.deepEqual(value, { outcome: "rejected", files: [] });
      await why().waitFor({ state: "hidden" });
    }
    assert.equal(disk("src/press.ts"), files["src/press.ts"]);
  });

  it("is accepted in part, says which files have it, and the part can be undone", async () => {
    const calling = client.call("apply_edits", { planId: await planRename() });
    await row("press.ts").first().locator(".edit-checkbox").click();
    await press("Apply");
    const { value, isError } = await calling;
    assert.equal(isError, false, JSON.stringify(value));
    assert.equal(value.outcome, "partly accepted");
    assert.deepEqual(value.files, ["src/pear.ts"]);
    assert.deepEqual(value.leftOut, ["src/press.ts"]);
    assert.match(disk("src/pear.ts"), /function quince/);
    assert.equal(disk("src/press.ts"), files["src/press.ts"]);

    const undoing = client.call("undo_edits", { undoId: value.undoId });
    await press("Apply");
    const undone = await undoing;
    assert.equal(undone.isError, false, JSON.stringify(undone.value));
    assert.equal(disk("src/pear.ts"), files["src/pear.ts"]);
  });

  it("is a conflict when the text moves on under the preview, and what was typed stays", async () => {
    const calling = client.call("edit_file", edit);
    await row("Asked for by").first().waitFor();
    await editor.inHost(
      async (vscode, file) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
        const typed = new vscode.WorkspaceEdit();
        typed.insert(document.uri, new vscode.Position(0, 0), "// typed\n");
        await vscode.workspace.applyEdit(typed);
      },
      path.join(workspace.folder, "src/pear.ts"),
    );
    await press("Apply");
    await editor.page.locator(".monaco-dialog-box").getByRole("button", { name: "OK" }).click();
    // VS Code keeps its preview open: there is nothing left to do in it but this.
    if ((await panel().getByRole("button", { name: "Discard" }).count()) > 0)
      await press("Discard").catch(() => undefined);
    const { value, isError } = await calling;
    assert.equal(isError, true, JSON.stringify(value));
    assert.equal((value.error as { code: string }).code, "CONFLICT");
    assert.match((value.error as { message: string }).message, /Changed since the plan was made: src\/pear\.ts/);
    const text = await editor.inHost(
      async (vscode, file) => {
        return (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).getText();
      },
      path.join(workspace.folder, "src/pear.ts"),
    );
    assert.equal(text, `// typed\n${files["src/pear.ts"]}`);
    assert.equal(await why().count(), 0, "nobody is asked why");
  });

  it("is a conflict when somebody else makes the new file under the preview, whose text stays", async () => {
    const args = { operation: "move_symbol", symbol: "src/pear.ts#pear", to: "src/quince.ts" };
    const plan = await client.call("preview_refactoring", args);
    assert.equal(plan.isError, false, JSON.stringify(plan.value));
    const calling = client.call("apply_edits", { planId: plan.value.planId });
    await row("(creating)").waitFor();
    writeFileSync(path.join(workspace.folder, "src/quince.ts"), "// another's\n");
    await press("Apply");
    const { value, isError } = await calling;
    assert.equal(isError, true, JSON.stringify(value));
    const { code, undoId } = value.error as { code: string; undoId?: string };
    assert.equal(code, "CONFLICT", JSON.stringify(value));
    assert.equal(disk("src/quince.ts"), "// another's\n");
    // VS Code takes nothing back of an edit that fails after its first files.
    if (undoId !== undefined) {
      const undoing = client.call("undo_edits", { undoId });
      await press("Apply");
      const undone = await undoing;
      assert.equal(undone.isError, false, JSON.stringify(undone.value));
    }
    assert.deepEqual(
      [disk("src/pear.ts"), disk("src/press.ts"), disk("src/quince.ts")],
      [files["src/pear.ts"], files["src/press.ts"], "// another's\n"],
    );
    assert.equal(await why().filter({ visible: true }).count(), 0, "nobody is asked why");
  });

  it("takes its question back when the call is cancelled, before and after the no", async () => {
    // An older client's cancel is a request of its own, of a session that our endpoint does not keep.
    const newer = await connect("2026-07-28 http", await editor.endpoint(), []);
    for (const after of [false, true]) {
      const controller = new AbortController();
      const calling = newer.call("edit_file", edit, { signal: controller.signal });
      await row("Asked for by").first().waitFor();
      if (after) {
        await press("Discard");
        await why().waitFor();
      }
      const failed = assert.rejects(calling);
      controller.abort();
      await failed;
      await until(`the question is closed, ${after ? "why" : "the preview"}`, async () => {
        const buttons = await panel().getByRole("button", { name: "Apply" }).count();
        return buttons + (await why().filter({ visible: true }).count()) === 0;
      });
    }
    await newer.close();
    assert.equal(disk("src/pear.ts"), files["src/pear.ts"]);
  });
});
