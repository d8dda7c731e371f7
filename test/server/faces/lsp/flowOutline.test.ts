import assert from "node:assert/strict";
import type { CodeLens, DocumentSymbol } from "vscode-languageserver/node";
import { openFlowEditor, uri } from "./flowEditor.ts";
import type { FlowEditor, FlowEditorOptions } from "./flowEditor.ts";
import { edge, flowText, orchard, press } from "./flowSamples.ts";

describe("a flow file in an editor", () => {
  let editor: FlowEditor;
  afterEach(() => editor.close());

  const show = async (text: string, options?: FlowEditorOptions) => {
    editor = await openFlowEditor(options);
    await editor.open(text);
  };
  const outline = async () => (await editor.ask("documentSymbol")) as DocumentSymbol[] | null;
  const told = (symbols: readonly DocumentSymbol[] = []): string[] =>
    symbols.flatMap(({ name, detail, children }) => [
      detail ? `${name}: ${detail}` : name,
      ...told(children).map((line) => `  ${line}`),
    ]);

  it("has an outline of components, what is set in them, their outputs, and the connections", async () => {
    await show(flowText([orchard, press], [edge("Orchard-1", "Press-1")]));
    const symbols = (await outline()) ?? [];
    assert.deepEqual(told(symbols), [
      "Old orchard: Orchard-1",
      "  Kind of apple: Boskoop",
      "  key: ***",
      "  Apples: Message, Data",
      "Press: Press-1",
      "Connections",
      "  Old orchard.apples → Press.fruit",
    ]);
    const [first] = symbols;
    const [kind] = first?.children ?? [];
    assert.deepEqual(JSON.parse(first ? editor.textAt(first.range) : ""), orchard);
    assert.equal(kind && editor.textAt(kind.selectionRange), '"kind"');
  });

  it("shows what is inside a group, and the first line of a note", async () => {
    const inner = { data: { nodes: [press], edges: [] } };
    const group = { id: "Group-1", type: "genericNode", data: { node: { display_name: "Cellar", flow: inner } } };
    const note = { id: "note-1", type: "noteNode", data: { node: { description: "Pick\nthen press" } } };
    await show(flowText([group, note]));
    assert.deepEqual(told((await outline()) ?? []), ["Cellar: Group-1", "  Press: Press-1", "Note: Pick…"]);
  });

  it("follows what is typed, and has no outline of ours while it is no flow", async () => {
    await show(flowText([press]));
    await editor.change(flowText([orchard]).replace("Old orchard", "New orchard"));
    assert.equal((await outline())?.[0]?.name, "New orchard");
    await editor.change(flowText([orchard]).slice(1));
    assert.equal(await outline(), null);
    await editor.change('{ "nodes": [], "edges": [] }');
    assert.equal(await outline(), null);
  });

  it("is read once for each version of its text", async () => {
    await show(flowText([press]));
    const [first, second] = [editor.flows(uri), editor.flows(uri)];
    assert.ok(first);
    assert.equal(first, second);
    await editor.change(flowText([orchard]));
    assert.notEqual(editor.flows(uri), first);
  });

  it("asks to be asked about JSON alone", async () => {
    await show(flowText([press]));
    const selectors = editor.registered.map(({ registerOptions }) => JSON.stringify(registerOptions));
    assert.ok(selectors.length > 0);
    for (const selector of selectors) assert.match(selector, /"pattern":"\*\*\/\*\.json"/);
  });

  describe("has above its text", () => {
    const lenses = async () => ((await editor.ask("codeLens")) as CodeLens[] | null) ?? undefined;

    it("what can be done with it", async () => {
      await show(flowText([press]));
      const lens = (title: string, name: string, argument: string) => ({
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        command: { title, command: `langflowConnect.${name}`, arguments: [argument] },
      });
      assert.deepEqual(await lenses(), [
        lens("Run", "runFlow", "0d1d4d40-0000-4000-8000-000000000001"),
        lens("Compare with Langflow", "compareFlow", uri),
        lens("Push", "pushFlow", uri),
        lens("Update components", "updateFlow", uri),
      ]);
    });

    it("what can be done anywhere, when it is in no folder of flow files", async () => {
      await show(flowText([press]), { isFlowFile: false });
      assert.deepEqual(
        (await lenses())?.map(({ command }) => command?.title),
        ["Run"],
      );
    });

    it("nothing while Langflow is not connected, and is shown again when that changes", async () => {
      await show(flowText([press]), { isConnected: false });
      assert.equal(await lenses(), undefined);
      editor.refresh();
      await editor.ask("codeLens");
      assert.equal(editor.refreshes(), 1);
    });
  });
});
