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
const check = flowChecker({ version: "1.13.0", catalogue, mcpServers: new Set<string>() });

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

  function textAfter(text: string, { edit }: CodeAction): string {
    const edits = edit?.changes?.[uri] ?? assert.fail("no edit of the file");
    return TextDocument.applyEdits(TextDocument.create(uri, "json", 1, text), edits);
  }
  function applied(text: string, fix: CodeAction): unknown {
    return JSON.parse(textAfter(text, fix));
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
    const actions = await fixes(text, "secret-in-file", { isConnected: false });
    assert.deepEqual(titles(actions), ["Empty this value"]);
    const [fix = assert.fail()] = actions;
    assert.deepEqual(applied(text, fix), JSON.parse(text.replace('"pips"', '""')));
  });

  it("move a secret to Langflow while it is connected, without naming the secret", async () => {
    const [fix, ...others] = await fixes(flowText([orchard]), "secret-in-file");
    assert.deepEqual(titles(others), ["Empty this value"]);
    const title = "Move this secret to a global variable";
    const command = { title, command: "langflowConnect.moveSecret", arguments: [uri, ["Orchard-1", "key"]] };
    assert.deepEqual(
      { title: fix?.title, command: fix?.command, edit: fix?.edit },
      { title, command, edit: undefined },
    );
  });

  it("leave the secrets of an MCP server where only its settings can have them", async () => {
    const value = { name: "mill", config: { headers: { "x-mill": "pips" } } };
    const mill = component("Mill-1", "Mill", { mcp_server: { type: "mcp", value } });
    assert.deepEqual(titles(await fixes(flowText([mill]), "secret-in-file")), ["Empty this value"]);
  });

  it("register this workspace when a flow calls it, and no other server", async () => {
    const mill = (name: string) =>
      flowText([component("Mill-1", "Mill", { mcp_server: { type: "mcp", value: { name } } })]);
    const [fix, ...others] = await fixes(mill("workspace-cider"), "unknown-mcp-server");
    const title = "Register this workspace's MCP server";
    assert.deepEqual([fix?.title, others], [title, []]);
    assert.deepEqual(fix?.command, { title, command: "langflowConnect.registerServer", arguments: [] });
    editor.close();
    assert.deepEqual(await fixes(mill("workspace-perry"), "unknown-mcp-server"), []);
    editor.close();
    assert.deepEqual(await fixes(mill("workspace-cider"), "unknown-mcp-server", { isConnected: false }), []);
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

  describe("connect a required input by its type", () => {
    const needed = (more: object = {}) => ({
      fruit: { type: "str", show: true, required: true, input_types: ["Message"], value: "", ...more },
    });
    const apples = { name: "apples", display_name: "Apples", types: ["Message"], selected: "Message" };
    const grove = (id: string, outputs: readonly object[], more: object = {}) => {
      const { data, ...node } = component(id, "Grove", {}, { display_name: "Old grove", outputs });
      return { ...node, data: { ...data, ...more } };
    };
    const mill = component("Mill-1", "Mill", needed(), { outputs: [apples] });
    /** As the canvas of Langflow 1.13 writes it. */
    const drawn = (source: string, name = "apples") => {
      const from = `{œdataTypeœ:œGroveœ,œidœ:œ${source}œ,œnameœ:œ${name}œ,œoutput_typesœ:[œMessageœ]}`;
      const to = "{œfieldNameœ:œfruitœ,œidœ:œMill-1œ,œinputTypesœ:[œMessageœ],œtypeœ:œstrœ}";
      return {
        animated: false,
        className: "",
        data: {
          sourceHandle: { dataType: "Grove", id: source, name, output_types: ["Message"] },
          targetHandle: { fieldName: "fruit", id: "Mill-1", inputTypes: ["Message"], type: "str" },
        },
        id: `xy-edge__${source}${from}-Mill-1${to}`,
        source,
        sourceHandle: from,
        target: "Mill-1",
        targetHandle: to,
      };
    };
    const problems = (text: string) =>
      check({ fields: JSON.parse(text) as Record<string, unknown> }).map(({ code, node }) => `${code} ${node ?? ""}`);

    for (const [where, edges] of [
      ["the first", []],
      ["one more", [edge("Mill-1", "Press-1")]],
    ] as const) {
      it(`as ${where} connection of the flow`, async () => {
        const nodes = [grove("Grove-1", [apples]), mill, press];
        const text = flowText(nodes, edges);
        const actions = await fixes(text, "missing-input");
        assert.deepEqual(titles(actions), ["Connect Old grove's Apples"]);
        const [fix = assert.fail()] = actions;
        const after = textAfter(text, fix);
        assert.equal(after, flowText(nodes, [...edges, drawn("Grove-1")]));
        const gone = ["missing-input Mill-1", "dead-component Grove-1", "dead-component Mill-1"];
        assert.deepEqual(
          problems(after),
          problems(text).filter((one) => !gone.includes(one)),
        );
      });
    }

    it("and select the output, where the canvas shows one of several", async () => {
      const outputs = [{ ...apples, name: "pips", types: ["Data"], selected: "Data" }, apples];
      const shows = (name: string) => grove("Grove-1", outputs, { selected_output: name });
      const text = flowText([shows("pips"), mill, press]);
      const [fix = assert.fail()] = await fixes(text, "missing-input");
      assert.equal(textAfter(text, fix), flowText([shows("apples"), mill, press], [drawn("Grove-1")]));
      editor.close();
      // Another output of it leads somewhere.
      const used = flowText([shows("pips"), mill, press], [edge("Grove-1", "Press-1")]);
      assert.deepEqual(await fixes(used, "missing-input"), []);
    });

    it("named by their ids where two components have one name", async () => {
      const text = flowText([grove("Grove-1", [apples]), grove("Grove-2", [apples]), mill]);
      assert.deepEqual(titles(await fixes(text, "missing-input")), [
        "Connect Old grove's Apples (Grove-1)",
        "Connect Old grove's Apples (Grove-2)",
      ]);
    });

    it("with the type that is chosen of several, and the types of older versions", async () => {
      const both = { ...apples, types: ["Data", "Message"] };
      const table = (types: readonly string[]) => component("Mill-1", "Mill", needed({ input_types: types }));
      assert.equal((await fixes(flowText([grove("Grove-1", [both]), mill]), "missing-input")).length, 1);
      editor.close();
      assert.equal((await fixes(flowText([grove("Grove-1", [both]), table(["JSON"])]), "missing-input")).length, 0);
      editor.close();
      const data = { ...both, selected: "Data" };
      assert.equal((await fixes(flowText([grove("Grove-1", [data]), table(["JSON"])]), "missing-input")).length, 1);
    });

    it("from the output that the canvas shows, of two that fit", async () => {
      const outputs = [apples, { ...apples, name: "juice", display_name: "Juice" }];
      const shows = grove("Grove-1", outputs, { selected_output: "juice" });
      const text = flowText([shows, mill]);
      const [fix = assert.fail(), ...others] = await fixes(text, "missing-input");
      assert.deepEqual([fix.title, others], ["Connect Old grove's Juice", []]);
      assert.equal(textAfter(text, fix), flowText([shows, mill], [drawn("Grove-1", "juice")]));
    });

    const groups = { group_outputs: true };
    const twice = [
      { ...apples, ...groups },
      { ...apples, ...groups, name: "juice" },
    ];
    for (const [why, nodes, edges] of [
      ["has two outputs that fit", [grove("Grove-1", twice), mill], []],
      ["hides the output", [grove("Grove-1", [{ ...apples, hidden: true }]), mill], []],
      ["would close a cycle", [grove("Grove-1", [apples]), mill], [edge("Mill-1", "Grove-1")]],
      ["is a group", [component("Grove-1", "Grove", {}, { outputs: [apples], flow: { data: {} } }), mill], []],
    ] as const) {
      it(`not from a component that ${why}`, async () => {
        assert.deepEqual(await fixes(flowText(nodes, edges), "missing-input"), []);
      });
    }

    for (const more of [{ advanced: true }, { type: "model" }, { input_types: [] }]) {
      it(`not to a field that the canvas does not connect: ${JSON.stringify(more)}`, async () => {
        const field = component("Mill-1", "Mill", needed(more));
        assert.deepEqual(await fixes(flowText([grove("Grove-1", [apples]), field]), "missing-input"), []);
      });
    }
  });

  it("are none for other problems", async () => {
    assert.deepEqual(await fixes(flowText([orchard, press], [good]), "missing-code"), []);
  });
});
