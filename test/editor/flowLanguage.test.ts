import assert from "node:assert/strict";
import path from "node:path";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { edge, flowText, orchard, press } from "../server/faces/lsp/flowSamples.ts";

describe("flow files as a language in VS Code", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let file: string;

  before(async () => {
    workspace = await scratchWorkspace({
      "flows/cider.json": flowText([orchard, press], [edge("Orchard-1", "Press-1")]),
      "flows/must (old).json": flowText([press]).replace("0d1d4d40", "1d1d4d40"),
    });
    file = path.join(workspace.folder, "flows/cider.json");
    editor = await openEditor({ workspace: workspace.folder });
    await editor.inHost(async (vscode, name) => {
      await vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
    }, file);
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  it("have an outline of their components and connections", async () => {
    const names = await until("our outline is there", async () => {
      const found = await editor.inHost(async (vscode, name) => {
        const symbols = await vscode.commands.executeCommand<readonly { name: string }[] | undefined>(
          "vscode.executeDocumentSymbolProvider",
          vscode.Uri.file(name),
        );
        return (symbols ?? []).map((symbol) => symbol.name);
      }, file);
      return found.includes("Old orchard") && found;
    });
    assert.ok(names.includes("Press"));
    assert.ok(names.includes("Connections"));
  });

  it("say what a field is under the pointer", async () => {
    const texts = await editor.inHost(async (vscode, name) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name));
      const position = document.positionAt(document.getText().indexOf('"kind"') + 2);
      const hovers = await vscode.commands.executeCommand<readonly { contents: readonly { value: string }[] }[]>(
        "vscode.executeHoverProvider",
        document.uri,
        position,
      );
      return hovers.flatMap(({ contents }) => contents.map(({ value }) => value));
    }, file);
    assert.ok(
      texts.some((text) => text.startsWith("**Kind of apple** of Old orchard")),
      texts.join("\n"),
    );
  });

  it("are searched together for a type of components, and a component of one gets another id", async () => {
    const found = await editor.inHost(async (vscode, name) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name));
      const at = (text: string) => document.positionAt(document.getText().indexOf(text) + text.length - 2);
      const locations = await vscode.commands.executeCommand<readonly import("vscode").Location[]>(
        "vscode.executeReferenceProvider",
        document.uri,
        at('"type": "Press"'),
      );
      const renaming = await vscode.commands.executeCommand<import("vscode").WorkspaceEdit>(
        "vscode.executeDocumentRenameProvider",
        document.uri,
        at('"id": "Press-1"'),
        "Press-2",
      );
      const refused: unknown = await vscode.commands
        .executeCommand("vscode.executeDocumentRenameProvider", document.uri, at('"id": "Press-1"'), "Mill-1")
        .then(undefined, String);
      const edits = renaming
        .entries()
        .map(([uri, changes]) => [uri.path, changes.map(({ newText }) => newText)] as const);
      return { references: locations.map(({ uri, range }) => `${uri.path}:${range.start.line}`), edits, refused };
    }, file);
    const lines = flowText([orchard, press], [edge("Orchard-1", "Press-1")]).split("\n");
    const other = flowText([press]).split("\n");
    const isType = (line: string) => line.trim().startsWith('"type": "Press"');
    const folder = path.dirname(file);
    assert.deepEqual(found.references, [
      `${file}:${lines.findIndex(isType)}`,
      `${path.join(folder, "must (old).json")}:${other.findIndex(isType)}`,
    ]);
    assert.deepEqual(found.edits, [
      [file, ['"Press-2"', '"Press-2"', '"Press-2"', '"Press-2"', '"Orchard-1-Press-2"']],
    ]);
    assert.match(String(found.refused), /must begin with Press-/);
  });

  it("have nothing above their text without Langflow", async () => {
    const lenses = await editor.inHost(async (vscode, name) => {
      const found = await vscode.commands.executeCommand<readonly unknown[]>(
        "vscode.executeCodeLensProvider",
        vscode.Uri.file(name),
      );
      return found.length;
    }, file);
    assert.equal(lenses, 0);
  });

  it("are explained as a page, by the light bulb of the first line, and by a source action", async () => {
    await editor.page.locator(".monaco-editor .view-line").first().click();
    await editor.page.keyboard.press("Control+Home");
    await editor.page.keyboard.press("Control+.");
    await editor.page.locator(".action-widget").getByText("Explain flow").click();
    const shown = await until("the page is there", () =>
      editor.inHost((vscode) => {
        const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        if (!(tab instanceof vscode.TabInputCustom) || tab.viewType !== "vscode.markdown.preview.editor") return;
        return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === tab.uri.toString())?.getText();
      }),
    );
    assert.match(shown, /^# Cider\n[^]*\n {2}n1\["Old orchard"\]\n[^]*## Problems\n/);
    // While it shows the file again, VS Code may offer nothing, its own actions neither.
    const source = await until("there is a source action", () =>
      editor.inHost(async (vscode, name) => {
        await vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
        const actions = await vscode.commands.executeCommand<readonly import("vscode").CodeAction[]>(
          "vscode.executeCodeActionProvider",
          vscode.Uri.file(name),
          new vscode.Range(1, 0, 1, 0),
          "source",
        );
        return actions.find(({ title }) => title === "Explain flow")?.command?.command;
      }, file),
    );
    assert.equal(source, "langflowConnect.explainFlow");
  });

  it("lose a secret by a quick fix", async () => {
    const text = await until("the secret is gone", () =>
      editor.inHost(async (vscode, name) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name));
        const problem = vscode.languages
          .getDiagnostics(document.uri)
          .find(({ code }) => String(code) === "secret-in-file");
        if (!problem) return undefined;
        const actions = await vscode.commands.executeCommand<
          readonly { title: string; edit?: import("vscode").WorkspaceEdit }[]
        >("vscode.executeCodeActionProvider", document.uri, problem.range);
        const fix = actions.find(({ title }) => title === "Empty this value");
        if (!fix?.edit) return undefined;
        await vscode.workspace.applyEdit(fix.edit);
        return document.getText();
      }, file),
    );
    assert.equal(text, flowText([orchard, press], [edge("Orchard-1", "Press-1")]).replace('"pips"', '""'));
  });
});
