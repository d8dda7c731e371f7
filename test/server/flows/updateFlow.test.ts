import assert from "node:assert/strict";
import { readFlowFile } from "../../../src/server/flows/files/flowFile.ts";
import type { Catalogue, Component } from "../../../src/server/flows/model.ts";
import { updateFlow } from "../../../src/server/flows/update/updateFlow.ts";

type Fields = Record<string, Record<string, unknown>>;
type Output = Record<string, unknown> & { name: string; types: string[] };

const text = (value: unknown, more: object = {}) => ({ type: "str", value, show: true, ...more });
const output = (name: string, types: string[], method = `make_${name}`): Output => ({
  name,
  types,
  method,
  selected: types[0] ?? "",
});

/** A component of the server, whose code is new. */
function component(template: Fields, outputs: Output[] = [output("text", ["Message"])], more: object = {}): Component {
  return { display_name: "New", outputs, template: { code: { type: "code", value: "new" }, ...template }, ...more };
}

function node(id: string, template: Fields, outputs: Output[] = [output("text", ["Message"])], more: object = {}) {
  const [type] = id.split("-");
  const inner = { display_name: id, outputs, template: { code: { type: "code", value: "old" }, ...template }, ...more };
  return { id, data: { id, type, node: inner } };
}

function edge(
  source: string,
  name: string,
  target: string,
  field: { name: string; inputTypes: string[]; type?: string },
) {
  const sourceHandle = { dataType: source.split("-")[0], id: source, name, output_types: ["Message"] };
  const targetHandle = { fieldName: field.name, id: target, inputTypes: field.inputTypes, type: field.type ?? "str" };
  return {
    id: `${source}-${target}`,
    source,
    target,
    sourceHandle: "{}",
    targetHandle: "{}",
    data: { sourceHandle, targetHandle },
  };
}

interface Case {
  nodes: object[];
  edges?: object[];
  catalogue: Record<string, Component>;
}

function update({ nodes, edges = [], catalogue }: Case) {
  const id = "0d1d4d40-0000-4000-8000-000000000001";
  const file = readFlowFile("flow.json", JSON.stringify({ id, name: "Cider", data: { nodes, edges } }));
  const known: Catalogue = new Map(Object.entries(catalogue));
  const { fields, components } = updateFlow(file, known);
  const { data } = JSON.parse(JSON.stringify(fields)) as {
    data: {
      nodes: { data: { node: { display_name: string; outputs: Output[]; template: Fields; tool_mode?: boolean } } }[];
      edges: { sourceHandle: string; targetHandle: string; data: { sourceHandle: object; targetHandle: object } }[];
    };
  };
  const [first] = data.nodes;
  assert.ok(first);
  return { first: first.data.node, nodes: data.nodes, edges: data.edges, components };
}

