import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const component = (id: string, template: object) => ({
  id,
  type: "genericNode",
  data: {
    id,
    type: "Press",
    node: {
      template: { _type: "Component", code: { type: "code", value: "class Press: ..." }, ...template },
      outputs: [{ name: "text", types: ["Message"] }],
    },
  },
});
const edge = {
  id: "edge-1",
  source: "Press-1",
  target: "Press-2",
  data: {
    sourceHandle: { dataType: "Press", id: "Press-1", name: "text", output_types: ["Message"] },
    targetHandle: { fieldName: "fruit", id: "Press-2", inputTypes: ["Message"], type: "str" },
  },
};
const fruit = { type: "str", show: true, value: "", input_types: ["Message"] };
const key = { type: "str", password: true, show: true, value: "pips" };
const flow = {
  id: "0d1d4d40-0000-4000-8000-000000000001",
  name: "Cider",
  data: { nodes: [component("Press-1", { key }), component("Press-2", { fruit })], edges: [edge] },
};

type Problem = readonly [text: string, severity: number, code: string];

describe("problems of flow files in VS Code", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;

  before(async () => {
    const text = `${JSON.stringify(flow, null, 2)}\n`;
    workspace = await scratchWorkspace({
      "flows/cider.json": text,
      "elsewhere.json": text,
      "other.json": '{ "nodes": [], "edges": [] }\n',
    });
    editor = await openEditor({ workspace: workspace.folder });
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  const fileOf = (name: string) => path.join(workspace.folder, name);

  const open = (name: string) =>
    editor.inHost(async (vscode, file) => {
      await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
    }, fileOf(name));

  const listed = (name: string): Promise<readonly Problem[]> =>
    editor.inHost((vscode, file) => {
      const uri = vscode.Uri.file(file);
      const document = vscode.workspace.textDocuments.find((each) => each.uri.fsPath === uri.fsPath);
      return vscode.languages
        .getDiagnostics(uri)
        .map(({ range, severity, code }) => [document?.getText(range) ?? "", severity, String(code)] as const);
    }, fileOf(name));

  /** Replaces a text in the editor, and saves nothing. */
  const type = (name: string, before: string, after: string) =>
    editor.inHost(
      async (vscode, [file, from, to]) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
        const start = document.getText().indexOf(from);
        const edit = new vscode.WorkspaceEdit();
        const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
        edit.replace(document.uri, range, to);
        await vscode.workspace.applyEdit(edit);
      },
      [fileOf(name), before, after] as const,
    );

  const secret: Problem = ['"key"', 1, "secret-in-file"];

  it("stand at the field that they are about, as soon as the file is open", async () => {
    await open("flows/cider.json");
    const problems = await until("the flow is checked", async () => {
      const found = await listed("flows/cider.json");
      return found.length > 0 && found;
    });
    assert.deepEqual(problems, [secret]);
  });

  it("follow what is typed and not saved", async () => {
    const saved = readFileSync(fileOf("flows/cider.json"), "utf8");
    await type("flows/cider.json", '"target": "Press-2"', '"target": "Gone-1"');
    await until("the edge is a problem", async () => {
      const found = await listed("flows/cider.json");
      return found.some(([text, severity, code]) => text === '"edge-1"' && severity === 0 && code === "missing-node");
    });
    await type("flows/cider.json", '"value": "pips"', '"value": ""');
    await type("flows/cider.json", '"target": "Gone-1"', '"target": "Press-2"');
    await until("no problem is left", async () => (await listed("flows/cider.json")).length === 0);
    assert.equal(readFileSync(fileOf("flows/cider.json"), "utf8"), saved);
  });

  it("are listed for every open flow, wherever it is, and for no other JSON", async () => {
    await open("other.json");
    await open("elsewhere.json");
    await until("the other flow is checked", async () => (await listed("elsewhere.json")).length === 1);
    assert.deepEqual(await listed("elsewhere.json"), [secret]);
    assert.deepEqual(await listed("other.json"), []);
  });
});
