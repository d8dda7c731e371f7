import assert from "node:assert/strict";
import { MarkupContent } from "vscode-languageserver/node";
import type { Hover } from "vscode-languageserver/node";
import type { Component } from "../../../../src/server/flows/model.ts";
import { openFlowEditor } from "./flowEditor.ts";
import type { FlowEditor } from "./flowEditor.ts";
import { edge, flowText, orchard, press } from "./flowSamples.ts";

const kind = {
  type: "str",
  display_name: "Kind",
  info: "What grows *here*.",
  input_types: ["Message", "Text"],
  required: true,
  value: "Gala",
};
const catalogue: Record<string, Component> = {
  Orchard: {
    display_name: "Orchard",
    description: "Grows apples, see ![x](http://elsewhere/x.png).",
    template: { _type: "Component", kind, key: { type: "str", password: true, value: "theirs" } },
    outputs: [],
  },
};

describe("the pointer over a flow file", () => {
  let editor: FlowEditor;
  afterEach(() => editor.close());

  const show = async (known?: typeof catalogue) => {
    editor = await openFlowEditor(known && { catalogue: known });
    await editor.open(flowText([orchard, press], [edge("Orchard-1", "Press-1"), edge("Gone-1", "Press-1")]));
  };
  const hover = async (found: string, behind?: number) => {
    const answer = (await editor.askAt("hover", found, behind)) as Hover | null;
    if (!answer) return undefined;
    assert.ok(MarkupContent.is(answer.contents));
    return answer.contents.value.split(/\n+/);
  };

  it("tells of a component what Langflow says, without links and images of others", async () => {
    await show(catalogue);
    const lines = [
      "**Orchard** `Orchard`",
      "Here: Old orchard",
      "Grows apples, see !\\[x\\](http\\://elsewhere/x.png).",
      "Id: `Orchard-1`",
    ];
    assert.deepEqual(await hover('"type": "Orchard"', 10), lines);
    assert.deepEqual(await hover('"display_name": "Old orchard"', 18), lines);
  });

  it("tells of a field its types, its default and whether it is required", async () => {
    await show(catalogue);
    assert.deepEqual(await hover('"kind"'), [
      "**Kind** of Old orchard",
      "What grows \\*here\\*.",
      "- Type: `str`",
      "- Takes connections of: `Message`, `Text`",
      "- Default: `Gala`",
      "- Required: yes",
    ]);
  });

  it("shows no secret, neither the file's nor Langflow's", async () => {
    await show(catalogue);
    assert.deepEqual(await hover('"key"'), [
      "**key** of Old orchard",
      "- Type: `str`",
      "- Default: none",
      "- Required: no",
    ]);
  });

  it("tells of a component that no Langflow is known to have what the file says", async () => {
    await show();
    assert.deepEqual(await hover('"type": "Orchard"', 10), ["**Old orchard** `Orchard`", "Id: `Orchard-1`"]);
    assert.deepEqual(await hover('"kind"'), ["**Kind of apple** of Old orchard", "- Type: `str`", "- Required: no"]);
  });

  it("tells where an end of a connection leads", async () => {
    await show(catalogue);
    assert.deepEqual(await hover('"target": "Press-1"', 12), ["**Press** `Press`", "Id: `Press-1`"]);
    assert.equal((await hover('"source": "Orchard-1"', 12))?.[0], "**Orchard** `Orchard`");
    assert.deepEqual(await hover('"source": "Gone-1"', 12), ["The flow has no component `Gone-1`."]);
    assert.equal((await hover('"fieldName": "fruit"', 16))?.[0], "**fruit** of Press");
  });

  it("tells of a component inside a group", async () => {
    const flow = { data: { nodes: [press], edges: [] } };
    const group = { id: "Group-1", type: "genericNode", data: { node: { display_name: "Cellar", flow } } };
    editor = await openFlowEditor();
    await editor.open(flowText([group]));
    assert.deepEqual(await hover('"type": "Press"', 10), ["**Press** `Press`", "Id: `Press-1`"]);
    assert.equal((await hover('"display_name": "Cellar"', 18))?.at(-1), "Id: `Group-1`");
  });

  it("says nothing elsewhere", async () => {
    await show(catalogue);
    assert.equal(await hover('"Cider"'), undefined);
    assert.equal(await hover('"Boskoop"'), undefined);
  });
});
