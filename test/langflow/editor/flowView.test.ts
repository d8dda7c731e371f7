import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import type { Langflow } from "../../support/langflow.ts";
import type { Palette } from "../../support/palette.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { chatFlow } from "../chatFlow.ts";
import type { askLangflow } from "../rest.ts";
import { editFlow, openFlowsWindow } from "./flowsView.ts";
import type { FlowsView, FlowsWindow } from "./flowsView.ts";

describe("the Langflow view", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let rest: ReturnType<typeof askLangflow>;
  let editor: Editor;
  let palette: Palette;
  let view: FlowsView;
  let id: string;
  let opened: FlowsWindow;
  const name = "Cider orders";
  const file = () => path.join(workspace.folder, "flows/Cider_orders.json");

  // A list that is drawn anew under the pointer shows nothing until the pointer moves.
  const tooltip = async () => {
    await palette.runToEnd("refreshFlows");
    const hover = editor.page.locator(".monaco-hover:visible", { hasText: `${name}:` });
    await until("the tooltip is there", async () => {
      await editor.page.mouse.move(900, 500);
      await view.row(name).hover();
      return hover.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
    return (await hover.innerText()).replaceAll("\u00a0", " ");
  };

  before(async () => {
    const flow = { name, description: "Takes orders.", data: { nodes: [], edges: [] } };
    opened = await openFlowsWindow({ folder: "cider", flow });
    ({ workspace, langflow, rest, editor, palette, view, id } = opened);
  });
  after(() => opened.close());

  it("says what it is for and offers to connect, and lists the flows once connected", async () => {
    await editor.runCommand("Langflow: Focus on Flows View");
    await editor.page.getByText("See the flows of your Langflow").waitFor();
    await palette.connect(langflow.url);
    await view.row(name).waitFor();
    assert.match(await view.row(name).innerText(), /only in Langflow/);
    await palette.dismissToasts();
  });

  it("pulls a flow by its button; what is changed in the file is seen, compared and pushed", async () => {
    await view.row(name).hover();
    await view.row(name).getByRole("button", { name: "Pull flow" }).click();
    await until("the file is there", () => Promise.resolve(existsSync(file())));
    await until("the view says nothing more of it", async () => !/Langflow/.test(await view.row(name).innerText()));

    editFlow(file(), { description: "Takes orders by the barrel." });
    await until("the view sees the change", async () => /changed here/.test(await view.row(name).innerText()));
    await palette.fromMenu(view.row(name), "Compare flow with Langflow");
    await editor.page.locator(".tab", { hasText: "Cider orders: Langflow ↔ file" }).waitFor();
    await editor.page.locator(".monaco-diff-editor .char-insert").first().waitFor();

    await view.row(name).hover();
    await view.row(name).getByRole("button", { name: "Push flow file" }).click();
    await palette.toast("Pushed Cider orders.").waitFor();
    assert.equal((await opened.stored()).description, "Takes orders by the barrel.");
  });

  it("pushes and compares by what stands above the text of the file", async () => {
    await palette.dismissToasts();
    editFlow(file(), { description: "By the bottle." });
    await until("the view sees the change", async () => /changed here/.test(await view.row(name).innerText()));
    await editor.inHost(async (vscode, path) => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
    }, file());
    const link = (text: string) => editor.page.locator(".codelens-decoration a", { hasText: text });
    await link("Run").waitFor();
    await link("Update components").waitFor();
    await link("Push").click();
    await palette.toast("Pushed Cider orders.").waitFor();
    assert.equal((await opened.stored()).description, "By the bottle.");
    await link("Compare with Langflow").click();
    await editor.page.locator(".tab", { hasText: "Cider orders: Langflow ↔ file" }).waitFor();
  });

  it("asks before a push would lose what Langflow got in between", async () => {
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { description: "From the canvas." });
    editFlow(file(), { description: "From the file." });
    await until("both sides are changed", async () => /both sides/.test(await view.row(name).innerText()));
    await view.row(name).hover();
    await view.row(name).getByRole("button", { name: "Push flow file" }).click();
    await view.dialog().getByText("was changed in Langflow since it was pulled").waitFor();
    await editor.page.keyboard.press("Escape");
    assert.equal((await opened.stored()).description, "From the canvas.");
  });

  it("says how others can call the flow", async () => {
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { mcp_enabled: true, flow_type: "agent", a2a_enabled: true });
    await editor.runCommand("Langflow Connect: Refresh flows");
    await view.state("MCP · A2A", name);
    const label = await view.row(name).getAttribute("aria-label");
    assert.match(label ?? "", /exposed over MCP, published over A2A/);
  });

  it("says under the pointer when the flow ran last, and why that failed", async () => {
    const run = () => rest.ask("POST", `/api/v1/run/${id}?stream=false`, { input_value: "apples" });
    assert.doesNotMatch(await tooltip(), /Last run/);

    await rest.ask("PATCH", `/api/v1/flows/${id}`, { data: chatFlow() });
    await run();
    await until("the run is there", async () => /Last run: (just now|\d+ s ago), \d/.test(await tooltip()));
    const data = chatFlow("no cider at http://miller:hunter2@cellar.example");
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { data });
    await assert.rejects(run(), /hunter2/);
    await until("the failure is there", async () =>
      /Last run failed (just now|\d+ s ago): "Chat Input: no cider at http:\/\/miller:•••@cellar.example"/.test(
        await tooltip(),
      ),
    );
  });

  it("says what starts the flow, and enables and disables it", async () => {
    const trigger = (fields: object) => rest.ask("POST", "/api/v1/triggers", { flow_id: id, ...fields });
    await trigger({ name: "Nightly", kind: "schedule", config: { cron: "0 3 * * *" }, state: "active" });
    await trigger({ name: "Orders", kind: "inbound_webhook" });
    await until("the triggers are there", async () =>
      /2 triggers, 1 active: (inbound webhook, schedule|schedule, inbound webhook)/.test(await tooltip()),
    );

    const stateOf = async (wanted: string) => {
      const all = (await rest.ask("GET", `/api/v1/triggers?flow_id=${id}`)) as { name: string; state: string }[];
      return all.find((each) => each.name === wanted)?.state;
    };
    await palette.fromMenu(view.row(name), "Show triggers of flow");
    const nightly = palette.box(`Triggers of ${name}`).locator(".monaco-list-row", { hasText: "Nightly" });
    await nightly.waitFor();
    assert.match(await nightly.innerText(), /schedule, active[\s\S]*0 3 \* \* \* \(UTC\)/);
    await palette.pick(`Triggers of ${name}`, "Nightly");
    await palette.pick(`Nightly of ${name}`, "Disable");
    await palette.toast("Nightly is paused.").waitFor();
    assert.equal(await stateOf("Nightly"), "paused");

    await palette.fromMenu(view.row(name), "Show triggers of flow");
    await palette.pick(`Triggers of ${name}`, "Orders");
    await palette.pick(`Orders of ${name}`, "Enable");
    await palette.toast("Orders is active.").waitFor();
    assert.equal(await stateOf("Orders"), "active");
    await palette.dismissToasts();
  });

  it("sees that the folder of the files goes", async () => {
    rmSync(path.dirname(file()), { recursive: true });
    await until("the flow is only in Langflow", async () => /only in Langflow/.test(await view.row(name).innerText()));
  });
});
