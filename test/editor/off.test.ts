import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandId, commandTitles } from "../../src/protocol/commands.ts";
import type { CommandName } from "../../src/protocol/commands.ts";
import { endpointsIn, frameWith, openEditor, until } from "../support/editor.ts";
import type { Editor, EditorOptions } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("a window where nothing may run", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor | undefined;

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "a.txt": "one\n" });
  });
  afterEach(async () => {
    await editor?.close();
    editor = undefined;
    await workspace.remove();
  });

  async function open(options: EditorOptions): Promise<Editor> {
    return (editor = await openEditor(options));
  }

  async function saysWhy(window: Editor, why: RegExp): Promise<void> {
    const item = window.page.locator(
      '.statusbar-item[id="langflow-connect.langflow-connect.langflowConnect.status"] a',
    );
    assert.match((await item.getAttribute("aria-label")) ?? "", why);
    await window.runCommand("Langflow Connect: Connect to Langflow");
    const texts = await until("the command says why", async () => {
      const shown = await window.notifications();
      return shown.length > 0 && shown;
    });
    assert.match(texts.join("\n"), why);
  }

  /** Every command that needs the server, run to its end; none may leave the user without a word. */
  async function everyCommandSaysWhy(window: Editor, why: RegExp): Promise<void> {
    const free: readonly CommandName[] = [
      "openPanel",
      "openFlowGraph",
      "showLog",
      "cancelRun",
      "clearFindings",
      "setAlertSecret",
      "setEmbeddingsKey",
      "setModelKey",
    ];
    const names = (Object.keys(commandTitles) as CommandName[]).filter((name) => !free.includes(name));
    for (const name of names) {
      await window.inHost(async (vscode) => vscode.commands.executeCommand("notifications.clearAll"));
      // VS Code shows no more than three within 0.8 s.
      await sleep(400);
      await window.inHost(async (vscode, id) => {
        await vscode.commands.executeCommand(id);
      }, commandId(name));
      const texts = await until(`${name} says why`, async () => {
        const shown = await window.notifications();
        return shown.length > 0 && shown;
      });
      assert.match(texts.join("\n"), why, name);
    }
  }

  /** Processes of this window's extension host that are a server of ours. */
  async function servers(window: Editor): Promise<readonly string[]> {
    const host = await window.inHost(() => process.pid);
    const all = execFileSync("ps", ["-eo", "ppid=,args="], { encoding: "utf8" }).split("\n");
    return all.filter((line) => line.trim().startsWith(`${String(host)} `) && line.includes("main.mjs lsp"));
  }

  it("without a folder starts nothing and asks to open one", async () => {
    const window = await open({});
    await saysWhy(window, /Open a folder to start/);
    assert.deepEqual([await servers(window), endpointsIn(window.data), existsSync(window.data)], [[], [], false]);
  });

  it("with a folder that is not on a disk starts nothing, and every command says so", async () => {
    const file = path.join(workspace.folder, "virtual.code-workspace");
    writeFileSync(file, JSON.stringify({ folders: [{ uri: "editor-driver:/" }] }));
    const window = await open({ workspace: file });
    const text = await window.inHost(async (vscode) => {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      if (!folder) return "no folder";
      const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, "a.txt"));
      return document.getText();
    });
    assert.equal(text, "one\n");
    const why = /This workspace is not on disk: open a local folder to start\./;
    await saysWhy(window, why);
    await everyCommandSaysWhy(window, why);
    assert.deepEqual([await servers(window), endpointsIn(window.data), existsSync(window.data)], [[], [], false]);
  });

  it("without trust starts nothing, and starts once trust is given", async () => {
    const settings = { "security.workspace.trust.startupPrompt": "never" };
    const window = await open({ workspace: workspace.folder, workspaceTrust: true, settings });
    await saysWhy(window, /Trust this workspace to start/);
    await window.runCommand("Langflow: Focus on Overview View");
    const overview = await frameWith(window.page, ".actions");
    await overview.getByText("Trust this workspace to start.").waitFor();
    assert.equal(await overview.locator(".part").count(), 0);
    assert.deepEqual([await servers(window), endpointsIn(window.data), existsSync(window.data)], [[], [], false]);

    await overview.getByRole("button", { name: "Manage workspace trust" }).click();
    await window.page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
    const client = await window.mcp();
    assert.equal((await client.call("read_file", { path: "a.txt" })).value.content, "one\n");
    assert.equal((await servers(window)).length, 1);
  });
});
