import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import path from "node:path";
import { z } from "zod";
import { connect } from "../support/clients.ts";
import { branches } from "../support/complexCode.ts";
import { openEditor, until } from "../support/editor.ts";
import type { Editor, Endpoint } from "../support/editor.ts";
import { paletteOf } from "../support/palette.ts";
import type { Palette } from "../support/palette.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const Server = z.object({ url: z.string(), headers: z.object({ Authorization: z.string() }) });

describe("palette commands about the server", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  let palette: Palette;
  const at = (file: string) => path.join(workspace.folder, file);

  before(async () => {
    workspace = await scratchWorkspace({ "README.md": "# Shop\n" });
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
    await editor.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await editor.endpoint();
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });
  beforeEach(() => palette.dismissToasts());

  async function metrics({ url }: Endpoint, token: string): Promise<{ status: number; text: string }> {
    const response = await fetch(new URL("/metrics", url), { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  }

  describe("Copy MCP endpoint", () => {
    async function copy(label: string): Promise<string> {
      await palette.dismissToasts();
      await palette.run("Copy MCP endpoint");
      const row = palette.box().locator(".quick-input-list .monaco-list-row", { hasText: label });
      await palette.box().getByText("Copy the MCP endpoint for which client?").waitFor();
      await row.first().click();
      await palette.toast("Copied.").waitFor();
      return editor.inHost(async (vscode) => vscode.env.clipboard.readText());
    }

    function serverIn(text: string, section: string): z.infer<typeof Server> {
      const sections = z.record(z.string(), z.record(z.string(), Server)).parse(JSON.parse(text));
      return sections[section]?.["langflow-connect"] ?? assert.fail(text);
    }

    for (const [label, section] of [
      ["Langflow", "mcpServers"],
      ["VS Code", "servers"],
      ["Claude", "mcpServers"],
      ["Cursor", "mcpServers"],
    ] as const) {
      it(`for ${label} copies what connects, and warns of the token in it`, async () => {
        const text = await copy(label);
        assert.match((await editor.notifications()).join(), /Copied\. The snippet contains the token/);
        const { url, headers } = serverIn(text, section);
        const [, token = ""] = /^Bearer (\S+)$/.exec(headers.Authorization) ?? [];
        const client = await connect("2025-11-25 http", { url, token }, []);
        try {
          assert.equal((await client.call("read_file", { path: "README.md" })).value.content, "# Shop\n");
        } finally {
          await client.close();
        }
      });
    }

    it("for Langflow copies the address under which it reaches this machine, where one is set", async () => {
      const { url } = await editor.endpoint();
      const advertise = async (address: string) => {
        const { pid } = await editor.endpoint();
        await editor.inHost(async (vscode, value) => {
          const settings = vscode.workspace.getConfiguration("langflowConnect");
          await settings.update("endpoint.advertisedUrl", value, vscode.ConfigurationTarget.Global);
        }, address);
        await until("the server has it", async () => (await editor.endpoint()).pid !== pid);
      };
      try {
        await advertise("http://langflow-sees.example:4711");
        const { url: shown } = serverIn(await copy("Langflow"), "mcpServers");
        assert.equal(shown, "http://langflow-sees.example:4711/mcp");
        assert.equal(await copy("Address only"), url);
      } finally {
        await advertise("");
      }
    });

    it("copies the address only, without the token", async () => {
      const { url, token } = await editor.endpoint();
      assert.ok(!(await copy("Address only")).includes(token));
      assert.equal(await copy("Address only"), url);
      assert.match((await editor.notifications()).join(), /Copied\. Clients also need the token\./);
    });
  });

  describe("Rotate token", () => {
    const dialog = () => editor.page.locator(".monaco-dialog-box");

    it("keeps the token when the question is not answered by yes", async () => {
      const before = await editor.endpoint();
      const done = palette.runToEnd("rotateToken");
      await dialog().getByRole("button", { name: "Cancel" }).click();
      await done;
      assert.equal((await editor.endpoint()).token, before.token);
      assert.equal((await metrics(before, before.token)).status, 200);
    });

    it("refuses the old token at once and takes the new one, on the same port", async () => {
      const before = await editor.endpoint();
      const done = palette.runToEnd("rotateToken");
      await dialog().waitFor();
      await dialog().getByRole("button", { name: "Rotate", exact: true }).click();
      await done;
      const after = await editor.endpoint();
      assert.notEqual(after.token, before.token);
      assert.deepEqual([after.url, after.pid], [before.url, before.pid]);
      const [old, renewed] = [await metrics(before, before.token), await metrics(after, after.token)];
      assert.deepEqual([old.status, renewed.status], [401, 200]);
      await palette.toast("The token is new.").waitFor();
    });
  });

  describe("Restart server and Show log", () => {
    it("puts another process on the same port with the same token", async () => {
      const before = await editor.endpoint();
      await palette.runToEnd("restartServer");
      const after = await until("another process serves", async () => {
        const now = await editor.endpoint();
        return now.pid !== before.pid && now;
      });
      assert.deepEqual([after.url, after.token], [before.url, before.token]);
      assert.equal((await metrics(after, before.token)).status, 200);
      await palette.quiet();
    });

    it("shows a log that tells of the restart and holds no token", async () => {
      const { token } = await editor.endpoint();
      await palette.run("Show log");
      await editor.page.locator(".output-view .view-lines", { hasText: "server running" }).waitFor();
      const logs = readdirSync(path.dirname(editor.dataDir), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".log"))
        .map((name) => [name, readFileSync(path.join(path.dirname(editor.dataDir), name), "utf8")] as const);
      const own = logs.filter(([name]) => name.endsWith("Langflow Connect.log")).map(([, text]) => text);
      assert.match(own.join(), /server running/);
      const leaks = logs.filter(([, text]) => text.includes(token) || /lfc_[\w-]{20}/.test(text));
      assert.deepEqual(
        leaks.map(([name]) => name),
        [],
      );
    });
  });

  describe("Cancel", () => {
    const cancel = (title: string) => palette.toast(title).getByRole("button", { name: "Cancel" });

    before(() => {
      // Seconds of work.
      mkdirSync(at("big"));
      for (let file = 0; file < 300; file++) {
        const parts = Array.from({ length: 25 }, (_, part) => branches(`big${String(file)}x${String(part)}`));
        writeFileSync(at(`big/b${String(file)}.ts`), `${parts.join("\n")}\nexport {};\n`);
      }
    });
    after(() => {
      rmSync(at("big"), { recursive: true });
    });

    it("ends an analysis without a word, in the server too", async () => {
      const done = palette.runToEnd("analyzeWorkspace");
      await cancel("Analyzing the workspace").waitFor();
      await cancel("Analyzing the workspace").click();
      const pressed = Date.now();
      await done;
      assert.ok(Date.now() - pressed < 5_000);
      await palette.quiet();
      const endpoint = await editor.endpoint();
      const { text } = await metrics(endpoint, endpoint.token);
      assert.match(text, /lfc_tool_calls_total\{tool="analyze_repository",outcome="CANCELLED"\} [1-9]/);
    });

    it("ends connecting to a Langflow that does not answer without a word", async () => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => sockets.push(socket));
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as AddressInfo;
      try {
        const done = palette.runToEnd("connectLangflow");
        await palette.box().getByText("Another address…").waitFor();
        await palette.box().getByText("Another address…").click();
        await palette.answer("Address of Langflow", `http://127.0.0.1:${String(port)}`);
        await cancel("Connecting to Langflow").click();
        await done;
        await palette.quiet();
      } finally {
        for (const socket of sockets) socket.destroy();
        silent.close();
      }
    });

    it("is not what the end of the server is: the command under way says what to do", async () => {
      const { pid } = await editor.endpoint();
      const done = palette.runToEnd("analyzeWorkspace");
      await cancel("Analyzing the workspace").waitFor();
      process.kill(pid, "SIGKILL");
      await done;
      await palette.toast("The server ended before it answered. Run the command again.").waitFor();
    });
  });
});
