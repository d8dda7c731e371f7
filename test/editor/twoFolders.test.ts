import assert from "node:assert/strict";
import path from "node:path";
import { branches, cases } from "../support/complexCode.ts";
import { frameWith, openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("palette commands in a window with two folders of one name", function () {
  this.timeout(90_000);
  let workspaces: readonly ScratchWorkspace[];
  let editor: Editor;

  before(async () => {
    const text = (before: string, code: string, name: string) => ({
      "src/a.ts": `${before}${code}\nconsole.log(${name}(1));\n`,
    });
    workspaces = [
      await scratchWorkspace(text("\n\n", branches("one"), "one")),
      await scratchWorkspace(text("\n\n\n", cases("two"), "two")),
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

  it("open a file of either folder at its line from the report, and from its source", async () => {
    await editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("langflowConnect.analyzeWorkspace");
    });
    const shown = await frameWith(editor.page, ".markdown-body td a");
    const names = await shown.locator(".markdown-body td a").allInnerTexts();
    const located = [...new Set(names)].filter((name) => /:\d+$/.test(name)).toSorted();
    assert.match(located.join(), /^([^/,]+)-2\/src\/a\.ts:4,\1\/src\/a\.ts:3$/);
    const cursor = () =>
      editor.inHost((vscode) => {
        const active = vscode.window.activeTextEditor;
        return active && [active.document.uri.fsPath, active.selection.active.line + 1];
      });
    const expected = [1, 0].map((at) => [path.join(workspaces[at]?.folder ?? "", "src", "a.ts"), at + 3]);
    for (const [at, name] of located.entries()) {
      await editor.page.locator(".tab", { hasText: "Workspace analysis" }).click();
      const report = await frameWith(editor.page, ".markdown-body td a");
      await report.locator(".markdown-body td a", { hasText: name }).first().click();
      await until(`${name} is open`, async () => {
        const found = await cursor();
        return JSON.stringify(found) === JSON.stringify(expected[at]);
      });
    }
    const targets = await editor.inHost(async (vscode) => {
      const report = vscode.workspace.textDocuments.findLast(({ uri }) => uri.scheme === "langflow-connect");
      const links = await vscode.commands.executeCommand<{ target?: { fsPath: string; fragment: string } }[]>(
        "vscode.executeLinkProvider",
        report?.uri,
        100,
      );
      return links.map(({ target }) => [target?.fsPath, target?.fragment]);
    });
    for (const [file, line] of expected) {
      assert.ok(
        targets.some(([found, fragment]) => found === file && fragment?.match(/\d+/)?.[0] === String(line)),
        JSON.stringify(targets),
      );
    }
  });
});
