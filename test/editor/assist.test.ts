import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fails } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import { openEditor, until } from "../support/editor.ts";
import { addEditorModel } from "../support/editorModel.ts";
import type { Editor } from "../support/editor.ts";
import { paletteOf } from "../support/palette.ts";
import type { Palette } from "../support/palette.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const files = {
  "package.json": '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  "tsconfig.json": '{ "compilerOptions": { "strict": true }, "include": ["src"] }\n',
  "src/clamp.ts":
    "/** Within limits. */\nexport function clamp(value: number, low: number, high: number): number {\n  if (value < low) return low;\n  if (value > high) return high;\n  return value;\n}\n",
};
const tests =
  '```ts\nimport assert from "node:assert/strict";\nimport { test } from "node:test";\nimport { clamp } from "./clamp.ts";\n\ntest("clamps", () => {\n  assert.equal(clamp(5, 1, 3), 3);\n  assert.equal(clamp(0, 1, 3), 1);\n});\n```\n\nWhy: limits matter.';

describe("commands about the code at the cursor", function () {
  this.timeout(150_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let palette: Palette;
  const at = (file: string) => path.join(workspace.folder, file);

  before(async () => {
    workspace = await scratchWorkspace(files);
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
    await editor.endpoint();
    await addEditorModel(editor);
    await editor.inHost(async (vscode) => {
      await vscode.workspace
        .getConfiguration("langflowConnect")
        .update("ai.provider", "editor", vscode.ConfigurationTarget.Global);
    });
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });
  beforeEach(async () => {
    await palette.dismissToasts();
    await editor.inHost(async (vscode, file) => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      const shown = await vscode.window.showTextDocument(document);
      shown.selection = new vscode.Selection(2, 6, 2, 6);
    }, at("src/clamp.ts"));
  });

  const say = (text: string) =>
    editor.inHost((_vscode, said) => {
      Object.assign(globalThis, { modelSays: said });
    }, text);
  const heard = () => editor.inHost(() => String(Reflect.get(globalThis, "modelHeard")));
  /** Text of the report that is shown. */
  const report = () =>
    editor.inHost((vscode) =>
      vscode.workspace.textDocuments
        .filter(({ uri }) => uri.scheme.startsWith("langflow-connect"))
        .map((document) => document.getText())
        .join("\n"),
    );

  /** VS Code asks once whether the extension may use the models of another one. */
  async function allowModel(): Promise<void> {
    const allow = editor.page.getByRole("dialog").getByRole("button", { name: /^Allow/ });
    await allow.click({ timeout: 8_000 }).catch(() => undefined);
  }

  it("explains the symbol around the cursor by a model of VS Code", async () => {
    await say("It keeps a number within limits, see src/clamp.ts:3.");
    await palette.run("Explain this code");
    await allowModel();
    await until("the report is there", async () => (await report()).includes("keeps a number within limits"));
    const text = await report();
    assert.match(text, /^# clamp in src\/clamp\.ts/);
    assert.match(text, /By pear-1: check it against the code/);
    assert.match(await heard(), /The question is about clamp, from line 2 on/);
  });

  it("writes tests that were run first, and shows them in Refactor Preview", async () => {
    await say(tests);
    await palette.run("Write tests for this");
    // The user is asked before code of a model is run, and before it is written.
    await editor.page
      .getByRole("dialog")
      .getByRole("button", { name: /^(Allow|Run|Yes)/ })
      .click({ timeout: 30_000 });
    await editor.page
      .locator(".refactor-preview, .bulk-edit-panel")
      .getByRole("button", { name: "Apply" })
      .click({ timeout: 90_000 });
    await until("the file is there", () => existsSync(at("src/clamp.test.ts")));
    assert.match(readFileSync(at("src/clamp.test.ts"), "utf8"), /clamp\(5, 1, 3\), 3/);
    await palette.toast("The tests pass, and notice").waitFor();
  });

  it("says what changed here and why, from git alone", async () => {
    await palette.run("Explain what changed here and why");
    await until("the report is there", async () => (await report()).includes("What changed in"));
    assert.match(await report(), /What changed in clamp in src\/clamp\.ts, and why[\s\S]*lines 2–6/);
  });

  it("documents the file without a model", async () => {
    await palette.run("Document this file");
    await until("the report is there", async () => (await report()).includes("### clamp"));
    assert.match(await report(), /Within limits\./);
  });

  it("offers them as code actions where they are asked for", async () => {
    const titles = await editor.inHost(async (vscode, file) => {
      const uri = vscode.Uri.file(file);
      const actions = await vscode.commands.executeCommand<{ title: string }[]>(
        "vscode.executeCodeActionProvider",
        uri,
        new vscode.Range(2, 6, 2, 6),
      );
      return actions.map(({ title }) => title);
    }, at("src/clamp.ts"));
    for (const title of [
      "Explain this code",
      "Write tests for this",
      "Document this file",
      "Explain what changed here and why",
    ])
      assert.ok(titles.includes(title), `${title}: ${titles.join()}`);
  });

  it("stops the model when a client cancels, and leaves the workspace as it is", async () => {
    await say("");
    const client = await connect("2026-07-28 http", await editor.endpoint(), []);
    const controller = new AbortController();
    const call = client.call(
      "generate_code",
      { path: "src/clamp.ts", instruction: "Nothing." },
      { signal: controller.signal },
    );
    await until("the model is asked", async () => (await heard()).includes("Nothing."));
    controller.abort();
    await assert.rejects(call);
    await until("the model is stopped", () => editor.inHost(() => Reflect.get(globalThis, "modelCancelled") === true));
    await say("nonsense");
    await fails(client, "generate_code", { path: "src/clamp.ts", instruction: "Nothing." }, "ANSWER_UNUSABLE");
    await client.close();
    assert.equal(readFileSync(at("src/clamp.ts"), "utf8"), files["src/clamp.ts"]);
  });
});
