import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { CommandName } from "../../src/protocol/commands.ts";
import { connect } from "../support/clients.ts";
import { branches, cases } from "../support/complexCode.ts";
import { openEditor, until } from "../support/editor.ts";
import type { Editor, Endpoint } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const prices = `export function total(prices: readonly number[]): number {
  let sum = 0;
  for (const price of prices) sum += price * 1.19;
  return sum;
}
`;
const shop = `import { total } from "./prices";

console.log(total([1, 2]), total([3]));
`;
/** More findings than one answer of the server holds: one in each of these files. */
const looseFiles = 1_100;
const files = {
  "tsconfig.json":
    '{"compilerOptions":{"strict":true,"module":"esnext","moduleResolution":"bundler"},"include":["src/*.ts"]}\n',
  ".gitignore": "out\n",
  "README.md": "# Shop\n",
  "src/prices.ts": prices,
  "src/shop.ts": shop,
  "src/branches.ts": `${branches("many")}\nconsole.log(many(1));\n`,
  "src/stock.py": "def stock():\n    return 2\n",
  ...Object.fromEntries(
    Array.from({ length: looseFiles }, (_, at) => [`src/loose/l${String(at)}.ts`, `let loose: any = ${String(at)};\n`]),
  ),
};

const Server = z.object({ url: z.string(), headers: z.object({ Authorization: z.string() }) });