describe("an update of a flow's components", () => {
  it("puts in code and new fields, and keeps all else, where the new version takes nothing away", () => {
    const { first, components } = update({
      nodes: [node("Model-1", { temperature: text(0.7, { advanced: true }), gone: text("kept as it is") })],
      catalogue: { Model: component({ temperature: text(0.1), seed: text(1) }) },
    });
    assert.deepEqual(first.template, {
      code: { type: "code", value: "new" },
      temperature: text(0.7, { advanced: true }),
      gone: text("kept as it is"),
      seed: text(1),
    });
    assert.equal(first.display_name, "Model-1");
    assert.deepEqual(components, [{ node: "Model-1", name: "Model-1", result: "updated", notes: [] }]);
  });

  it("carries values and edges where outputs and fields changed, and says what has no field any more", () => {
    const { first, edges, components } = update({
      nodes: [
        node(
          "Model-1",
          {
            input: text("", { input_types: ["Message"] }),
            key: text("OPENAI", { load_from_db: true, password: true }),
            seed: text(42),
            off: text(""),
          },
          [output("text", ["Data"])],
        ),
        node("Sink-2", { input: text("", { input_types: ["JSON"] }) }),
        node("Source-3", {}),
      ],
      edges: [
        edge("Source-3", "text", "Model-1", { name: "input", inputTypes: ["Message"] }),
        edge("Model-1", "text", "Sink-2", { name: "input", inputTypes: ["JSON"] }),
      ],
      catalogue: {
        Model: component(
          {
            input: text("", { input_types: ["Message", "Text"] }),
            key: text("", { load_from_db: false, password: true }),
          },
          [output("text", ["JSON"]), output("more", ["Message"])],
        ),
      },
    });
    assert.deepEqual(
      first.outputs.map(({ name, types }) => [name, types]),
      [
        ["text", ["JSON"]],
        ["more", ["Message"]],
      ],
    );
    assert.deepEqual(first.template["key"], text("OPENAI", { load_from_db: true, password: true }));
    assert.equal(first.template["seed"], undefined);
    assert.deepEqual(components[0]?.notes, ["its new version has no field for seed (42)"]);
    // Handles as the canvas works them out from the components.
    assert.equal(
      edges[0]?.targetHandle,
      "{œfieldNameœ:œinputœ,œidœ:œModel-1œ,œinputTypesœ:[œMessageœ,œTextœ],œtypeœ:œstrœ}",
    );
    assert.equal(edges[1]?.sourceHandle, "{œdataTypeœ:œModelœ,œidœ:œModel-1œ,œnameœ:œtextœ,œoutput_typesœ:[œJSONœ]}");
    assert.deepEqual(
      components.slice(1).map(({ result }) => result),
      ["unknown", "unknown"],
    );
  });

  it("says which secrets Langflow would lose, though no file has them, and names that objects inherit", () => {
    const old = {
      openai_api_key: text("", { password: true, load_from_db: true }),
      key: text("", { password: true }),
      typed: text("sk-1", { password: true }),
      empty: text(""),
      valueOf: text("a value"),
    };
    const more = [output("text", ["Message"]), output("more", ["Message"])];
    const { components } = update({
      nodes: [node("Model-1", old)],
      catalogue: { Model: component({ key: text("", { password: true }) }, more) },
    });
    const words = (name: string, what: string) => `its new version has no field for ${name} (${what})`;
    assert.deepEqual(components[0]?.notes, [
      words("openai_api_key", "a secret, if Langflow has one"),
      words("typed", "a secret"),
      words("valueOf", "a value"),
    ]);
  });

  it("takes no default of the new version over what somebody switched off, emptied or typed", () => {
    const off = { on: text(false, { type: "bool" }), note: text(""), key: text("typed", { password: true }) };
    const { first } = update({
      nodes: [node("Model-1", off)],
      catalogue: {
        Model: component(
          {
            on: text(true, { type: "bool" }),
            note: text("a default"),
            key: text("OPENAI_API_KEY", { password: true, load_from_db: true }),
          },
          [output("text", ["Message"]), output("more", ["Message"])],
        ),
      },
    });
    assert.deepEqual(
      ["on", "note", "key"].map((name) => [first.template[name]?.["value"], first.template[name]?.["load_from_db"]]),
      [
        [false, undefined],
        ["", undefined],
        ["typed", false],
      ],
    );
  });

  it("leaves a component whose new version cannot hold an edge, and its neighbour's end of it", () => {
    const nodes = [
      node("Model-1", {}, [output("text", ["Message"])]),
      node("Sink-2", { input: text("", { input_types: ["Message"] }) }),
    ];
    const edges = [edge("Model-1", "text", "Sink-2", { name: "input", inputTypes: ["Message"] })];
    const renamed = component({}, [output("answer", ["Message"])]);
    const without = update({
      nodes,
      edges,
      catalogue: { Model: renamed, Sink: component({ input: text("", { input_types: ["Message"] }) }) },
    });
    assert.deepEqual(without.components[0], {
      node: "Model-1",
      name: "Model-1",
      result: "left",
      notes: ["its new version has no output text"],
    });
    assert.equal(without.first.template["code"]?.["value"], "old");
    assert.deepEqual(
      without.edges.map(({ data }) => data),
      edges.map(({ data }) => data),
    );
    // The same method under another name is the same output.
    const same = update({
      nodes,
      edges,
      catalogue: { Model: component({}, [output("answer", ["Message"], "make_text")]) },
    });
    assert.equal(same.components[0]?.result, "updated");
    assert.match(same.edges[0]?.sourceHandle ?? "", /œnameœ:œanswerœ/);
  });

  it("leaves both ends of an edge whose types do not fit any more", () => {
    const { components } = update({
      nodes: [node("Model-1", {}), node("Sink-2", { input: text("", { input_types: ["Message"] }) })],
      edges: [edge("Model-1", "text", "Sink-2", { name: "input", inputTypes: ["Message"] })],
      catalogue: {
        Model: component({}, [output("text", ["Embeddings"])]),
        Sink: component({ input: text("", { input_types: ["Message"] }) }, [output("other", ["Message"])]),
      },
    });
    assert.deepEqual(
      components.map(({ result }) => result),
      ["left", "left"],
    );
    assert.match(components[0]?.notes[0] ?? "", /Embeddings does not fit input any more, which takes Message or str/);
  });

  it("leads an edge to the one new field that takes what it brings", () => {
    const { edges, components } = update({
      nodes: [node("Parser-1", { llm: text("", { type: "other", input_types: ["Message"] }) }), node("Source-2", {})],
      edges: [edge("Source-2", "text", "Parser-1", { name: "llm", inputTypes: ["Message"], type: "other" })],
      catalogue: {
        Parser: component({ model: text("", { type: "model", required: true, input_types: ["Message"] }) }, [
          output("more", ["Message"]),
        ]),
        Source: component({}),
      },
    });
    assert.deepEqual(
      components.map(({ result }) => result),
      ["updated", "updated"],
    );
    assert.match(edges[0]?.targetHandle ?? "", /œfieldNameœ:œmodelœ/);
  });

  it("leaves a component that would ask for a value, and one whose code was edited", () => {
    const asked = { apiKey: text("", { required: true }) };
    const { components } = update({
      nodes: [node("Model-1", {}), node("Model-2", asked), node("Sink-3", {}, undefined, { edited: true })],
      catalogue: { Model: component(asked), Sink: component({}) },
    });
    assert.deepEqual(
      components.map(({ node: id, result, notes }) => [id, result, ...notes]),
      [
        ["Model-1", "left", "its new version needs apiKey, which has no value here"],
        ["Model-2", "updated"],
        ["Sink-3", "left", "its code was edited here"],
      ],
    );
  });

  it("makes one model of provider and name", () => {
    const { first, components } = update({
      nodes: [node("Model-1", { provider: text("Google"), model_name: text("gemini-2.5-pro") })],
      catalogue: { Model: component({ model: { type: "model", value: "", required: true, show: true } }) },
    });
    assert.deepEqual(first.template["model"]?.["value"], [
      { name: "gemini-2.5-pro", provider: "Google Generative AI", metadata: {} },
    ]);
    assert.deepEqual(components[0]?.notes, []);
  });

  it("keeps a tool a tool, with what was chosen of it, and the variables of a prompt", () => {
    const tool = [output("component_as_tool", ["Tool"], "to_toolkit")];
    const { nodes, components } = update({
      nodes: [
        node(
          "Search-1",
          {
            query: text("", { tool_mode: true }),
            tools_metadata: { type: "tools", value: [{ name: "a", status: false }] },
          },
          tool,
          { tool_mode: true },
        ),
        node("Other-2", { query: text("", { tool_mode: true }) }, tool, { tool_mode: true }),
        node("Prompt-3", { template: text("Hello {name}"), name: text("", { input_types: ["Message"] }) }, undefined, {
          custom_fields: { template: ["name"] },
        }),
      ],
      catalogue: {
        Search: component({ query: text("", { tool_mode: true }), needed: text("", { required: true, value: "x" }) }, [
          output("rows", ["Table"]),
        ]),
        Other: component({ query: text("") }),
        Prompt: component({ template: text("") }, [output("prompt", ["Message"])], { custom_fields: { template: [] } }),
      },
    });
    assert.deepEqual(
      components.map(({ result, notes }) => [result, ...notes]),
      [["updated"], ["left", "its new version cannot be a tool"], ["updated"]],
    );
    assert.deepEqual(nodes[0]?.data.node.outputs, tool);
    assert.deepEqual(nodes[0].data.node.template["tools_metadata"]?.["value"], [{ name: "a", status: false }]);
    assert.ok(nodes[2]?.data.node.template["name"]);
  });

  it("updates what is in a group", () => {
    const inner = { name: "g", data: { nodes: [node("Model-9", { a: text(1) })], edges: [] } };
    const group = {
      id: "Group-1",
      data: { id: "Group-1", type: "Group", node: { template: {}, outputs: [], flow: inner } },
    };
    const { nodes, components } = update({ nodes: [group], catalogue: { Model: component({ a: text(2) }) } });
    assert.deepEqual(
      components.map(({ node: id, result }) => [id, result]),
      [["Model-9", "updated"]],
    );
    const { flow } = nodes[0]?.data.node as unknown as {
      flow: { data: { nodes: { data: { node: { template: Fields } } }[] } };
    };
    assert.deepEqual(flow.data.nodes[0]?.data.node.template["code"], { type: "code", value: "new" });
    assert.deepEqual(flow.data.nodes[0].data.node.template["a"], text(1));
  });
});
