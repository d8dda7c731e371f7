import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { TestClient } from "../support/clients.ts";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const importers = 49;
const files = {
  "tsconfig.json":
    '{"compilerOptions":{"strict":true,"module":"esnext","moduleResolution":"bundler"},"include":["src"]}\n',
  ".gitignore": "out\n",
  "src/base.ts": "export function oldName(): number {\n  return 1;\n}\n",
  ...Object.fromEntries(
    Array.from({ length: importers }, (_, index) => [
      `src/user${String(index)}.ts`,
      `import { oldName } from "./base";\nexport const value${String(index)} = oldName() + ${String(index)};\n`,
    ]),
  ),
};

describe("a change that an MCP client asks for", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let client: TestClient;
  const at = (file: string) => path.join(workspace.folder, file);
  const disk = (file: string) => readFileSync(at(file), "utf8");

  beforeEach(async () => {
    workspace = await scratchWorkspace(files);
  });
  afterEach(async () => {
    await editor.close();
    await workspace.remove();
  });

  async function open(settings: Record<string, unknown> = {}): Promise<void> {
    editor = await openEditor({ workspace: workspace.folder, settings });
    client = await editor.mcp();
  }

  async function planRename(): Promise<unknown> {
    const { value, isError } = await client.call("preview_refactoring", {
      operation: "rename_symbol",
      symbol: "src/base.ts#oldName",
      newName: "newName",
    });
    assert.equal(isError, false, JSON.stringify(value));
    assert.equal(value.files, importers + 1);
    return value.planId;
  }

  // A getter of the moment: the preview comes and goes.
  const apply = () => editor.page.locator(".refactor-preview, .bulk-edit-panel").getByRole("button", { name: "Apply" });

  it("renames over 50 files after a yes in Refactor Preview, keeps dirty files dirty, and one Undo takes all back", async () => {
    await open();
    await editor.inHost(async (vscode, file) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      const shown = await vscode.window.showTextDocument(document);
      await shown.edit((edit) => {
        edit.insert(new vscode.Position(2, 0), "// not saved\n");
      });
    }, at("src/user7.ts"));
    const planId = await planRename();
    const applying = client.call("apply_edits", { planId });
    await apply().click();
    const { value, isError } = await applying;
    assert.equal(isError, false, JSON.stringify(value));

    assert.match(disk("src/base.ts"), /function newName\(/);
    for (let index = 0; index < importers; index++) {
      if (index !== 7) assert.ok(!disk(`src/user${String(index)}.ts`).includes("oldName"), `user${String(index)}`);
    }
    assert.equal(disk("src/user7.ts"), files["src/user7.ts" as keyof typeof files], "the dirty file is not saved");
    const dirty = await editor.inHost((vscode) =>
      vscode.workspace.textDocuments.filter((each) => each.isDirty).map((each) => [each.fileName, each.getText()]),
    );
    assert.deepEqual(dirty, [
      [at("src/user7.ts"), 'import { newName } from "./base";\nexport const value7 = newName() + 7;\n// not saved\n'],
    ]);

    const undone = editor.inHost(async (vscode, file) => {
      await vscode.window.showTextDocument(vscode.Uri.file(file));
      await vscode.commands.executeCommand("undo");
    }, at("src/user7.ts"));
    // VS Code asks first when the texts are not all at hand.
    const all = editor.page.locator(".monaco-dialog-box").getByRole("button", { name: /Undo in \d+ Files/ });
    await Promise.race([undone, all.click({ timeout: 60_000 })]);
    await undone;
    const texts = await editor.inHost(async (vscode) => {
      const found = await vscode.workspace.findFiles("src/*.ts");
      const documents = await Promise.all(found.map(async (uri) => vscode.workspace.openTextDocument(uri)));
      return documents.map((each) => each.getText());
    });
    assert.equal(texts.length, importers + 1);
    assert.deepEqual(
      texts.filter((text) => text.includes("newName")),
      [],
    );
    assert.equal(texts.filter((text) => text.includes("// not saved")).length, 1);
  });

  it("ends as CONFLICT when nobody answers the preview, and changes nothing", async () => {
    await open({ "langflowConnect.preview.seconds": 10 });
    const before = disk("src/base.ts");
    const { value, isError } = await client.call("edit_file", {
      path: "src/base.ts",
      edits: [{ oldText: "return 1", newText: "return 2" }],
    });
    assert.equal(isError, true);
    assert.deepEqual((value.error as { code: string }).code, "CONFLICT");
    assert.match((value.error as { message: string }).message, /waiting for the user/i);
    assert.equal(disk("src/base.ts"), before);
    assert.equal(await apply().count(), 0, "the preview is closed");
  });

  it("does not count a new file that was left out of the preview as made", async () => {
    await open();
    const plan = await client.call("preview_refactoring", {
      operation: "move_symbol",
      symbol: "src/base.ts#oldName",
      to: "src/new.ts",
    });
    assert.equal(plan.isError, false, JSON.stringify(plan.value));
    const applying = client.call("apply_edits", { planId: plan.value.planId });
    const row = editor.page.locator(".bulk-edit-panel .monaco-list-row", { hasText: "(creating)" });
    await row.locator(".edit-checkbox").click();
    await apply().click();
    const { value, isError } = await applying;
    assert.equal(isError, false, JSON.stringify(value));
    assert.equal(value.outcome, "partly accepted");
    assert.deepEqual(value.leftOut, ["src/new.ts"]);
    assert.ok(!(value.files as string[]).includes("src/new.ts"), JSON.stringify(value.files));
    assert.ok(!existsSync(at("src/new.ts")));
  });

  it("makes a folder after a yes, and not without one", async () => {
    await open();
    const dialog = editor.page.locator(".monaco-dialog-box");
    const making = client.call("create_directory", { path: "src/made" });
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /Create the folder src\/made/);
    await editor.screenshot("/tmp/scratch/folder.png");
    await dialog.getByRole("button", { name: "Allow this change" }).click();
    const made = await making;
    assert.equal(made.isError, false, JSON.stringify(made.value));
    assert.ok(existsSync(at("src/made")));

    const refused = client.call("create_directory", { path: "src/other" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    assert.equal((await refused).isError, true);
    assert.ok(!existsSync(at("src/other")));
  });

  it("is refused when edits are off, and made at once when they are automatic", async () => {
    await open({ "langflowConnect.edits": "off" });
    const edit = { path: "src/base.ts", edits: [{ oldText: "return 1", newText: "return 2" }] };
    const refused = await client.call("edit_file", edit);
    assert.equal(refused.isError, true);
    assert.match(disk("src/base.ts"), /return 1/);

    await editor.inHost(async (vscode) =>
      vscode.workspace.getConfiguration("langflowConnect").update("edits", "auto", vscode.ConfigurationTarget.Global),
    );
    const made = await until("the setting has arrived", async () => {
      const answer = await client.call("edit_file", edit);
      return !answer.isError && answer;
    });
    assert.match(disk("src/base.ts"), /return 2/);
    const undone = await client.call("undo_edits", { undoId: made.value.undoId });
    assert.equal(undone.isError, false, JSON.stringify(undone.value));
    assert.match(disk("src/base.ts"), /return 1/);
  });

  it("asks once more for a file that can run code, whatever the setting", async () => {
    await open({ "langflowConnect.edits": "auto" });
    const write = client.call("write_file", { path: ".vscode/tasks.json", content: "{}\n" });
    const dialog = editor.page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /tasks\.json/);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await editor.page.locator(".quick-input-widget", { hasText: "Why not?" }).waitFor();
    await editor.page.keyboard.press("Escape");
    const { isError, value } = await write;
    assert.equal(isError, false, JSON.stringify(value));
    assert.deepEqual(value, { outcome: "rejected" });
    assert.throws(() => disk(".vscode/tasks.json"));
  });
});
