import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { hasConflicts } from "../../../src/protocol/conflictMarks.ts";
import { until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import type { Palette } from "../../support/palette.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { graphOf } from "../flowServices.ts";
import type { askLangflow } from "../rest.ts";
import { starterFiles } from "../starterProjects.ts";
import { editFlow, openFlowsWindow } from "./flowsView.ts";
import type { FlowsView, FlowsWindow } from "./flowsView.ts";

describe("merging and updating flow files in the Langflow view", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let rest: ReturnType<typeof askLangflow>;
  let editor: Editor;
  let palette: Palette;
  let view: FlowsView;
  let id: string;
  let opened: FlowsWindow;
  const name = "Quince orders";
  const file = () => path.join(workspace.folder, "flows/Quince_orders.json");

  before(async () => {
    const [project] = [...starterFiles<object>("0.7.3")].flatMap(([each, flow]) =>
      each === "Simple Agent.json" ? [flow] : [],
    );
    assert.ok(project);
    const old = { ...project, id: "0d1d4d40-0000-4000-8000-00000000000a", name: "Quince agent", endpoint_name: null };
    opened = await openFlowsWindow({
      folder: "press",
      flow: { name, description: "Before.", data: graphOf("pears") },
      files: { "flows/Quince_agent.json": JSON.stringify(old) },
    });
    ({ workspace, rest, editor, palette, view, id } = opened);
    await opened.pull();
  });
  after(() => opened.close());
  afterEach(() => palette.dismissToasts());

  it("merges changes of both sides into the file", async () => {
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { name: "Quince sales" });
    editFlow(file(), { description: "From the file." });
    await until("both changed", async () =>
      (await editor.page.locator(".pane-body .monaco-list").innerText()).includes("both sides"),
    );
    await palette.fromMenu(view.row("Quince sales"), "Merge flow file with Langflow");
    await palette.toast("The file of Quince sales has both changes now.").waitFor();
    const merged = JSON.parse(readFileSync(file(), "utf8")) as { name: string; description: string };
    assert.deepEqual([merged.name, merged.description], ["Quince sales", "From the file."]);
    await view.state("changed here", "Quince sales");
    await palette.fromMenu(view.row("Quince sales"), "Push flow file");
    await palette.toast("Pushed Quince sales.").waitFor();
    assert.equal((await opened.stored()).description, "From the file.");
  });

  it("opens the merge editor where both changed the same, with what each side has", async () => {
    await rest.ask("PATCH", `/api/v1/flows/${id}`, { description: "Theirs." });
    editFlow(file(), { description: "Mine." });
    await view.state("both sides", "Quince sales");
    await palette.fromMenu(view.row("Quince sales"), "Push flow file");
    await view.dialog().getByText('"Theirs."').waitFor();
    await view.dialog().getByRole("button", { name: "Merge", exact: true }).click();
    const merge = editor.page.locator(".merge-editor");
    await merge.waitFor();
    await merge.getByText("1 Conflict Remaining").waitFor();
    await merge.locator(".view-line", { hasText: '"Theirs."' }).first().waitFor();
    await merge.locator(".view-line", { hasText: '"Mine."' }).first().waitFor();
    await merge.getByText("Accept Langflow", { exact: false }).first().click();
    await merge.getByText("0 Conflicts Remaining").waitFor();
    await editor.page.keyboard.press("Control+s");
    await until("the file is merged", () => Promise.resolve(!hasConflicts(readFileSync(file(), "utf8"))));
    const merged = JSON.parse(readFileSync(file(), "utf8")) as { description: string };
    assert.equal(merged.description, "Theirs.");
  });

  it("updates the components of a flow file, after it said what is lost", async () => {
    await view.row("Quince agent").waitFor();
    await palette.fromMenu(view.row("Quince agent"), "Update components of flow file");
    await view
      .dialog()
      .getByText(/Update \d of \d outdated components of Quince agent\?/)
      .waitFor();
    await view
      .dialog()
      .getByText(/Agent: its new version has no field for seed \(1\)/)
      .waitFor();
    const before = readFileSync(path.join(workspace.folder, "flows/Quince_agent.json"), "utf8");
    await view.dialog().getByRole("button", { name: "Update", exact: true }).click();
    await palette.toast("updated in the file").waitFor();
    const after = readFileSync(path.join(workspace.folder, "flows/Quince_agent.json"), "utf8");
    assert.notEqual(after, before);
    assert.match(after, /"structured_response"/);
    await palette.dismissToasts();
    await palette.fromMenu(view.row("Quince agent"), "Update components of flow file");
    await palette.toast("All components of Quince agent are those of this Langflow.").waitFor();
  });
});
