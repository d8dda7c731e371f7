import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { startLangflow } from "../support/langflow.ts";
import type { Langflow } from "../support/langflow.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("Langflow by palette commands", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let editor: Editor;

  before(async () => {
    workspace = await scratchWorkspace({
      "src/one.ts": `export function many(a: number) {\n${Array.from({ length: 30 }, (_, at) => `  if (a === ${String(at)}) return ${String(at)};`).join("\n")}\n  return a;\n}\n`,
      "src/two.py": "def two():\n    return 2\n",
    });
    langflow = await startLangflow({ version: "1.13.0" });
    editor = await openEditor({ workspace: workspace.folder });
  });
  after(async () => {
    await editor.close();
    await langflow.stop();
    await workspace.remove();
  });

  const toast = (text: string) => editor.page.locator(".notification-toast", { hasText: text }).first();
  async function answer(title: string, text: string): Promise<void> {
    const box = editor.page.locator(".quick-input-widget", { hasText: title });
    await box.waitFor();
    await box.locator("input").fill(text);
    await editor.page.keyboard.press("Enter");
  }
  const servers = async () => {
    const headers = { "x-api-key": langflow.apiKey };
    const response = await fetch(`${langflow.url}/api/v2/mcp/servers?action_count=false`, { headers });
    return ((await response.json()) as { name: string }[]).map(({ name }) => name);
  };

  it("connects, and the workspace is among Langflow's MCP servers", async () => {
    await editor.runCommand("Langflow Connect: Connect to Langflow");
    await editor.page.locator(".quick-input-widget").getByText("Another address…").click();
    await answer("Address of Langflow", langflow.url);
    await answer("Connect to Langflow at", langflow.apiKey);
    await toast("Connected to Langflow 1.13.0").waitFor({ timeout: 30_000 });
    assert.ok((await servers()).includes("workspace-app"), (await servers()).join());
    await until("the status bar shows the latency", async () => / Langflow \d+ ms/.test(await editor.statusBarText()));
  });

  it("pushes the flow and runs it: the report opens, its numbers are git's, findings are in Problems", async () => {
    await editor.runCommand("Langflow Connect: Push workspace analysis flow");
    await toast("Pushed").waitFor({ timeout: 60_000 });
    await toast("Pushed").getByRole("button", { name: "Run flow" }).click();
    const report = await until(
      "the report is open",
      () =>
        editor.inHost((vscode) => {
          const found = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "langflow-connect");
          return found?.getText();
        }),
      120_000,
    );
    const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: workspace.folder });
    const files = listed.toString().split("\0").filter(Boolean).length;
    assert.match(report, new RegExp(`\\b${String(files)}\\b`));
    const problems = await editor.inHost((vscode) =>
      vscode.languages
        .getDiagnostics()
        .flatMap(([uri, list]) =>
          list.map((each) => `${uri.path.split("/").slice(-2).join("/")} ${each.source ?? ""}`),
        ),
    );
    assert.ok(problems.includes("src/one.ts Langflow Connect"), problems.join());
  });

  it("reconnects by itself when the server was replaced", async () => {
    const before = await editor.endpoint();
    process.kill(before.pid, "SIGKILL");
    await until("another server runs", async () => (await editor.endpoint().catch(() => before)).pid !== before.pid);
    await until("it is connected again", async () => / Langflow \d+ ms/.test(await editor.statusBarText()));
    const client = await editor.mcp();
    assert.equal((await client.call("read_file", { path: "src/two.py" })).isError, false);
  });

  it("disconnects: the registration is gone and the flow stays", async () => {
    await editor.runCommand("Langflow Connect: Disconnect");
    await toast("Disconnected").waitFor({ timeout: 30_000 });
    assert.ok(!(await servers()).includes("workspace-app"));
    const response = await fetch(`${langflow.url}/api/v1/flows/?get_all=true`, {
      headers: { "x-api-key": langflow.apiKey },
    });
    const flows = (await response.json()) as { name: string; description?: string | null }[];
    assert.ok(
      flows.some(({ description }) => description?.includes("workspace-analysis")),
      JSON.stringify(flows.map(({ name }) => name)),
    );
  });
});
