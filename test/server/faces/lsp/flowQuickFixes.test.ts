import assert from "node:assert/strict";
import type { CodeAction, Diagnostic } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { flowChecker } from "../../../../src/server/flows/check/checkFlow.ts";
import { positionsIn } from "../../../../src/server/flows/files/jsonPositions.ts";
import { openFlowEditor, uri } from "./flowEditor.ts";
import type { FlowEditor, FlowEditorOptions } from "./flowEditor.ts";
import { component, edge, flowText, orchard, press } from "./flowSamples.ts";

const juice = { name: "juice", types: ["Message"] };
const newCode = { code: { value: "class New: ..." } };
const catalogue = new Map([
  ["Orchard", { template: newCode, outputs: [] }],
  ["Press", { template: newCode, outputs: [juice] }],
]);
const oldPress = component("Press-3", "Press", { code: { value: "class Press: ..." } });
const check = flowChecker({ version: "1.13.0", catalogue });

describe("quick fixes of what is wrong in a flow file", () => {
  let editor: FlowEditor;
  afterEach(() => editor.close());

  /** Those of the problems with the code, in a file that is checked as the editor does. */
  async function fixes(text: string, wanted: string, options?: FlowEditorOptions): Promise<CodeAction[]> {
    editor = await openFlowEditor(options);
    await editor.open(text);
    const problems = check({ fields: JSON.parse(text) as Record<string, unknown> }).filter(
      ({ code }) => code === wanted,
    );
    assert.ok(problems.length > 0, `the flow has no ${wanted}`);
    const document = TextDocument.create(uri, "json", 1, text);
    const ranges = positionsIn(text, problems.map(({ at }) => at)); // prettier-ignore
    const diagnostics = problems.map(({ code, message }, index): Diagnostic => {
      const { start, end } = ranges[index] ?? assert.fail();
      return { range: { start: document.positionAt(start), end: document.positionAt(end) }, code, message };
    });
    const range = diagnostics[0]?.range;
    const actions = (await editor.ask("codeAction", { range, context: { diagnostics } })) as CodeAction[];
    return actions.filter(({ kind }) => kind === "quickfix");
  }

  function applied(text: string, { edit }: CodeAction): unknown {
    const edits = edit?.changes?.[uri] ?? assert.fail("no edit of the file");
    return JSON.parse(TextDocument.applyEdits(TextDocument.create(uri, "json", 1, text), edits));
  }
  const titles = (actions: readonly CodeAction[]) => actions.map(({ title }) => title);

  for (const [code, outdated] of [
    ["outdated-component", orchard],
    ["breaking-update", oldPress],
  ] as const) {
    it(`update the components, which Langflow does, for ${code}`, async () => {
      const [fix, ...others] = await fixes(flowText([outdated]), code);
      assert.deepEqual(others, []);
      assert.equal(fix?.title, "Update components of this flow");
      assert.deepEqual([fix.command?.command, fix.command?.arguments], ["langflowConnect.updateFlow", [uri]]);
      editor.close();
      for (const options of [{ isConnected: false }, { isFlowFile: false }]) {
        assert.deepEqual(await fixes(flowText([outdated]), code, options), []);
        editor.close();
      }
    });
  }

  it("empty a secret", async () => {
    const text = flowText([orchard]);
    const actions = await fixes(text, "secret-in-file");
    assert.deepEqual(titles(actions), ["Empty this value"]);
    const [fix = assert.fail()] = actions;
    assert.deepEqual(applied(text, fix), JSON.parse(text.replace('"pips"', '""')));
  });

  const gone = edge("Gone-1", "Press-1");
  const good = edge("Orchard-1", "Press-1");
  for (const [where, edges] of [
    ["first", [gone, good]],
    ["last", [good, gone]],
    ["only", [gone]],
  ] as const) {
    it(`remove the ${where} connection when its component is gone`, async () => {
      const text = flowText([orchard, press], edges);
      const actions = await fixes(text, "missing-node");
      assert.deepEqual(titles(actions), ["Remove this connection"]);
      const [fix = assert.fail()] = actions;
      const rest = edges.filter((one) => one !== gone);
      assert.deepEqual(applied(text, fix), JSON.parse(flowText([orchard, press], rest)));
    });
  }

  it("remove a component that is connected to nothing", async () => {
    const alone = component("Press-2", "Press", {});
    const text = flowText([orchard, alone, press], [good]);
    const actions = await fixes(text, "dead-component");
    assert.deepEqual(titles(actions), ["Remove this component"]);
    const [fix = assert.fail()] = actions;
    assert.deepEqual(applied(text, fix), JSON.parse(flowText([orchard, press], [good])));
  });

  it("are none for other problems", async () => {
    assert.deepEqual(await fixes(flowText([orchard, press], [good]), "missing-code"), []);
  });
});
