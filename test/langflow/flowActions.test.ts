import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import type { Langflow } from "../support/langflow.ts";
import { paletteOf } from "../support/palette.ts";
import type { Palette } from "../support/palette.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { graphOf } from "./flowServices.ts";
import type { StoredFlow } from "./flowServices.ts";
import { sharedLangflow } from "./live.ts";
import { askLangflow } from "./rest.ts";

describe("actions of the Langflow view", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let rest: ReturnType<typeof askLangflow>;
  let editor: Editor;
  let palette: Palette;
  let id: string;
  const name = "Perry orders";
  const at = (file: string) => path.join(workspace.folder, file);
  const stored = async () => (await rest.ask("GET", `/api/v1/flows/${id}`)) as StoredFlow;
  const row = (text: string) => editor.page.locator(".pane-body .monaco-list-row", { hasText: text });
  const state = async (text: string, flow = name) => {
    await until(`${flow} is ${text}`, async () => (await row(flow).first().innerText()).includes(text));
  };
  const edit = (file: string, change: object) => {
    const flow = JSON.parse(readFileSync(at(file), "utf8")) as object;
    writeFileSync(at(file), `${JSON.stringify({ ...flow, ...change }, null, 2)}\n`);
  };
  const dialog = () => editor.page.locator(".monaco-dialog-box");
  const answer = (button: string) => dialog().getByRole("button", { name: button, exact: true }).click();

  before(async () => {
    workspace = await scratchWorkspace({ "README.md": "# Perry\n" }, { name: "perry" });
    langflow = await sharedLangflow("1.13.0");
    rest = askLangflow(langflow);
    const flow = { name, description: "Takes orders.", data: graphOf("pears") };
    id = ((await rest.ask("POST", "/api/v1/flows/", flow)) as StoredFlow).id;
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
    await editor.runCommand("Langflow: Focus on Flows View");
    await palette.connect(langflow.url);
    await row(name).waitFor();
    await palette.fromMenu(row(name), "Pull flow");
    await editor.page.locator(".tab", { hasText: "Perry_orders.json" }).waitFor();
  });
  after(async () => {
    await editor.close();
    await rest.ask("DELETE", `/api/v1/flows/${id}`);
    await workspace.remove();
  });
  afterEach(() => palette.dismissToasts());

  it("overwrites the change that the dialog named, and asks again about a later one", async () => {
    const file = "flows/Perry_orders.json";
    edit(file, { description: "From the file." });
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { description: "First." });
    await state("both sides");
    await palette.fromMenu(row(name), "Push flow file");
    await dialog().getByText('"First."').waitFor();
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { description: "Second." });
    await answer("Overwrite");
    await dialog().getByText('"Second."').waitFor();
    assert.equal((await stored()).description, "Second.");
    // VS Code shows no more than three notifications within 0.8 s, and each attempt has its progress.
    await sleep(850);
    await answer("Overwrite");
    await palette.toast("Pushed Perry orders.").waitFor();
    assert.equal((await stored()).description, "From the file.");
  });

  it("takes a push back by the button of its message, and compares with versions", async () => {
    const file = "flows/Perry_orders.json";
    edit(file, { description: "A mistake." });
    await state("changed here");
    await palette.fromMenu(row(name), "Push flow file");
    const pushed = palette.toast("Pushed Perry orders.");
    await pushed.getByRole("button", { name: "Take back" }).click();
    await palette.toast("Took back Perry orders.").waitFor();
    assert.equal((await stored()).description, "From the file.");
    await state("changed in Langflow");

    await palette.fromMenu(row(name), "Show versions of flow");
    await palette.pick("Versions of Perry orders", "Before a push by Langflow Connect");
    await palette.pick("Perry orders v", "Compare with Langflow");
    await editor.page.locator(".tab", { hasText: "↔ Langflow" }).waitFor();
  });
});
