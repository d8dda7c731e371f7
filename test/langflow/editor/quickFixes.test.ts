import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { until } from "../../support/editor.ts";
import { graphOf, secretKey } from "../flowServices.ts";
import { openFlowsWindow } from "./flowsView.ts";
import type { FlowsWindow } from "./flowsView.ts";

describe("quick fixes of a flow file that Langflow does", function () {
  this.timeout(180_000);
  let opened: FlowsWindow;
  const flow = { name: "Quince orders", description: "Takes orders.", data: graphOf("quinces") };
  const text = `${JSON.stringify({ id: "0d1d4d40-0000-4000-8000-00000000000a", ...flow }, null, 2)}\n`;
  const variables = async () =>
    (await opened.rest.ask("GET", "/api/v1/variables/")) as readonly { readonly id: string; readonly name: string }[];
  const named = async (name: string) => (await variables()).filter((variable) => variable.name === name);

  before(async () => {
    opened = await openFlowsWindow({ folder: "quince", flow, files: { "flows/typed.json": text } });
    await opened.palette.connect(opened.langflow.url);
  });
  after(async () => {
    for (const { id } of await named("QUINCE_KEY")) await opened.rest.ask("DELETE", `/api/v1/variables/${id}`);
    await opened.close();
  });

  const file = () => path.join(opened.workspace.folder, "flows/typed.json");
  const inEditor = () =>
    opened.editor.inHost(
      (vscode, name) => vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === name)?.getText(),
      file(),
    );

  /** Chooses the quick fix, by its place in the text, and answers what it asks. */
  async function choose(name: string): Promise<void> {
    const { editor, palette } = opened;
    const command = await until("the quick fix is offered", () =>
      editor.inHost(async (vscode, at) => {
        const document = await vscode.workspace.openTextDocument(at);
        await vscode.window.showTextDocument(document, { preview: false });
        const problem = vscode.languages
          .getDiagnostics(document.uri)
          .find(({ code }) => String(code) === "secret-in-file");
        if (!problem) return undefined;
        const actions = await vscode.commands.executeCommand<readonly import("vscode").CodeAction[]>(
          "vscode.executeCodeActionProvider",
          document.uri,
          problem.range,
        );
        const found = actions.find(({ title }) => title === "Move this secret to a global variable")?.command;
        // It lasts as long as its questions are open.
        const given: readonly unknown[] = found?.arguments ?? [];
        if (found) void vscode.commands.executeCommand(found.command, ...given);
        return found?.command;
      }, file()),
    );
    assert.equal(command, "langflowConnect.moveSecret");
    const title = "Name of the global variable for api_key";
    await palette.box(title).waitFor();
    assert.equal(await palette.box(title).locator("input").inputValue(), "API_KEY");
    await palette.answer(title, name);
  }

  const expected = text
    .replace('"load_from_db": false', '"load_from_db": true')
    .replace(JSON.stringify(secretKey), '"QUINCE_KEY"');

  it("move a secret: it becomes a variable there and its name here, and comes back by undo", async () => {
    await choose("QUINCE_KEY");
    await opened.palette.toast("Langflow has the value now, as the global variable QUINCE_KEY.").waitFor();
    assert.equal(await inEditor(), expected);
    assert.equal((await named("QUINCE_KEY")).length, 1);
    await opened.palette.dismissToasts();
    await opened.editor.inHost(async (vscode) => vscode.commands.executeCommand("undo"));
    assert.equal(await inEditor(), text);
  });

  it("ask before a variable that is there already is used", async () => {
    await choose("QUINCE_KEY");
    const question = opened.view.dialog();
    await question.getByText("Langflow has a global variable QUINCE_KEY already. Use it?").waitFor();
    await opened.view.answer("Use it");
    await opened.palette.toast("The field takes the global variable QUINCE_KEY.").waitFor();
    assert.equal(await inEditor(), expected);
    assert.equal((await named("QUINCE_KEY")).length, 1);
  });

  it("register the workspace where Langflow has lost it", async () => {
    const { palette, rest } = opened;
    await rest.ask("DELETE", "/api/v2/mcp/servers/workspace-quince");
    await palette.dismissToasts();
    await palette.runToEnd("registerServer");
    await palette.toast("Langflow has this workspace as the MCP server workspace-quince, with").waitFor();
    assert.ok((await rest.mcpServers()).includes("workspace-quince"));
  });

  it("leave the secret in no log of the window and in nothing that the server keeps", () => {
    const { data, dataDir } = opened.editor;
    const logs = filesBelow(path.dirname(dataDir)).filter((name) => name.endsWith(".log"));
    const texts = [...filesBelow(data), ...logs].map((name) => [name, readFileSync(name, "latin1")] as const);
    // The server's own is among them.
    assert.ok(texts.some(([name, log]) => name.endsWith("Langflow Connect.log") && log.includes("server running")));
    assert.deepEqual(
      texts.filter(([, log]) => log.includes(secretKey)).map(([name]) => name),
      [],
    );
  });
});

function filesBelow(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
