import assert from "node:assert/strict";
import type { WorkspaceEdit } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { openFlowEditor, uri } from "./flowEditor.ts";
import type { FlowEditor, FlowEditorOptions } from "./flowEditor.ts";
import { component, flowText, orchard, press } from "./flowSamples.ts";

/** As canvases write it: with spaces in the handles and none in the id. */
function canvasEdge(source: string, target: string, prefix: string) {
  const from = `{œdataTypeœ: œOrchardœ, œidœ: œ${source}œ, œnameœ: œapplesœ, œoutput_typesœ: [œMessageœ]}`;
  const to = `{œfieldNameœ: œfruitœ, œidœ: œ${target}œ, œinputTypesœ: [œMessageœ], œtypeœ: œstrœ}`;
  return {
    id: `${prefix}${source}${from.replaceAll(" ", "")}-${target}${to.replaceAll(" ", "")}`,
    source,
    target,
    sourceHandle: from,
    targetHandle: to,
    data: {
      sourceHandle: { dataType: "Orchard", id: source, name: "apples", output_types: ["Message"] },
      targetHandle: { fieldName: "fruit", id: target, inputTypes: ["Message"], type: "str" },
    },
  };
}

// Ids that begin with or end in another one.
const second = component("Press-12", "Press", { fruit: { type: "str", value: "Press-1" } });
const third = component("Old-Press-1", "Press", {});
const inner = component("Mill-1", "Mill", {});
const group = component("Group-1", "Group", {}, { flow: { data: { nodes: [inner], edges: [] } } });
const nodes = [orchard, press, second, third, group];
const text = flowText(nodes, [
  canvasEdge("Orchard-1", "Press-1", "reactflow__edge-"),
  canvasEdge("Press-1", "Press-12", "xy-edge__"),
  canvasEdge("Press-12", "Press-1", "xy-edge__"),
  canvasEdge("Old-Press-1", "Press-12", "reactflow__edge-"),
]);

describe("rename in a flow file", () => {
  let editor: FlowEditor;
  afterEach(() => editor.close());

  async function open(options?: FlowEditorOptions): Promise<void> {
    editor = await openFlowEditor(options);
    await editor.open(text);
  }
  async function rename(found: string, behind: number, newName: string) {
    return (await editor.askAt("rename", found, behind, { newName })) as WorkspaceEdit | null;
  }
  function applied(edit: WorkspaceEdit | null, file = uri, before = text): string {
    const edits = edit?.changes?.[file] ?? assert.fail(`no edit of ${file}`);
    return TextDocument.applyEdits(TextDocument.create(file, "json", 1, before), edits);
  }

  it("gives a component another id wherever it stands, whichever of them is renamed", async () => {
    await open();
    const expected = flowText(
      [orchard, component("Press-cider_2", "Press", press.data.node.template), second, third, group],
      [
        canvasEdge("Orchard-1", "Press-cider_2", "reactflow__edge-"),
        canvasEdge("Press-cider_2", "Press-12", "xy-edge__"),
        canvasEdge("Press-12", "Press-cider_2", "xy-edge__"),
        canvasEdge("Old-Press-1", "Press-12", "reactflow__edge-"),
      ],
    );
    for (const [found, behind] of [
      ['"id": "Press-1"', 8],
      ['"target": "Press-1"', 12],
      ['"source": "Press-1"', 12],
    ] as const) {
      const edit = await rename(found, behind, "Press-cider_2");
      assert.deepEqual(Object.keys(edit?.changes ?? {}), [uri]);
      assert.equal(applied(edit), expected);
    }
  });

  it("changes the names of variables that lie beside the flow", async () => {
    const needsUri = "file:///w/.lfx/needs/0d1d4d40-0000-4000-8000-000000000001.json";
    const needs = (id: string) =>
      `{"variables": {"${id}.key": "PIPS", "Orchard-12.key": "PIPS", "Press-1.key": "Orchard-1.key"}}\n`;
    await open({ files: { [needsUri]: needs("Orchard-1") } });
    assert.equal(
      applied(await rename('"id": "Orchard-1"', 8, "Orchard-2"), needsUri, needs("Orchard-1")),
      needs("Orchard-2"),
    );
    editor.close();
    await open({ isFlowFile: false, files: { [needsUri]: needs("Orchard-1") } });
    assert.deepEqual(Object.keys((await rename('"id": "Orchard-1"', 8, "Orchard-2"))?.changes ?? {}), [uri]);
  });

  it("changes the display name alone", async () => {
    await open();
    const edit = await rename('"display_name": "Old orchard"', 18, 'The "new" one');
    assert.equal(applied(edit), text.replace('"Old orchard"', JSON.stringify('The "new" one')));
    await assert.rejects(rename('"display_name": "Old orchard"', 18, " "), /A component needs a name\./);
  });

  it("offers what can be renamed, and nothing else", async () => {
    await open();
    const offered = async (found: string, behind: number) => {
      const answer = await editor.askAt("prepareRename", found, behind);
      const { range, placeholder } = (answer ?? {}) as {
        range?: Parameters<FlowEditor["textAt"]>[0];
        placeholder?: string;
      };
      return range && [editor.textAt(range), placeholder];
    };
    assert.deepEqual(await offered('"id": "Press-1"', 8), ["Press-1", "Press-1"]);
    assert.deepEqual(await offered('"source": "Press-1"', 12), ["Press-1", "Press-1"]);
    assert.deepEqual(await offered('"Old orchard"', 3), ["Old orchard", "Old orchard"]);
    for (const found of ['"type": "Orchard"', '"kind"', '"value": "Boskoop"', '"sourceHandle": "{', '"name": "Cider"'])
      assert.equal(await offered(found, found.length - 1), undefined);
  });

  for (const [what, found, id, message] of [
    ["that is taken", '"id": "Press-1"', "Press-12", "Press has the id Press-12 already."],
    ["with a space", '"id": "Press-1"', "Press-x y", "must begin with Press-, and then letters"],
    ["of another kind", '"id": "Press-1"', "Orchard-9", "must begin with Press-"],
    ["that is none", '"id": "Press-1"', "Press-", "must begin with Press-"],
    ["of a chat", '"id": "Press-1"', "Press-ChatInput", "with chat in its id for an input or output of the flow"],
    ["inside a group", '"id": "Mill-1"', "Mill-2", "ungroup it on the canvas first"],
  ] as const) {
    it(`refuses an id ${what}`, async () => {
      await open();
      await assert.rejects(rename(found, 8, id), (error: Error) => error.message.includes(message));
    });
  }

  it("refuses an id that two components have, or none", async () => {
    await open();
    await editor.change(text.replaceAll('"id": "Old-Press-1"', '"id": "Press-1"'));
    await assert.rejects(rename('"id": "Press-1"', 8, "Press-2"), /Two components have the id Press-1/);
    await editor.change(text.replace('"source": "Old-Press-1"', '"source": "Gone-1"'));
    await assert.rejects(rename('"source": "Gone-1"', 12, "Gone-2"), /The flow has no component Gone-1\./);
  });
});
