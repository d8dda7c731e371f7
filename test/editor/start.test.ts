import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { commandId, commandTitles } from "../../src/protocol/commands.ts";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const use = 'import { greet } from "./greet";\n';
const saved = "export function greet() {\n  return 1;\n}\n";

describe("a window with a trusted folder", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;

  before(async () => {
    workspace = await scratchWorkspace({ "src/greet.ts": saved, "src/use.ts": use, "README.md": "# hello\n" });
    editor = await openEditor({ workspace: workspace.folder });
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  it("takes less than 50 ms of its own time to activate", async () => {
    const ms = await editor.inHost(async (vscode) => {
      const extension = vscode.extensions.getExtension<{ activationMs: number }>("langflow-connect.langflow-connect");
      return (await extension?.activate())?.activationMs;
    });
    assert.ok(ms !== undefined && ms < 50, `${String(ms)} ms`);
  });

  it("offers every command", async () => {
    const there = await editor.inHost(async (vscode) => vscode.commands.getCommands(true));
    for (const name of Object.keys(commandTitles) as (keyof typeof commandTitles)[]) {
      assert.ok(there.includes(commandId(name)), name);
    }
  });

  it("serves the workspace to an MCP client and says so in the status bar", async () => {
    const client = await editor.mcp();
    const { value } = await client.call("read_file", { path: "src/greet.ts" });
    assert.equal(value.content, saved);
    const { url } = await editor.endpoint();
    const item = editor.page.locator('.statusbar-item[id="langflow-connect.langflow-connect.langflowConnect.status"]');
    await until("the status bar names the endpoint", async () =>
      (await item.locator("a").getAttribute("aria-label"))?.includes(url),
    );
  });

  it("keeps the token out of arguments, environment and other users' reach", async () => {
    const { pid, token } = await editor.endpoint();
    for (const file of ["cmdline", "environ"]) {
      assert.ok(!readFileSync(`/proc/${String(pid)}/${file}`, "utf8").includes(token), file);
    }
    assert.ok(!/NODE_OPTIONS|VSCODE_/.test(readFileSync(`/proc/${String(pid)}/environ`, "utf8")));
    const entries = path.join(editor.data, "tokens");
    assert.equal(statSync(entries).mode & 0o077, 0);
  });

  it("gives MCP clients the text that is typed and not saved", async () => {
    const client = await editor.mcp();
    const file = path.join(workspace.folder, "src", "greet.ts");
    await editor.inHost(async (vscode, name) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name));
      const shown = await vscode.window.showTextDocument(document);
      await shown.edit((edit) => {
        edit.insert(new vscode.Position(0, 0), "// typed\n");
      });
    }, file);
    const { value } = await client.call("read_file", { path: "src/greet.ts" });
    assert.equal(value.content, `// typed\n${saved}`);
    assert.equal(value.unsaved, true);
    assert.equal(readFileSync(file, "utf8"), saved);

    await editor.inHost(async (vscode) => vscode.commands.executeCommand("undo"));
    const undone = await client.call("read_file", { path: "src/greet.ts" });
    assert.deepEqual([undone.value.content, undone.value.unsaved], [saved, false]);
  });

  it("finds references in text that is typed and not saved, until it is taken back", async () => {
    const client = await editor.mcp();
    const file = path.join(workspace.folder, "src", "use.ts");
    const references = async () => {
      const { value } = await client.call("find_references", { symbol: "src/greet.ts#greet" });
      const groups = value.groups as { path: string; positions: [line: number, column: number, kind: string][] }[];
      return groups.flatMap((each) => each.positions.map((location) => [each.path, ...location].join(" ")));
    };
    const onDisk = ["src/greet.ts 1 17 declaration", "src/use.ts 1 10 import"];
    assert.deepEqual(await references(), onDisk);

    await editor.inHost(async (vscode, name) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name));
      const shown = await vscode.window.showTextDocument(document);
      await shown.edit((edit) => {
        edit.insert(new vscode.Position(1, 0), "console.log(greet());\n");
      });
    }, file);
    assert.deepEqual(await references(), [...onDisk, "src/use.ts 2 13 call"]);
    assert.equal(readFileSync(file, "utf8"), use);

    await editor.inHost(async (vscode) => vscode.commands.executeCommand("undo"));
    assert.deepEqual(await references(), onDisk);
  });

  it("lets VS Code's own MCP client list and call the tools", async () => {
    const path = await editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("workbench.mcp.startServer", "*", {
        waitForLiveTools: true,
        autoTrustChanges: true,
      });
      const tool = vscode.lm.tools.find(({ name }) => name.startsWith("mcp_") && name.endsWith("read_file"));
      if (!tool) return `only ${vscode.lm.tools.map(({ name }) => name).join(", ")}`;
      const options = { input: { path: "README.md" }, toolInvocationToken: undefined };
      const { content } = await vscode.lm.invokeTool(tool.name, options);
      return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("");
    });
    assert.match(path, /# hello/);
  });

  it("keeps its port out of the ports that VS Code forwards by itself", async function () {
    // Only a window of a remote machine has such ports.
    if (process.env["LFC_DESKTOP_VSCODE"] !== undefined) this.skip();
    const ours = new URL((await editor.endpoint()).url).port;
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    try {
      await editor.inHost(async (vscode) => {
        await vscode.commands.executeCommand("~remote.forwardedPorts.focus");
      });
      const ports = editor.page.locator(".monaco-table .monaco-list-row");
      await ports.filter({ hasText: String(port) }).waitFor({ timeout: 60_000 });
      const rows = await ports.allInnerTexts();
      assert.deepEqual(
        rows.filter((row) => row.includes(ours)),
        [],
      );
    } finally {
      other.close();
    }
  });

  it("shows a finished call in the panel", async () => {
    await editor.runCommand("Langflow Connect: Open panel");
    const client = await editor.mcp();
    await client.call("read_file", { path: "README.md" });
    const frame = await until("the panel is shown", async () => {
      const frames = editor.page.frames();
      const shown = await Promise.all(frames.map((each) => each.locator("#activity").count()));
      return frames[shown.findIndex((count) => count > 0)];
    });
    await frame.locator("td", { hasText: "read_file" }).first().waitFor();
  });
});
