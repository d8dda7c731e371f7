import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import type { Langflow } from "../../support/langflow.ts";
import type { Palette } from "../../support/palette.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { graphOf } from "../flowServices.ts";
import type { StoredFlow } from "../flowServices.ts";
import { sharedLangflow } from "../live.ts";
import { askLangflow } from "../rest.ts";
import { editFlow, openFlowsWindow } from "./flowsView.ts";
import type { FlowsView, FlowsWindow } from "./flowsView.ts";

describe("actions of the Langflow view", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let rest: ReturnType<typeof askLangflow>;
  let editor: Editor;
  let palette: Palette;
  let view: FlowsView;
  let id: string;
  let opened: FlowsWindow;
  const name = "Perry orders";
  const at = (file: string) => path.join(workspace.folder, file);

  before(async () => {
    const flow = { name, description: "Takes orders.", data: graphOf("pears") };
    opened = await openFlowsWindow({ folder: "perry", flow });
    ({ workspace, langflow, rest, editor, palette, view, id } = opened);
    await opened.pull();
  });
  after(() => opened.close());
  afterEach(() => palette.dismissToasts());

  it("overwrites the change that the dialog named, and asks again about a later one", async () => {
    const file = "flows/Perry_orders.json";
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { description: "First." });
    // The view looks at both when a file changes.
    editFlow(at(file), { description: "From the file." });
    await view.state("both sides", name);
    await palette.fromMenu(view.row(name), "Push flow file");
    await view.dialog().getByText('"First."').waitFor();
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { description: "Second." });
    await view.answer("Overwrite");
    await view.dialog().getByText('"Second."').waitFor();
    assert.equal((await opened.stored()).description, "Second.");
    await view.answer("Overwrite");
    await palette.toast("Pushed Perry orders.").waitFor();
    assert.equal((await opened.stored()).description, "From the file.");
  });

  it("takes a push back by the button of its message, and compares with versions", async () => {
    const file = "flows/Perry_orders.json";
    editFlow(at(file), { description: "A mistake." });
    await view.state("changed here", name);
    await palette.fromMenu(view.row(name), "Push flow file");
    const pushed = palette.toast("Pushed Perry orders.");
    await view.press(pushed, "Take back");
    await palette.toast("Took back Perry orders.").waitFor();
    assert.equal((await opened.stored()).description, "From the file.");
    await view.state("changed in Langflow", name);

    await palette.fromMenu(view.row(name), "Show versions of flow");
    await palette.pick("Versions of Perry orders", "Before a push by Langflow Connect");
    await palette.pick("Perry orders v", "Compare with Langflow");
    await editor.page.locator(".tab", { hasText: "↔ Langflow" }).waitFor();
    await palette.dismissToasts();
    await editor.runCommand("Langflow: Focus on Flows View");
    await palette.fromMenu(view.row(name), "Pull flow");
    await until("both are the same", async () => !/Langflow|here/.test(await view.row(name).innerText()));
  });

  it("renames a flow with its file, which stays open, and refuses a name that is taken", async () => {
    const other = (await rest.ask("POST", "/api/v1/flows/", {
      name: "Mead orders",
      data: graphOf("honey"),
    })) as StoredFlow;
    await editor.inHost(async (vscode, file) => {
      await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
    }, at("flows/Perry_orders.json"));
    await palette.fromMenu(view.row(name), "Rename flow");
    const box = palette.box("New name of Perry orders");
    await box.locator("input").fill("Mead orders");
    await box.getByText("Another flow in Langflow has this name.").waitFor();
    await palette.answer("New name of Perry orders", "Perry sales");
    await editor.page.locator(".tab", { hasText: "Perry_sales.json" }).waitFor();
    assert.equal((await opened.stored()).name, "Perry sales");
    assert.deepEqual(readdirSync(at("flows")), ["Perry_sales.json"]);
    await until(
      "the old tab is closed",
      async () => (await editor.page.locator(".tab", { hasText: "Perry_orders.json" }).count()) === 0,
    );
    await view.row("Perry sales").waitFor();
    await rest.ask("DELETE", `/api/v1/flows/${other.id}`);
  });

  it("deletes a flow with its file, and brings both back", async () => {
    const before = await opened.stored();
    await palette.fromMenu(view.row("Perry sales"), "Delete flow");
    await view.dialog().getByText("Delete Perry sales in Langflow?").waitFor();
    await view.answer("Delete with file");
    const toast = palette.toast("Deleted Perry sales.");
    await toast.waitFor();
    await assert.rejects(opened.stored());
    assert.deepEqual(readdirSync(at("flows")), []);
    await view.press(toast, "Undo");
    await palette.toast("Brought back Perry sales.").waitFor();
    assert.deepEqual((await opened.stored()).data, before.data);
    assert.deepEqual(readdirSync(at("flows")), ["Perry_sales.json"]);
  });

  it("duplicates a flow, pulls all that are new, and pushes all that changed", async () => {
    await palette.fromMenu(view.row("Perry sales"), "Duplicate flow");
    await palette.answer("Name of the copy of Perry sales", "Perry returns");
    await view.state("only in Langflow", "Perry returns");
    await editor.page.getByRole("button", { name: "Pull all flows" }).click();
    await until("the copy has a file", () => Promise.resolve(existsSync(at("flows/Perry_returns.json"))));
    editFlow(at("flows/Perry_returns.json"), { description: "Returns." });
    editFlow(at("flows/Perry_sales.json"), { description: "Sales." });
    await view.state("changed here", "Perry returns");
    await view.state("changed here", "Perry sales");
    await palette.dismissToasts();
    await editor.page.getByRole("button", { name: "Push all changed flow files" }).click();
    await palette.toast("Pushed 2 flows.").waitFor();
    const all = (await rest.ask("GET", "/api/v1/flows/?get_all=true")) as StoredFlow[];
    const described = all.filter(({ name: each }) => each.startsWith("Perry")).map(({ description }) => description);
    assert.deepEqual(described.sort(), ["Returns.", "Sales."]);
  });

  it("moves the flows that are selected by dragging them to another project", async () => {
    const project = (await rest.ask("POST", "/api/v1/projects/", { name: "Ciders" })) as { id: string };
    await editor.runCommand("Langflow Connect: Refresh flows");
    await view.row("Ciders").waitFor();
    await view.row("Perry sales").click();
    await view.row("Perry returns").click({ modifiers: ["Control"] });
    await view.row("Perry returns").dragTo(view.row("Ciders"));
    await until("both are in the project", async () => {
      const all = (await rest.ask("GET", "/api/v1/flows/?get_all=true")) as StoredFlow[];
      return all.filter(({ folder_id: folder }) => folder === project.id).length === 2;
    });
    const all = (await rest.ask("GET", "/api/v1/flows/?get_all=true")) as StoredFlow[];
    for (const flow of all.filter(({ name: each }) => each === "Perry returns"))
      await rest.ask("DELETE", `/api/v1/flows/${flow.id}`);
  });

  it("promotes a flow after it said what the other server lacks, and asks before it replaces a change there", async () => {
    const old = await sharedLangflow("0.7.3");
    const there = askLangflow(old);
    const title = `Perry exports ${String(Date.now())}`;
    const flow = { name: title, data: graphOf("pears") };
    const { id: exported } = (await rest.ask("POST", "/api/v1/flows/", flow)) as StoredFlow;
    mkdirSync(at(".lfx"), { recursive: true });
    const urls = `  here: {url: "${langflow.url}"}\n  old: {url: "${old.url}"}\n`;
    writeFileSync(at(".lfx/environments.yaml"), `environments:\n${urls}`);
    const flowThere = async () => (await there.flows()).find(({ name: each }) => each === title);
    const promote = async () => {
      await palette.fromMenu(view.row(title), "Promote flow to another server");
      await palette.box(`Promote ${title} to which server?`).waitFor();
      assert.equal(await palette.box().locator(".monaco-list-row").count(), 1, "only the other server is offered");
      await palette.pick(`Promote ${title} to which server?`, "old");
      await view.dialog().getByText("Missing: variable CIDER_TOKEN. Create the global variable there.").waitFor();
    };
    await editor.runCommand("Langflow Connect: Refresh flows");
    // With several selected, the menu of any row has only what several can do.
    await view.row(title).click();
    await promote();
    assert.equal(await flowThere(), undefined, "nothing is written before the answer");
    await view.answer("Promote without these");
    await palette.toast(`Promoted ${title}.`).waitFor();
    const first = await flowThere();
    assert.ok(first);
    await palette.dismissToasts();

    await there.ask("PATCH", `/api/v1/flows/${first.id}`, { description: "Changed there." });
    await rest.ask("PATCH", `/api/v1/flows/${exported}`, { description: "Changed here." });
    await promote();
    await view.dialog().getByText(`${title} was changed at old`).waitFor();
    assert.equal((await flowThere())?.description, "Changed there.");
    await view.answer("Overwrite");
    await palette.toast(`Promoted ${title}.`).waitFor();
    assert.equal((await flowThere())?.description, "Changed here.");
    await there.ask("DELETE", `/api/v1/flows/${first.id}`);
    await rest.ask("DELETE", `/api/v1/flows/${exported}`);
  });
});