describe("palette commands", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;
  const at = (file: string) => path.join(workspace.folder, file);
  const disk = (file: string) => readFileSync(at(file), "utf8");

  before(async () => {
    workspace = await scratchWorkspace(files);
    // Git does not know it and counts it; the other one is ignored.
    writeFileSync(at("src/untracked.py"), "def late():\n    return 3\n");
    mkdirSync(at("out"));
    writeFileSync(at("out/built.js"), "var a = 1;\nvar b = 2;\n");
    editor = await openEditor({ workspace: workspace.folder });
    await editor.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await editor.endpoint();
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });
  beforeEach(async () => {
    await clearNotifications();
    await editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    });
  });

  const clearNotifications = () =>
    editor.inHost(async (vscode) => vscode.commands.executeCommand<null>("notifications.clearAll"));
  const toast = (text: string) => editor.page.locator(".notification-toast", { hasText: text }).first();
  const box = () => editor.page.locator(".quick-input-widget");
  /** Nothing is said. A progress stays on for a moment after its end; an error, which has a button, until it is closed. */
  async function quiet(): Promise<void> {
    await sleep(500);
    const said = editor.page.locator(".notification-list-item-message");
    await until("nothing is said", async () => (await said.count()) === 0, 5_000).catch(async () => {
      assert.deepEqual(await said.allInnerTexts(), []);
    });
  }
  // Getters of the moment: the preview comes and goes.
  const preview = (button: "Apply" | "Discard") =>
    editor.page.locator(".refactor-preview, .bulk-edit-panel").getByRole("button", { name: button });

  /** Runs a command to its end, which only the extension host can tell. */
  async function run(name: CommandName): Promise<void> {
    // A command can say two things, and VS Code shows no more than three within 0.8 s.
    await sleep(850);
    await editor.inHost(async (vscode, id) => {
      await vscode.commands.executeCommand(id);
    }, `langflowConnect.${name}`);
  }

  /** Opens the file with this text on disk, and selects from the first to the last; without a last, the cursor is at the first. */
  async function open(file: string, text: string, [from, to]: readonly [from: string, to?: string]): Promise<void> {
    await editor.inHost(
      async (vscode, wanted) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(wanted.file));
        const shown = await vscode.window.showTextDocument(document);
        const whole = new vscode.Range(0, 0, document.lineCount, 0);
        if (document.getText() !== wanted.text) await shown.edit((edit) => edit.replace(whole, wanted.text));
        await document.save();
        const place = (found: string, after: number) => document.positionAt(wanted.text.indexOf(found) + after);
        const start = place(wanted.from, 0);
        shown.selection = new vscode.Selection(start, wanted.to === "" ? start : place(wanted.to, wanted.to.length));
      },
      { file: at(file), text, from, to: to ?? "" },
    );
  }

  async function type(file: string, text: string): Promise<void> {
    await editor.inHost(
      async (vscode, typed) => {
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(typed.file));
        const shown = await vscode.window.showTextDocument(document);
        await shown.edit((edit) => {
          edit.insert(new vscode.Position(document.lineCount, 0), typed.text);
        });
      },
      { file: at(file), text },
    );
  }

  /** `path:line rule` of what this extension has put in Problems. */
  const problems = () =>
    editor.inHost(
      (vscode, folder) =>
        vscode.languages.getDiagnostics().flatMap(([uri, list]) =>
          list
            .filter(({ source }) => source === "Langflow Connect")
            .map(({ range, code }) => {
              const rule = typeof code === "object" ? code.value : code;
              return `${uri.path.slice(folder.length + 1)}:${String(range.start.line + 1)} ${String(rule)}`;
            }),
        ),
      workspace.folder,
    );

  async function metrics({ url }: Endpoint, token: string): Promise<{ status: number; text: string }> {
    const response = await fetch(new URL("/metrics", url), { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  }

  describe("Analyze workspace", () => {
    it("opens a report with git's numbers, says how many findings there are in all, and lists the worst in Problems", async () => {
      await editor.runCommand("Langflow Connect: Analyze workspace");
      const report = await until(
        "the report is open",
        () =>
          editor.inHost((vscode) => {
            const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
            if (!(tab instanceof vscode.TabInputCustom) || tab.viewType !== "vscode.markdown.preview.editor") return;
            return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === tab.uri.toString())?.getText();
          }),
        60_000,
      );
      const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: workspace.folder });
      const names = listed.toString().split("\0").filter(Boolean);
      const lines = names.reduce((sum, name) => sum + disk(name).split("\n").length - 1, 0);
      const shown = (count: number) => count.toLocaleString("en-US");
      const total = looseFiles + 1;
      assert.ok(
        report.includes(
          `${shown(names.length)} files, ${shown(lines)} lines, ${shown(total)} findings, the worst 1,000 of them listed in Problems.`,
        ),
        report.slice(0, 300),
      );
      assert.match(report, new RegExp(`^and ${shown(total - 20)} more$`, "m"));
      assert.match(report, /^\| Python \| 2 \| 4 \|$/m);
      const found = await problems();
      assert.equal(found.length, 1_000);
      assert.ok(found.includes("src/branches.ts:1 complexity"), found.slice(0, 5).join());
      await quiet();
    });
  });

  describe("Analyze file", () => {
    it("counts text that is typed and not saved, and leaves the findings of other files", async () => {
      await type("src/prices.ts", cases("typed"));
      await run("analyzeFile");
      await toast("src/prices.ts: 1 finding, listed in Problems.").waitFor();
      const of = (list: readonly string[]) => list.filter((each) => each.startsWith("src/prices.ts"));
      const line = prices.split("\n").length;
      const found = await problems();
      assert.deepEqual(of(found), [`src/prices.ts:${String(line)} complexity`]);
      assert.equal(found.length, 1_001);
      assert.equal(disk("src/prices.ts"), prices);

      await editor.inHost(async (vscode) => vscode.commands.executeCommand("undo"));
      await run("analyzeFile");
      await toast("src/prices.ts: no findings.").waitFor();
      assert.deepEqual(of(await problems()), []);
    });

    it("has the findings of a saved file follow its text, and those of a folder go that another program deletes", async () => {
      const file = "src/late/late.ts";
      const of = async () => (await problems()).filter((each) => each.startsWith(file));
      mkdirSync(at("src/late"));
      writeFileSync(at(file), "");
      await open(file, cases("late"), ["late"]);
      await run("analyzeFile");
      assert.deepEqual(await of(), [`${file}:1 complexity`]);
      await open(file, `// one line more\n${cases("late")}`, ["late"]);
      await until("its finding is a line further down", async () => (await of())[0] === `${file}:2 complexity`);
      await open(file, "export {};\n", ["export"]);
      await until("its finding is gone", async () => (await of()).length === 0);

      await open(file, cases("late"), ["late"]);
      await run("analyzeFile");
      assert.deepEqual(await of(), [`${file}:1 complexity`]);
      const before = (await problems()).length;
      rmSync(at("src/late"), { recursive: true });
      await until("the deleted folder has none", async () => (await of()).length === 0);
      assert.equal((await problems()).length, before - 1, "the others stay");
    });

    it("asks for a file when none is open", async () => {
      await run("analyzeFile");
      await toast("Open a file of the workspace first.").waitFor();
    });
  });

  describe("Preview rename", () => {
    /** Gives the new name and waits for the preview; the command ends with it. */
    async function rename(newName: string): Promise<{ readonly done: Promise<void> }> {
      await open("src/shop.ts", shop, ["total"]);
      await open("src/prices.ts", prices, ["total"]);
      const done = run("previewRename");
      const input = box().locator("input");
      await input.waitFor();
      assert.equal(await input.inputValue(), "total");
      await input.fill(newName);
      await editor.page.keyboard.press("Enter");
      await preview("Apply").waitFor();
      return { done };
    }

    it("changes nothing and shows no error when its preview is closed", async () => {
      const { done } = await rename("gross");
      const title = editor.page.locator(".bulk-edit-panel .monaco-list-row", { hasText: "Rename total to gross" });
      assert.equal(await title.count(), 1);
      await preview("Discard").click();
      await done;
      assert.deepEqual([disk("src/prices.ts"), disk("src/shop.ts")], [prices, shop]);
      assert.equal(await editor.inHost((vscode) => vscode.workspace.textDocuments.some((each) => each.isDirty)), false);
      await quiet();
    });

    it("changes every file after Apply, also when clients may not edit", async () => {
      const allow = (edits: "ask" | "off") =>
        editor.inHost(async (vscode, value) => {
          const settings = vscode.workspace.getConfiguration("langflowConnect");
          await settings.update("edits", value, vscode.ConfigurationTarget.Global);
        }, edits);
      await allow("off");
      try {
        const client = await editor.mcp();
        await until("clients are refused", async () => {
          const { value } = await client.call("create_directory", { path: "src" });
          return JSON.stringify(value).includes("turned off");
        });
        const { done } = await rename("gross");
        await preview("Apply").click();
        await done;
      } finally {
        await allow("ask");
      }
      assert.equal(disk("src/prices.ts"), prices.replaceAll("total", "gross"));
      assert.equal(disk("src/shop.ts"), shop.replaceAll("total", "gross"));
      await quiet();
    });

    it("says what to do without a name at the cursor", async () => {
      await open("src/prices.ts", prices, ["= 0"]);
      await run("previewRename");
      await toast("Place the cursor on a name first.").waitFor();
    });
  });

  describe("Preview extract", () => {
    async function extract(kind: "Function" | "Constant", newName: string): Promise<void> {
      const done = run("previewExtract");
      await box().getByText(kind, { exact: true }).waitFor();
      await box().getByText(kind, { exact: true }).click();
      const input = box().locator("input");
      await until("the name is asked for", async () => (await input.inputValue()) === `new${kind}`);
      await input.fill(newName);
      await editor.page.keyboard.press("Enter");
      await preview("Apply").click();
      await done;
      await quiet();
    }

    it("makes a function of the selected statement", async () => {
      await open("src/prices.ts", prices, ["for (", "1.19;"]);
      await extract("Function", "add");
      const text = disk("src/prices.ts");
      assert.match(text, /^ {2}(return |sum = )?add\(/m);
      assert.match(text, /^function add\([^)]*\)[^{]*\{\n {2,4}for \(const price of prices\) sum \+= price \* 1\.19;/m);
    });

    it("makes a constant of the selected expression", async () => {
      await open("src/prices.ts", prices, ["1.19", "1.19"]);
      await extract("Constant", "tax");
      assert.match(disk("src/prices.ts"), /const tax = 1\.19;[^]*sum \+= price \* tax;/);
    });

    it("says what to do when nothing is selected", async () => {
      await open("src/prices.ts", prices, ["sum"]);
      await run("previewExtract");
      await toast("Select the code to extract first.").waitFor();
    });
  });

  describe("Copy MCP endpoint", () => {
    async function copy(label: string): Promise<string> {
      await clearNotifications();
      await editor.runCommand("Langflow Connect: Copy MCP endpoint");
      const row = box().locator(".quick-input-list .monaco-list-row", { hasText: label });
      await box().getByText("Copy the MCP endpoint for which client?").waitFor();
      await row.first().click();
      await toast("Copied.").waitFor();
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
        assert.match((await editor.notifications()).join(), /Copied\. The snippet holds the token/);
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
      await advertise("http://langflow-sees.example:4711");
      try {
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
      const done = run("rotateToken");
      await dialog().getByRole("button", { name: "Cancel" }).click();
      await done;
      assert.equal((await editor.endpoint()).token, before.token);
      assert.equal((await metrics(before, before.token)).status, 200);
    });

    it("refuses the old token at once and takes the new one, on the same port", async () => {
      const before = await editor.endpoint();
      const done = run("rotateToken");
      await dialog().waitFor();
      await dialog().getByRole("button", { name: "Rotate", exact: true }).click();
      await done;
      const after = await editor.endpoint();
      assert.notEqual(after.token, before.token);
      assert.deepEqual([after.url, after.pid], [before.url, before.pid]);
      const [old, renewed] = [await metrics(before, before.token), await metrics(after, after.token)];
      assert.deepEqual([old.status, renewed.status], [401, 200]);
      await toast("The token is new.").waitFor();
    });
  });

  describe("Restart server and Show log", () => {
    it("puts another process on the same port with the same token", async () => {
      const before = await editor.endpoint();
      await run("restartServer");
      const after = await until("another process serves", async () => {
        const now = await editor.endpoint();
        return now.pid !== before.pid && now;
      });
      assert.deepEqual([after.url, after.token], [before.url, before.token]);
      assert.equal((await metrics(after, before.token)).status, 200);
      await quiet();
    });

    it("shows a log that tells of the restart and holds no token", async () => {
      const { token } = await editor.endpoint();
      await editor.runCommand("Langflow Connect: Show log");
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
    const cancel = (title: string) => toast(title).getByRole("button", { name: "Cancel" });

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
      const done = run("analyzeWorkspace");
      await cancel("Analyzing the workspace").waitFor();
      await cancel("Analyzing the workspace").click();
      const pressed = Date.now();
      await done;
      assert.ok(Date.now() - pressed < 5_000);
      await quiet();
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
        const done = run("connectLangflow");
        await box().getByText("Another address…").waitFor();
        await box().getByText("Another address…").click();
        await answer("Address of Langflow", `http://127.0.0.1:${String(port)}`);
        await answer("Connect to Langflow at", "key");
        await cancel("Connecting to Langflow").click();
        await done;
        await quiet();
      } finally {
        for (const socket of sockets) socket.destroy();
        silent.close();
      }
    });

    it("is not what the end of the server is: the command under way says what to do", async () => {
      const { pid } = await editor.endpoint();
      const done = run("analyzeWorkspace");
      await cancel("Analyzing the workspace").waitFor();
      process.kill(pid, "SIGKILL");
      await done;
      await toast("The server ended before it answered. Run the command again.").waitFor();
    });

    async function answer(title: string, text: string): Promise<void> {
      await box().filter({ hasText: title }).waitFor();
      await box().locator("input").fill(text);
      await editor.page.keyboard.press("Enter");
    }
  });
});
