import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { until } from "../../support/editor.ts";
import { graphOf } from "../flowServices.ts";
import { openFlowsWindow } from "./flowsView.ts";
import type { FlowsWindow } from "./flowsView.ts";

describe("Python of a flow file in VS Code", function () {
  this.timeout(180_000);
  let opened: FlowsWindow;
  const name = "Medlar orders";
  const code = "class Press:\n    kind = 1\n";
  const at = (file: string) => path.join(opened.workspace.folder, file);
  const codeOf = ({ data }: { data: unknown }) =>
    (data as ReturnType<typeof graphOf>).nodes[0]?.data.node.template.code;

  before(async () => {
    const { nodes, edges } = graphOf("pears", code);
    const edited = nodes.map((node) => ({
      ...node,
      data: { ...node.data, node: { ...node.data.node, edited: true } },
    }));
    opened = await openFlowsWindow({
      folder: "medlar",
      flow: { name, description: "", data: { nodes: edited, edges } },
    });
    await opened.pull();
  });
  after(() => opened.close());

  it("opens beside the flow file, goes into it when it is saved, and with a push into Langflow", async () => {
    const { editor, palette, view } = opened;
    const file = at("flows/Medlar_orders.json");
    await palette.fromMenu(view.row(name), "Open Python of flow file");
    await editor.page.locator(".tab", { hasText: "Press-1.py" }).waitFor();
    assert.equal(readFileSync(at("flows/Medlar_orders/Press-1.py"), "utf8"), code);

    await editor.page.locator(".editor-instance .view-lines").last().click();
    await editor.page.keyboard.press("Control+Home");
    await editor.page.keyboard.type("# pressed");
    await editor.page.keyboard.press("Enter");
    await editor.page.keyboard.press("Control+s");
    const changed = `# pressed\n${code}`;
    await until("the flow file has the code", () =>
      Promise.resolve(readFileSync(file, "utf8").includes(JSON.stringify(changed))),
    );
    await view.state("changed here", name);

    // What is not saved yet is saved before the push.
    await editor.page.keyboard.press("Control+Home");
    await editor.page.keyboard.type("# twice");
    await editor.page.keyboard.press("Enter");
    await palette.fromMenu(view.row(name), "Push flow file");
    await palette.toast("Pushed Medlar orders.").waitFor();
    assert.equal(codeOf(await opened.stored())?.value, `# twice\n${changed}`);
    const inFile = JSON.parse(readFileSync(file, "utf8")) as { data: unknown };
    assert.equal(codeOf(inFile)?.value, `# twice\n${changed}`);
  });
});
