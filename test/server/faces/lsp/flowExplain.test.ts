import assert from "node:assert/strict";
import type { CodeAction } from "vscode-languageserver/node";
import { openFlowEditor, uri } from "./flowEditor.ts";
import type { FlowEditor } from "./flowEditor.ts";
import { flowText, press } from "./flowSamples.ts";

describe("the action that explains a flow file", () => {
  let editor: FlowEditor;
  afterEach(() => editor.close());

  it("is a source action anywhere, and on the first line one of the light bulb", async () => {
    editor = await openFlowEditor({ isConnected: false, isFlowFile: false });
    await editor.open(flowText([press]));
    const at = async (line: number) => {
      const start = { line, character: 0 };
      const params = { range: { start, end: start }, context: { diagnostics: [] } };
      return (await editor.ask("codeAction", params)) as CodeAction[];
    };
    const command = { title: "Explain flow", command: "langflowConnect.explainFlow", arguments: [uri] };
    const source = { title: "Explain flow", kind: "source.explainFlow", command };
    assert.deepEqual(await at(3), [source]);
    assert.deepEqual(await at(0), [source, { ...source, kind: "" }]);
    await editor.change('{"nodes": [], "edges": []}');
    assert.equal(await at(0), null);
  });
});
