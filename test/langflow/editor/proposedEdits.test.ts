import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { runCli } from "../../support/cli.ts";
import { openEditor } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import { startLangflow } from "../../support/langflow.ts";
import type { Langflow } from "../../support/langflow.ts";
import { paletteOf } from "../../support/palette.ts";
import type { Palette } from "../../support/palette.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { askLangflow } from "../rest.ts";
import { toolFlow } from "../toolFlow.ts";

const files = {
  "tsconfig.json": '{"compilerOptions":{"strict":true},"include":["src"]}\n',
  "src/pear.ts": "export function pear(): number {\n  return 1;\n}\n",
  "src/press.ts": 'import { pear } from "./pear";\nexport const juice = pear();\n',
};

describe("a change that a flow on Langflow 1.13.0 proposes in a window", function () {
  this.timeout(240_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let rest: ReturnType<typeof askLangflow>;
  let server: string;
  let editor: Editor;
  let palette: Palette;
  const disk = (file: string) => readFileSync(path.join(workspace.folder, file), "utf8");

  before(async () => {
    langflow = await startLangflow({ version: "1.13.0" });
    rest = askLangflow(langflow);
    workspace = await scratchWorkspace(files, { name: "orchard" });
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
    await palette.connect(langflow.url);
    server = (await rest.mcpServers()).find((name) => name.includes("orchard")) ?? assert.fail("not registered");
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
    await langflow.stop();
  });

  const panel = () => editor.page.locator(".refactor-preview, .bulk-edit-panel");
  const press = (name: "Apply" | "Discard") => panel().getByRole("button", { name }).click({ timeout: 60_000 });
  const row = (text: string) => editor.page.locator(".bulk-edit-panel .monaco-list-row", { hasText: text }).first();

  /** A flow of that name whose only component calls the tool. */
  async function make(name: string, tool: string, values: Record<string, unknown>): Promise<string> {
    const data = await toolFlow({ rest: rest.ask }, { server, tool, values });
    const { id } = (await rest.ask("POST", "/api/v1/flows/", { name, data })) as { id: string };
    return id;
  }

  /** As somebody else starts it; gives what the flow says. */
  async function run(id: string): Promise<string> {
    const body = { input_value: "", input_type: "chat", output_type: "chat" };
    return JSON.stringify(await rest.ask("POST", `/api/v1/run/${id}?stream=false`, body));
  }

  it("names the flow of a run of ours, and the flow answers that it was accepted", async () => {
    await make("Press", "write_file", { path: "made.txt", content: "cider\n" });
    const args = ["flow", "run", "Press", "--workspace", workspace.folder, "--data", editor.data];
    const running = runCli(args);
    await row("Asked for by").waitFor({ timeout: 60_000 });
    assert.match(await row("Asked for by").innerText(), /Asked for by the flow Press in Langflow: Create made\.txt/);
    await press("Apply");
    const { code, stdout, stderr } = await running;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /accepted/);
    assert.doesNotMatch(stdout, /partly|rejected/);
    assert.equal(disk("made.txt"), "cider\n");
  });

  it("lets the flow answer that it was rejected, and why", async () => {
    const id = await make("Discarded", "write_file", { path: "src/pear.ts", content: "", overwrite: true });
    const running = run(id);
    await press("Discard");
    const box = palette.box("Your words go to the flow");
    await box.waitFor();
    assert.equal(disk("src/pear.ts"), files["src/pear.ts"]);
    await box.locator("input").fill("The press needs pears.");
    await editor.page.keyboard.press("Enter");
    const said = await running;
    assert.match(said, /rejected/);
    assert.match(said, /The press needs pears\./);
    assert.equal(disk("src/pear.ts"), files["src/pear.ts"]);
  });

  it("lets the flow answer that it was rejected without a word", async () => {
    const id = await make("Unexplained", "write_file", { path: "src/pear.ts", content: "", overwrite: true });
    const running = run(id);
    await press("Discard");
    await palette.box("Your words go to the flow").waitFor();
    await editor.page.keyboard.press("Escape");
    const said = await running;
    assert.match(said, /rejected/);
    assert.doesNotMatch(said, /comment/);
    assert.equal(disk("src/pear.ts"), files["src/pear.ts"]);
  });

  it("lets the flow answer which files have it when it was accepted in part", async () => {
    const client = await editor.mcp();
    const { value } = await client.call("preview_refactoring", {
      operation: "rename_symbol",
      symbol: "src/pear.ts#pear",
      newName: "quince",
    });
    const id = await make("In part", "apply_edits", { planId: value.planId });
    const running = run(id);
    await row("Asked for by").waitFor({ timeout: 60_000 });
    assert.match(await row("Asked for by").innerText(), /Asked for by a flow in Langflow: Rename pear to quince/);
    await row("press.ts").locator(".edit-checkbox").click();
    await press("Apply");
    const said = await running;
    assert.match(said, /partly accepted/);
    assert.match(said, /leftOut[^\]]*src\/press\.ts/);
    assert.match(disk("src/pear.ts"), /function quince/);
    assert.equal(disk("src/press.ts"), files["src/press.ts"]);
  });
});
