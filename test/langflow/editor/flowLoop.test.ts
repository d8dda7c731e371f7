import assert from "node:assert/strict";
import { writeFile, mkdir } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { commandId } from "../../../src/protocol/commands.ts";
import { frameWith, openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import { startLangflow } from "../../support/langflow.ts";
import type { Langflow } from "../../support/langflow.ts";
import { startModelProvider } from "../../support/modelProvider.ts";
import type { ModelProvider } from "../../support/modelProvider.ts";
import { paletteOf } from "../../support/palette.ts";
import type { Palette } from "../../support/palette.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { createLangflowHttp } from "../../../src/server/langflow/client/http.ts";
import { agentFlow } from "../agentFlow.ts";
import { humanInputFlow } from "../humanInputFlow.ts";
import { askLangflow } from "../rest.ts";

interface Node {
  readonly data: { readonly type: string; readonly node: { readonly template: Readonly<Record<string, object>> } };
}

const usage = { input: 20, output: 5, cached: 0, reasoning: 0 };

describe("The loop of a flow's author in a real VS Code: playground, graph and tests", function () {
  this.timeout(240_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let provider: ModelProvider;
  let editor: Editor;
  let palette: Palette;
  let playground: Frame;

  before(async () => {
    provider = await startModelProvider();
    langflow = await startLangflow({ version: "1.13.0", modelProvider: provider.url });
    await askLangflow(langflow).ask("POST", "/api/v1/flows/", { name: "Press", data: agentFlow("gpt-4o") });
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" }, { name: "orchard" });
    editor = await openEditor({ workspace: workspace.folder, size: { width: 1600, height: 1000 } });
    palette = paletteOf(editor);
    await palette.connect(langflow.url);
    await editor.inHost(async (vscode, command) => {
      await vscode.commands.executeCommand(command);
    }, commandId("pullAllFlows"));
    const file = path.join(workspace.folder, "flows/Press.json");
    await until("the flow has a file", async () => {
      await editor.inHost(async (vscode, name) => {
        await vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
      }, file);
      return true;
    });
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
    await langflow.stop();
    await provider.close();
  });

  it("answers in the playground, and the graph beside it shows what each component did", async () => {
    await palette.run("Show graph of flow");
    const graph = await frameWith(editor.page, ".react-flow__node-component");
    await editor.inHost(
      async (vscode, [command, name]) => {
        await vscode.commands.executeCommand(command, vscode.Uri.file(name));
      },
      [commandId("openPlayground"), path.join(workspace.folder, "flows/Press.json")] as const,
    );
    playground = await frameWith(editor.page, "#question");
    provider.answer({ text: "Cider and perry.", usage });
    await playground.fill("#question", "What do we press?");
    await playground.press("#question", "Enter");
    const said = () => playground.locator("article").allInnerTexts();
    await until("the flow has answered", async () => (await said()).length === 2, 90_000);
    assert.deepEqual(
      (await said()).map((text) => text.split("\n").filter(Boolean)),
      [
        ["You", "What do we press?"],
        ["Flow", "Cider and perry."],
      ],
    );
    await until("the run is over", async () => (await playground.locator(".run").innerText()).startsWith("Done"));
    const states = () => graph.locator(".react-flow__node-component .state").allInnerTexts();
    await until("each component is done in the graph", async () =>
      (await states()).every((text) => text.startsWith("Done")),
    );
    assert.equal((await states()).length, await graph.locator(".react-flow__node-component").count());

    const compare = async () => {
      await graph.getByRole("button", { name: "Compare with…" }).click();
      await palette.pick("Compare the graph with what?", "Langflow");
    };
    await compare();
    await graph.getByRole("status").getByText("Compared with Langflow: the same.").waitFor();
    await graph.getByRole("button", { name: "Stop comparing" }).click();
    const { ask } = askLangflow(langflow);
    const flows = (await ask("GET", "/api/v1/flows/")) as { id: string; name: string; data: { nodes: Node[] } }[];
    const { id, data } = flows.find(({ name }) => name === "Press") ?? assert.fail();
    const input = data.nodes.find((node) => node.data.type === "ChatInput") ?? assert.fail();
    Object.assign(input.data.node.template["sender_name"] ?? {}, { value: "Cooper" });
    await ask("PATCH", `/api/v1/flows/${id}`, { data });
    await compare();
    await graph.getByRole("status").getByText("Compared with Langflow: 1 changed.").waitFor();
    const changes = await graph.locator(".react-flow__node .change").allInnerTexts();
    assert.deepEqual(changes, ["Changed: Sender Name"]);
  });

  it("goes on with the session, whose words Langflow has", async () => {
    provider.answer({ text: "Plums too.", usage });
    await playground.fill("#question", "And now?");
    await playground.press("#question", "Enter");
    await until("the flow has answered", async () => (await playground.locator("article").count()) === 4, 90_000);
    const session = (await playground.locator(".session").innerText()).replace("Session ", "");
    const messages = await askLangflow(langflow).ask("GET", `/api/v1/monitor/messages?session_id=${session}`);
    const words = (messages as { text: string }[]).map(({ text }) => text).sort();
    assert.deepEqual(words, ["And now?", "Cider and perry.", "Plums too.", "What do we press?"]);
  });

  it("asks where a flow asks a person, and goes on with the answer", async () => {
    const http = createLangflowHttp({
      base: langflow.url,
      credential: () => ({ kind: "key", value: langflow.apiKey }),
    });
    const data = await humanInputFlow(http, "Press the pears?");
    await http.close();
    await askLangflow(langflow).ask("POST", "/api/v1/flows/", { name: "Asks", data });
    await editor.inHost(async (vscode) => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
    await palette.run("Open playground of flow");
    await palette.pick("Open the playground of which flow?", "Asks");
    const asking = await frameWith(editor.page, "#question");
    await asking.fill("#question", "Go");
    await asking.press("#question", "Enter");
    const question = asking.locator(".question");
    await question.waitFor({ timeout: 60_000 });
    assert.match(await question.innerText(), /Press the pears\?/);
    await question.getByRole("button", { name: "Reject" }).click();
    await until("the flow has answered", async () => (await asking.locator("article.flow").count()) === 1, 60_000);
    assert.match(await asking.locator("article.flow").innerText(), /Press the pears\?/);
    // The message may come before the run is over.
    await until("the question is gone", async () => (await question.count()) === 0, 30_000);
  });

  it("runs the tests of a file in the Testing view: one passes, one fails with the difference", async () => {
    const folder = path.join(workspace.folder, "flows/tests");
    await mkdir(folder, { recursive: true });
    const cases = [
      { name: "presses pears", input: "pears", expect: { contains: "Perry" } },
      { name: "presses plums", input: "plums", expect: { equals: "Slivovitz." } },
    ];
    await writeFile(path.join(folder, "Press.json"), JSON.stringify({ cases }, null, 2));
    provider.answer({ text: "Perry it is.", usage }, { text: "Only perry.", usage });
    const host = (command: string) =>
      editor.inHost(async (vscode, id) => {
        await vscode.commands.executeCommand(id);
      }, command);
    await host("workbench.view.testing.focus");
    const row = (name: string) => editor.page.locator(`.test-explorer [role=treeitem][aria-label*="${name}"]`);
    await until("the tests are listed", async () => (await row("Press.json").count()) > 0, 30_000);
    await row("Press.json").click();
    await editor.page.keyboard.press("ArrowRight");
    await row("presses plums").waitFor();
    void host("testing.runAll").catch(() => undefined);
    await until(
      "both have run",
      async () => {
        const labels = [
          await row("presses pears").getAttribute("aria-label"),
          await row("presses plums").getAttribute("aria-label"),
        ];
        return labels.every((label) => /Passed|Failed/.test(label ?? ""));
      },
      120_000,
    );
    assert.match((await row("presses pears").getAttribute("aria-label")) ?? "", /Passed/);
    assert.match((await row("presses plums").getAttribute("aria-label")) ?? "", /Failed/);
  });
});
