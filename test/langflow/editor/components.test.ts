import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import type { Langflow } from "../../support/langflow.ts";
import { paletteOf } from "../../support/palette.ts";
import type { Palette } from "../../support/palette.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { sharedLangflow } from "../live.ts";
import { askLangflow } from "../rest.ts";

interface Stored {
  readonly id: string;
  readonly data: { readonly nodes: { data: { node: { template: Record<string, { value: unknown }> } } }[] };
}

describe("Components of one's own in a real VS Code", function () {
  this.timeout(240_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let editor: Editor;
  let palette: Palette;
  let file: string;

  before(async () => {
    langflow = await sharedLangflow("1.13.0");
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" }, { name: "orchard" });
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
    await palette.connect(langflow.url);
    file = path.join(workspace.folder, "flows/components/WordPress.py");
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  const show = () =>
    editor.inHost(async (vscode, name) => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
    }, file);
  const problems = () =>
    editor.inHost(
      (vscode, name) =>
        vscode.languages.getDiagnostics(vscode.Uri.file(name)).map(({ range, message, source }) => ({
          line: range.start.line + 1,
          message,
          source,
        })),
      file,
    );

  it("are written, run with a sample that is remembered, and shown as a report", async () => {
    await palette.run("New component");
    await palette.pick("New component", "Empty component");
    await palette.answer("New component", "WordPress");
    await until("the file is open", () =>
      editor.inHost((vscode) => vscode.window.activeTextEditor?.document.fileName.endsWith("WordPress.py") === true),
    );
    await palette.run("Run component");
    await palette.answer("Run component", '{"input_value": "perry"}');
    assert.match(await palette.report(1), /## output \(Message\)\s+```text\nPERRY\n```/);
    await show();
    await palette.run("Run component");
    await palette.box("Run component").waitFor();
    assert.equal(await palette.box("Run component").locator("input").inputValue(), '{"input_value": "perry"}');
    await editor.page.keyboard.press("Escape");
  });

  it("have what fails as a problem at its line, until the text is another one", async () => {
    const code = await readFile(file, "utf8");
    const broken = code.replace(
      "        return Message",
      '        raise ValueError("no press")\n        return Message',
    );
    await writeFile(file, broken);
    await show();
    const line = broken.split("\n").findIndex((text) => text.includes("no press")) + 1;
    await palette.run("Run component");
    await palette.answer("Run component", "{}");
    await until("the problem is listed", async () => (await problems()).length > 0, 60_000);
    assert.deepEqual(await problems(), [{ line, message: "no press", source: "Langflow" }]);
    await editor.inHost(
      async (vscode, [name, text]) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name));
        const edit = new vscode.WorkspaceEdit();
        edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
        await vscode.workspace.applyEdit(edit);
        await document.save();
      },
      [file, code] as const,
    );
    await until("the problem is gone", async () => (await problems()).length === 0);
  });

  it("are pushed into a flow of Langflow that uses them", async () => {
    const { ask } = askLangflow(langflow);
    const code = await readFile(file, "utf8");
    const { data: component } = (await ask("POST", "/api/v1/custom_component", { code })) as { data: object };
    const node = { id: "WordPress-1", type: "genericNode", position: { x: 0, y: 0 } };
    const data = { nodes: [{ ...node, data: { id: node.id, type: "WordPress", node: component } }], edges: [] };
    const { id } = (await ask("POST", "/api/v1/flows/", { name: "Presses words", data })) as Stored;
    const next = code.replace("upper()", "lower()");
    await writeFile(file, next);
    await show();
    await palette.run("Push component to flows");
    await until("Langflow has the code", async () => {
      const { nodes } = ((await ask("GET", `/api/v1/flows/${id}`)) as Stored).data;
      return nodes[0]?.data.node.template["code"]?.value === next;
    });
    await ask("DELETE", `/api/v1/flows/${id}`);
  });
});
