import assert from "node:assert/strict";
import path from "node:path";
import { branches, cases } from "../support/complexCode.ts";
import { openEditor } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("palette commands in a window with two folders of one name", function () {
  this.timeout(90_000);
  let workspaces: readonly ScratchWorkspace[];
  let editor: Editor;

  before(async () => {
    const text = (code: string, name: string) => ({ "src/a.ts": `${code}\nconsole.log(${name}(1));\n` });
    workspaces = [
      await scratchWorkspace(text(branches("one"), "one")),
      await scratchWorkspace(text(cases("two"), "two")),
    ];
    editor = await openEditor({ workspace: workspaces.map(({ folder }) => folder) });
    await editor.endpoint();
  });
  after(async () => {
    await editor.close();
    for (const workspace of workspaces) await workspace.remove();
  });

  const files = () =>
    editor.inHost((vscode) =>
      vscode.languages
        .getDiagnostics()
        .filter(([, list]) => list.some(({ source }) => source === "Langflow Connect"))
        .map(([uri, list]) => [uri.fsPath, list.map(({ message }) => message.split(" ")[0]).join()])
        .sort(),
    );

  it("put each finding in the file that it is of", async () => {
    await editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("langflowConnect.analyzeWorkspace");
    });
    const location = (at: number) => path.join(workspaces[at]?.folder ?? "", "src", "a.ts");
    const expected = [
      // Over the limits of complexity and of cognitive complexity.
      [location(0), "one,one"],
      [location(1), "two"],
    ].sort();
    assert.deepEqual(await files(), expected);

    await editor.inHost(async (vscode, file) => {
      await vscode.window.showTextDocument(vscode.Uri.file(file));
      await vscode.commands.executeCommand("langflowConnect.analyzeFile");
    }, location(1));
    assert.deepEqual(await files(), expected);
  });
});
