import assert from "node:assert/strict";
import { flowChecker } from "../../../src/server/flows/check/checkFlow.ts";
import type { KnownLangflow } from "../../../src/server/flows/check/checkFlow.ts";
import { sarifOf } from "../../../src/server/flows/check/sarif.ts";
import type { Component } from "../../../src/server/flows/model.ts";

const code = { type: "code", value: "class Cider: ..." };
const text = { name: "text", types: ["Message"], method: "press" };

function node(id: string, template: object = {}, more: object = {}) {
  const component = { template: { _type: "Component", code, ...template }, outputs: [text], ...more };
  return { id, type: "genericNode", data: { id, type: "Press", node: component } };
}

function edge(source: string, target: string, { output = "text", field = "fruit", types = ["Message"] } = {}) {
  const sourceHandle = { dataType: "Press", id: source, name: output, output_types: types };
  const targetHandle = { fieldName: field, id: target, inputTypes: ["Message"], type: "str" };
  return { source, target, data: { sourceHandle, targetHandle } };
}

const fruit = { fruit: { type: "str", show: true, value: "", input_types: ["Message"] } };

function problems(nodes: readonly object[], edges: readonly object[], langflow?: KnownLangflow) {
  return flowChecker(langflow)({ fields: { data: { nodes, edges } } });
}

function codesOf(...given: Parameters<typeof problems>) {
  return problems(...given).map(({ code: what, severity, node: where, field }) =>
    [severity, what, where, field].filter((part) => part !== undefined).join(" "),
  );
}

function langflow(press: Partial<Component>, more: Partial<KnownLangflow> = {}): KnownLangflow {
  const template = { _type: "Component", code, ...press.template };
  const component: Component = { outputs: [text], ...press, template };
  return { version: "1.13.0", catalogue: new Map([["Press", component]]), ...more };
}

