import assert from "node:assert/strict";
import path from "node:path";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const text = `{
  "rules": {
    "complexity": { "limit": 12 },
    "max-paramz": "off",
    "max-depth": { "limit": "4" }
  },
  "overides": []
}
`;

describe("the settings file of findings in VS Code", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let file: string;

  before(async () => {
    workspace = await scratchWorkspace({
      ".langflow-connect/quality.json": text,
      "a.ts": "export const a: any = 1;\n",
    });
    file = path.join(workspace.folder, ".langflow-connect", "quality.json");
    editor = await openEditor({ workspace: workspace.folder });
    await editor.inHost(async (vscode, name) => {
      await vscode.window.showTextDocument(vscode.Uri.file(name));
    }, file);
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  it("has a problem at each wrong key and value, and at nothing else", async () => {
    const problems = await until("VS Code has checked the file", async () => {
      const found = await editor.inHost((vscode, name) => {
        const uri = vscode.Uri.file(name);
        const document = vscode.workspace.textDocuments.find((each) => each.uri.fsPath === uri.fsPath);
        return vscode.languages.getDiagnostics(uri).map(({ range, message }) => [document?.getText(range), message]);
      }, file);
      return found.length > 2 && found;
    });
    assert.deepEqual(
      problems.map(([at]) => at).toSorted(),
      ['"4"', '"max-paramz"', '"overides"'],
      JSON.stringify(problems),
    );
  });

  it("has the setting langflowConnect.findings.rules beside it, which counts at the next question", async () => {
    const client = await editor.mcp();
    const severity = async () => {
      const { value } = await client.call("analyze_code_quality", { severity: "information", wait: 60 });
      const findings = value["findings"] as { rule: string; severity: string }[];
      return findings.find(({ rule }) => rule === "no-explicit-any")?.severity;
    };
    assert.equal(await severity(), "information");
    await editor.inHost(async (vscode) => {
      const settings = vscode.workspace.getConfiguration("langflowConnect");
      await settings.update("findings.rules", { "no-explicit-any": "error" }, vscode.ConfigurationTarget.Workspace);
    });
    await until("the setting counts", async () => (await severity()) === "error");
  });

  it("offers the rules with their defaults", async () => {
    const offered = await editor.inHost(async (vscode, name) => {
      const uri = vscode.Uri.file(name);
      const inRules = new vscode.Position(3, 6);
      const list = await vscode.commands.executeCommand<{
        items: { label: string; documentation?: string | { value: string } }[];
      }>("vscode.executeCompletionItemProvider", uri, inRules);
      return list.items.map(({ label, documentation }) => [
        label,
        typeof documentation === "string" ? documentation : documentation?.value,
      ]);
    }, file);
    assert.deepEqual(
      offered.find(([label]) => label === "max-params"),
      ["max-params", "Default: warning, in test files information, limit 7."],
      JSON.stringify(offered),
    );
  });
});
