import assert from "node:assert/strict";
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
import { agentFlow } from "../agentFlow.ts";
import { chatFlow } from "../chatFlow.ts";
import { askLangflow } from "../rest.ts";

const usage = { input: 20, output: 5, cached: 0, reasoning: 0 };

describe("Runs of a flow in a real VS Code", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let provider: ModelProvider;
  let editor: Editor;
  let palette: Palette;

  before(async () => {
    provider = await startModelProvider();
    langflow = await startLangflow({ version: "1.13.0", modelProvider: provider.url });
    const { ask } = askLangflow(langflow);
    await ask("POST", "/api/v1/flows/", { name: "Press", data: agentFlow("gpt-4o") });
    await ask("POST", "/api/v1/flows/", { name: "Broken", data: chatFlow("no *pears* left") });
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" }, { name: "orchard" });
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
    await palette.connect(langflow.url);
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
    await langflow.stop();
    await provider.close();
  });

  async function runWith(input: string, tweak?: string): Promise<void> {
    await palette.run("Run flow with inputs");
    await palette.pick("Run which flow with inputs?", "Press");
    await palette.answer("Run Press with inputs", input);
    if (tweak !== undefined) {
      await palette.pick("Run Press with inputs", "Tweaks");
      await palette.answer("Tweaks of the run", tweak);
    }
    await palette.pick("Run Press with inputs", "Run");
  }

  const inputsThatLangflowHas = async () => {
    const { traces } = (await askLangflow(langflow).ask("GET", "/api/v1/monitor/traces?size=50")) as {
      traces: { input: { input_value: string } | null }[];
    };
    return traces.map((trace) => trace.input?.input_value);
  };

  it("gives what was asked for, and opens a page with what each component got and gave", async () => {
    provider.answer({ text: "Cider and perry.", usage });
    const tweaks = JSON.stringify({ "Chat Input": { sender_name: "Cooper" } });
    await runWith("What do we press?", tweaks);
    const page = await palette.report(1);
    // It takes the focus once it is there, which would close a list.
    await frameWith(editor.page, "h1");
    assert.match(page, /^# Press, \d{4}/);
    assert.match(page, /Done in .*, 25 tokens, session/);
    assert.match(page, /## Input\n\n```text\nWhat do we press\?\n```/);
    assert.match(page, /## Answer: message\n\n```text\nCider and perry\.\n```/);
    assert.match(page, /\| Agent \| ok \| [\d.]+ m?s \|/);
    assert.match(page, /\| – .*gpt-4o \| 25 \|/);
    assert.match(page, /### Chat Output\n\n\*\*Got\*\*/);
    assert.match(page, /This run cost \$0\.000/);
  });

  it("remembers what the flow got last", async () => {
    await palette.run("Run flow with inputs");
    await palette.pick("Run which flow with inputs?", "Press");
    await palette.box("Run Press with inputs").waitFor();
    const box = palette.box("Run Press with inputs").locator("input");
    await until("the last input is there", async () => (await box.inputValue()) === "What do we press?");
    await editor.page.keyboard.press("Enter");
    const tweaks = palette.box("Run Press with inputs").locator(".monaco-list-row", { hasText: "Tweaks" }).first();
    await tweaks.waitFor();
    assert.match(await tweaks.innerText(), /Cooper/);
    await editor.page.keyboard.press("Escape");
    await palette.box("Run Press with inputs").waitFor({ state: "hidden" });
  });

  it("runs one of the list again, with the same input", async () => {
    provider.answer({ text: "Plums too.", usage });
    await palette.run("Show runs of flow");
    await palette.pick("Show runs of which flow?", "Press");
    await palette.pick("Runs of Press", "What do we press?");
    await palette.pick("Press, ", "Run again");
    assert.match(await palette.report(2), /## Answer: message\n\n```text\nPlums too\.\n```/);
    assert.deepEqual(await inputsThatLangflowHas(), ["What do we press?", "What do we press?"]);
  });

  it("shows two of them beside each other, the same component beside the same", async () => {
    await palette.run("Show runs of flow");
    await palette.pick("Show runs of which flow?", "Press");
    await palette.pick("Runs of Press", "What do we press?");
    await palette.pick("Press, ", "Compare with another run");
    await palette.pick("with which run?", "What do we press?");
    const texts = await until("the comparison is open", () =>
      editor.inHost((vscode) => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        if (!(input instanceof vscode.TabInputTextDiff)) return false;
        const text = (uri: { toString(): string }) =>
          vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString())?.getText() ?? "";
        const found = [text(input.original), text(input.modified)] as const;
        return found.every((each) => each !== "") && found;
      }),
    );
    const [before, after] = texts;
    assert.match(before, /Cider and perry\./);
    assert.match(after, /Plums too\./);
    const heads = (text: string) =>
      text
        .split("\n")
        .filter((line) => line.startsWith("#"))
        .slice(1);
    assert.deepEqual(heads(after), heads(before));
  });

  it("names the component that failed, and its line", async () => {
    await palette.run("Run flow with inputs");
    await palette.pick("Run which flow with inputs?", "Broken");
    await palette.answer("Run Broken with inputs", "hello");
    await palette.pick("Run Broken with inputs", "Run");
    await palette.toast('in "Chat Input" at line').waitFor({ timeout: 60_000 });
    const page = await until("the page is open", () =>
      editor.inHost(
        (vscode) =>
          vscode.workspace.textDocuments
            .find(({ uri, getText }) => uri.scheme === "langflow-connect" && getText().startsWith("# Broken"))
            ?.getText() ?? false,
      ),
    );
    assert.match(page, /\*\*Failed\*\* after/);
    assert.match(page, /\| Chat Input \| \*\*failed\*\* \|/);
    assert.match(page, /Failed: "no \\\*pears\\\* left"/);
  });
});