describe("the check of a flow", () => {
  it("finds nothing in a flow that Langflow builds", () => {
    const nodes = [node("Press-1"), node("Press-2", fruit)];
    assert.deepEqual(codesOf(nodes, [edge("Press-1", "Press-2")], langflow({})), []);
  });

  it("says where in the file a problem stands", () => {
    const [problem] = problems([node("Press-1"), node("Press-2")], [edge("Press-1", "Gone-1")]);
    assert.deepEqual([problem?.code, problem?.at], ["missing-node", ["data", "edges", 0, "id"]]);
  });

  it("refuses edges by the types of their handles, and by the outputs of their source", () => {
    const nodes = [node("Press-1"), node("Press-2", fruit)];
    assert.deepEqual(codesOf(nodes, [edge("Press-1", "Press-2", { types: ["Retriever"] })]), [
      "error edge-types Press-2 fruit",
    ]);
    assert.deepEqual(codesOf(nodes, [edge("Press-1", "Press-2", { output: "juice" })]), [
      "error unknown-output Press-2 fruit",
    ]);
    assert.deepEqual(codesOf(nodes, [edge("Press-1", "Press-2", { field: "pear" })]), [
      "warning unknown-field Press-2 pear",
    ]);
  });

  it("warns of edges that Langflow builds, and the canvas drops", () => {
    const one = (field: object, more: object = {}) =>
      codesOf(
        [node("Press-1"), node("Press-2", { fruit: { ...fruit.fruit, ...field } }, more)],
        [edge("Press-1", "Press-2")],
      );
    const dropped = ["warning dropped-edge Press-2 fruit"];
    assert.deepEqual(one({ input_types: ["Data"] }), dropped);
    assert.deepEqual(one({ type: "int" }), dropped);
    assert.deepEqual(one({ advanced: true }), dropped);
    assert.deepEqual(one({ tool_mode: true }, { tool_mode: true }), dropped);
    assert.deepEqual(one({ tool_mode: true }), []);
    assert.deepEqual(one({ input_types: ["Data", "Message"] }), []);
  });

  it("takes types of old versions for what they are called now", () => {
    const press = node("Press-1", {}, { outputs: [{ name: "text", types: ["Data"] }] });
    const connection = edge("Press-1", "Press-2", { types: ["Data"] });
    const targetHandle = { ...connection.data.targetHandle, inputTypes: ["JSON"], type: "other" };
    const old = { ...connection, data: { ...connection.data, targetHandle } };
    const json = { fruit: { type: "other", show: true, input_types: ["JSON"] } };
    assert.deepEqual(codesOf([press, node("Press-2", json)], [old]), []);
  });

  it("tells an update that breaks nothing from one that takes something away", () => {
    const older = [node("Press-1", { code: { type: "code", value: "class Press: ..." } })];
    assert.deepEqual(codesOf(older, [], langflow({})), ["warning outdated-component Press-1"]);
    const renamed = langflow({ outputs: [{ ...text, name: "juice" }] });
    assert.deepEqual(codesOf(older, [], renamed), ["warning breaking-update Press-1"]);
    const asks = langflow({ template: { ...fruit, sort: { type: "str", required: true, value: "" } } });
    assert.deepEqual(codesOf(older, [], asks), ["warning breaking-update Press-1"]);
    const edited = [node("Press-1", { code: { type: "code", value: "mine" } }, { edited: true })];
    assert.deepEqual(codesOf(edited, [], langflow({})), ["info edited-component Press-1"]);
  });

  it("reports other code where Langflow runs its own alone, unless it replaces it", () => {
    const policy = { blockedTypes: new Set<string>(), allowsOtherCode: false, replacesOtherCode: false };
    const blocked = (nodes: readonly object[], more: object = {}) =>
      codesOf(nodes, [], { ...langflow({}), policy: { ...policy, ...more } }).filter((code) =>
        code.includes("blocked"),
      );
    const other = (type: string, more: object = {}) => {
      const made = node("Press-1", { code: { type: "code", value: "mine" } }, more);
      return [{ ...made, data: { ...made.data, type } }];
    };
    assert.deepEqual(blocked([node("Press-1")]), []);
    assert.deepEqual(blocked(other("Press")), ["error blocked-component Press-1"]);
    assert.deepEqual(blocked(other("Mine")), ["error blocked-component Press-1"]);
    assert.deepEqual(blocked(other("Mine"), { replacesOtherCode: true }), ["error blocked-component Press-1"]);
    assert.deepEqual(blocked(other("Press"), { replacesOtherCode: true }), []);
    const edited = other("Press", { edited: true });
    assert.deepEqual(blocked(edited, { replacesOtherCode: true }), ["warning blocked-component Press-1"]);
    assert.deepEqual(blocked(edited, { allowsOtherCode: true }), []);
  });

  it("reports arguments that a tool does not have, where its tools are known", () => {
    const server = { type: "mcp", value: { name: "orchard" } };
    const tool = { type: "str", value: "press", options: ["press", "juice"] };
    const known = langflow({ template: { mcp_server: server, tool } }, { mcpServers: new Set(["orchard"]) });
    const mcpTools = new Map([["orchard", new Map([["press", ["fruit"]]])]]);
    const found = (more: object, component: object = {}, langflowNow: KnownLangflow = { ...known, mcpTools }) =>
      codesOf([node("Press-1", { mcp_server: server, tool, ...more }, component)], [], langflowNow);
    assert.deepEqual(found({ fruit: { value: "pear" }, "fruit.sort": { value: "early" } }), []);
    assert.deepEqual(found({ weight: { value: 3 } }), ["warning unknown-argument Press-1 weight"]);
    assert.deepEqual(found({ weight: { value: "" }, tools_metadata: { value: [1] } }), []);
    assert.deepEqual(found({ weight: { value: 3 } }, { tool_mode: true }), []);
    assert.deepEqual(found({ weight: { value: 3 } }, {}, known), []);
    assert.deepEqual(found({ tool: { ...tool, value: "juice" } }), ["warning unknown-tool Press-1 tool"]);
    const led = [node("Press-1", { mcp_server: server, tool, weight: {} }), node("Press-2")];
    assert.deepEqual(
      problems(led, [edge("Press-2", "Press-1", { field: "weight" })], { ...known, mcpTools }).filter(
        ({ code: what }) => what === "unknown-argument",
      ).length,
      1,
    );
  });

  it("finds components by the names of older versions", () => {
    const prompt = { ...node("Prompt-1"), data: { ...node("Prompt-1").data, type: "Prompt" } };
    const { catalogue } = langflow({});
    const [press] = catalogue.values();
    assert.ok(press);
    const known = { version: "1.13.0", catalogue: new Map([["Prompt Template", press]]) };
    assert.deepEqual(codesOf([prompt], [], known), []);
  });

  it("knows a component without code for one that cannot be built, and one with code for one that can", () => {
    const bare = node("Press-1", { code: undefined });
    assert.deepEqual(codesOf([bare], []), ["error missing-code Press-1"]);
    const nothing = { version: "1.13.0", catalogue: new Map() };
    assert.deepEqual(codesOf([bare], [], nothing), ["error unknown-component Press-1"]);
    assert.deepEqual(codesOf([node("Press-1")], [], nothing), ["info unknown-component Press-1"]);
  });

  it("asks for inputs as the canvas does: not for those of the agent, of a variable, or of a connection", () => {
    const needed = { type: "str", show: true, required: true, value: "" };
    const one = (field: object, more: object = {}) => codesOf([node("Press-1", { fruit: field }, more)], []);
    assert.deepEqual(one(needed), ["warning missing-input Press-1 fruit"]);
    assert.deepEqual(one({ ...needed, value: "apple" }), []);
    assert.deepEqual(one({ ...needed, show: false }), []);
    assert.deepEqual(one({ ...needed, load_from_db: true }), []);
    assert.deepEqual(one({ ...needed, tool_mode: true }), ["warning missing-input Press-1 fruit"]);
    assert.deepEqual(one({ ...needed, tool_mode: true }, { tool_mode: true }), []);
    assert.deepEqual(one({ ...needed, password: true }), ["info missing-secret Press-1 fruit"]);
    const nodes = [node("Press-1"), node("Press-2", { fruit: { ...needed, input_types: ["Message"] } })];
    assert.deepEqual(codesOf(nodes, [edge("Press-1", "Press-2")]), []);
  });

  it("finds secrets in fields that are for them, and in texts and code", () => {
    const key = `sk-${"a1".repeat(12)}`;
    const one = (template: object) => codesOf([node("Press-1", template)], []);
    assert.deepEqual(one({ key: { password: true, value: "my key" } }), ["warning secret-in-file Press-1 key"]);
    assert.deepEqual(one({ url: { value: `https://press/?key=${key}` } }), ["warning secret-in-text Press-1 url"]);
    assert.deepEqual(one({ headers: { value: [{ key: "x", value: key }] } }), [
      "warning secret-in-text Press-1 headers",
    ]);
    assert.deepEqual(one({ code: { type: "code", value: `key = "${key}"` } }), ["warning secret-in-text Press-1 code"]);
    assert.deepEqual(one({ key: { password: true, value: "" } }), []);
    const variable = { password: true, load_from_db: true };
    assert.deepEqual(one({ key: { ...variable, value: "MY_KEY" } }), []);
    assert.deepEqual(one({ key: { ...variable, value: key } }), ["warning secret-in-file Press-1 key"]);
  });

  it("finds what an MCP server brings along in headers and variables", () => {
    const one = (config: object) =>
      problems([node("Press-1", { mcp_server: { type: "mcp", value: { name: "orchard", config } } })], []).map(
        ({ code: what, message }) => `${what} ${/the (?:header|variable) \S+/.exec(message)?.[0] ?? ""}`,
      );
    assert.deepEqual(one({ url: "http://press", headers: { "X-Press": "apples", Empty: "", Masked: "********" } }), [
      "secret-in-file the header X-Press",
    ]);
    assert.deepEqual(one({ command: "press", env: { PAT: "pears", HOST: "a" } }), [
      "secret-in-file the variable PAT",
      "secret-in-file the variable HOST",
    ]);
    assert.deepEqual(one({ headers: [{ key: "X-Press", value: "apples" }] }), ["secret-in-file the header X-Press"]);
    assert.deepEqual(one({ url: "http://press" }), []);
  });

  it("looks through large flows in a moment: 40,000 edges between two nodes, 12,000 nodes in a row", function () {
    this.timeout(10_000);
    const many = Array.from({ length: 40_000 }, () => ({ source: "Press-1", target: "ChatOutput-2" }));
    const output = { ...node("ChatOutput-2"), data: { ...node("ChatOutput-2").data, type: "ChatOutput" } };
    codesOf([node("Press-1"), output], many);
    const ids = Array.from({ length: 12_000 }, (_, index) => `Press-${index}`);
    const row = ids.slice(1).map((id, index) => ({ source: `Press-${index}`, target: id }));
    const nodes = ids.map((id) => node(id));
    assert.ok(!codesOf(nodes, row).some((code) => code.includes("cycle")));
    const round = codesOf(nodes, [...row, { source: "Press-11999", target: "Press-0" }]);
    assert.ok(round.some((code) => code.includes("endless-cycle")));
  });

  it("finds MCP servers that the Langflow lacks, and tools that their server did not offer", () => {
    const server = { mcp_server: { type: "mcp", value: { name: "orchard" } } };
    const tool = (value: string) => ({ tool: { type: "str", value, options: ["pick"] } });
    const has = (...names: string[]) => langflow({}, { mcpServers: new Set(names) });
    assert.deepEqual(codesOf([node("Press-1", server)], [], has("garden")), [
      "warning unknown-mcp-server Press-1 mcp_server",
    ]);
    assert.deepEqual(codesOf([node("Press-1", server)], [], has("orchard")), []);
    assert.deepEqual(codesOf([node("Press-1", server)], [], langflow({})), []);
    assert.deepEqual(codesOf([node("Press-1", { ...server, ...tool("pluck") })], [], has("orchard")), [
      "warning unknown-tool Press-1 tool",
    ]);
  });

  it("finds variables of prompts that nothing fills", () => {
    const prompt = (value: string, more: object = {}) =>
      codesOf([node("Press-1", { template: { type: "prompt", value }, ...more })], []);
    assert.deepEqual(prompt("Press {apples}."), ["warning prompt-variable Press-1 template"]);
    assert.deepEqual(prompt("Press {apples}.", { apples: { type: "str" } }), []);
    assert.deepEqual(prompt('As JSON: {{"apples": 1}}, {{apples}}.'), []);
    const mustache = { use_double_brackets: { type: "bool", value: true } };
    assert.deepEqual(prompt("Press {{apples}} {pears}.", mustache), ["warning prompt-variable Press-1 template"]);
  });

  it("finds what is connected to nothing, and cycles that nothing ends", () => {
    const nodes = [node("Press-1", fruit), node("Press-2", fruit), node("Press-3")];
    const cycle = [edge("Press-1", "Press-2"), edge("Press-2", "Press-1")];
    assert.deepEqual(codesOf(nodes, cycle), ["warning endless-cycle Press-1", "warning dead-component Press-3"]);
    const loop = node("Press-1", fruit, { outputs: [{ ...text, allows_loop: true }] });
    assert.deepEqual(codesOf([loop, node("Press-2", fruit)], cycle), []);
    const note = { id: "note-1", type: "noteNode", data: { id: "note-1", type: "note", node: {} } };
    assert.deepEqual(codesOf([node("Press-1"), note], []), []);
  });

  it("checks what is in a group, and leaves to the group what comes from outside", () => {
    const needed = { type: "str", show: true, required: true, value: "" };
    const inside = { nodes: [node("Press-2", { fruit: needed, key: { password: true, value: "k" } })], edges: [] };
    const group = {
      id: "Group-1",
      data: { id: "Group-1", type: "GroupNode", node: { template: {}, flow: { data: inside } } },
    };
    const [problem, ...others] = problems([group], []);
    assert.deepEqual([problem?.code, problem?.node, others], ["secret-in-file", "Press-2", []]);
    assert.deepEqual(problem?.at.slice(0, 8), ["data", "nodes", 0, "data", "node", "flow", "data", "nodes"]);
  });
});

describe("problems as SARIF", () => {
  it("have lines and columns from 1 on, and paths as URIs", () => {
    const text = '{\n  "id": "Press-1"\n}\n';
    const start = text.indexOf('"Press-1"');
    const problem = { code: "missing-input", severity: "info", level: 4, message: "Fruit is needed." } as const;
    const problems = [{ ...problem, node: "Press-1", field: "fruit", start, end: start + 9 }];
    const sarif = JSON.stringify(sarifOf([{ path: "flows/Cider (2).json", text, problems }], "1.0.0"));
    // As in the examples of the specification, section 3.27 and 3.30.
    const { version, runs } = JSON.parse(sarif) as { version: string; runs: [{ results: [object] }] };
    assert.equal(version, "2.1.0");
    assert.deepEqual(runs[0].results, [
      {
        ruleId: "missing-input",
        level: "note",
        message: { text: "Fruit is needed." },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "flows/Cider%20(2).json" },
              region: { startLine: 2, startColumn: 9, endLine: 2, endColumn: 18 },
            },
            logicalLocations: [{ fullyQualifiedName: "Press-1.fruit" }],
          },
        ],
      },
    ]);
  });
});
