import assert from "node:assert/strict";
import type { FlowGraph } from "../../../../src/protocol/flowGraph.ts";
import { readGraph } from "../../../../src/extension/features/flowGraph/readGraph.ts";
import { component, edge, flowText, orchard, press } from "../../../server/faces/lsp/flowSamples.ts";

function graphOf(text: string): FlowGraph {
  const read = readGraph(text);
  return read.state === "ready" ? read.graph : assert.fail(read.problem);
}

function problemOf(text: string): string {
  const read = readGraph(text);
  return read.state === "failed" ? read.problem : assert.fail("It is a flow.");
}

const at = (x: number, y: number) => ({ position: { x, y } });
const titles = ({ components }: FlowGraph) => components.map(({ title }) => title);

describe("the graph of a flow file", () => {
  it("has components at their positions, from left to right, with what the canvas shows of them", () => {
    const graph = graphOf(
      flowText(
        [
          { ...press, ...at(500, 10) },
          { ...orchard, ...at(-20, 30.5) },
        ],
        [edge("Orchard-1", "Press-1")],
      ),
    );
    assert.equal(graph.name, "Cider");
    assert.equal(graph.flow, "0d1d4d40-0000-4000-8000-000000000001");
    assert.deepEqual(
      graph.components.map(({ id, title, type, x, y }) => ({ id, title, type, x, y })),
      [
        { id: "Orchard-1", title: "Old orchard", type: "Orchard", x: -20, y: 30.5 },
        { id: "Press-1", title: "Press", type: "Press", x: 500, y: 10 },
      ],
    );
    const [first, second] = graph.components;
    // Neither what is hidden, nor any value: passwords are among them.
    assert.deepEqual(
      first?.inputs.map(({ title }) => title),
      ["Kind of apple", "key", "note"],
    );
    assert.doesNotMatch(JSON.stringify(graph), /pips|Boskoop/);
    assert.deepEqual(first.outputs, [{ name: "apples", title: "Apples", isOpen: true }]);
    assert.deepEqual(second?.inputs, [{ name: "fruit", title: "fruit", isOpen: true }]);
    assert.deepEqual(
      graph.edges.map(({ id: _id, ...ends }) => ends),
      [{ source: "Orchard-1", output: "apples", target: "Press-1", input: "fruit" }],
    );
    assert.deepEqual(graph.omitted, []);
  });

  it("has of several outputs the chosen one and those that are connected, and an advanced field where it is connected", () => {
    const outputs = ["juice", "must", "pomace"].map((name) => ({ name, types: ["Message"] }));
    const mill = component("Mill-1", "Mill", {}, { outputs });
    const chosen = { ...mill, data: { ...mill.data, selected_output: "juice" } };
    const cask = component("Cask-1", "Cask", {
      label: { show: true, advanced: true },
      age: { show: true, advanced: true },
    });
    const line = edge("Mill-1", "Cask-1", "label");
    const handles = { ...line.data, sourceHandle: { name: "must" } };
    const [one, other] = graphOf(flowText([chosen, cask], [{ ...line, data: handles }])).components;
    assert.deepEqual(
      one?.outputs.map(({ name }) => name),
      ["juice", "must"],
    );
    assert.deepEqual(
      other?.inputs.map(({ name }) => name),
      ["label"],
    );
  });

  it("reads the ends of a connection from the text that Langflow writes besides", () => {
    const line = {
      source: "Orchard-1",
      target: "Press-1",
      sourceHandle: "{œdataTypeœ:œOrchardœ,œnameœ:œapplesœ}",
      targetHandle: "{œfieldNameœ:œfruitœ}",
    };
    const [read] = graphOf(flowText([orchard, press], [line])).edges;
    assert.deepEqual([read?.output, read?.input], ["apples", "fruit"]);
  });

  it("has a port for an end that the component does not list", () => {
    const graph = graphOf(flowText([orchard, press], [edge("Orchard-1", "Press-1", "leaves")]));
    assert.ok(graph.components.some(({ inputs }) => inputs.some(({ name }) => name === "leaves")));
  });

  it("has notes with their size, and groups with what is in them", () => {
    const note = {
      id: "note-1",
      type: "noteNode",
      ...at(1, 2),
      width: 400,
      measured: { width: 1, height: 222 },
      data: { node: { description: "# Harvest" } },
    };
    const inner = component("Group-2", "Cellar", {}, { flow: { data: { nodes: [press, note] } } });
    const group = component("Group-1", "Farm", {}, { flow: { data: { nodes: [orchard, inner] } } });
    const { notes, components } = graphOf(flowText([note, group]));
    assert.deepEqual(notes, [{ id: "note-1", x: 1, y: 2, width: 400, height: 222, text: "# Harvest" }]);
    assert.deepEqual(
      components.map(({ inside }) => inside),
      [["Orchard-1", "Group-2", "Press-1"]],
    );
  });

  it("takes a position that is too large for a number for none", () => {
    const text = flowText([{ ...press, ...at(7, 7) }]).replace('"x": 7', '"x": 1e999');
    assert.ok(text.includes("1e999"));
    const read = readGraph(text);
    assert.ok(read.state === "ready");
    assert.ok(read.graph.components.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
  });

  it("has components without a position below the others, none over another", () => {
    const loose = Array.from({ length: 6 }, (_, index) => component(`Loose-${String(index)}`, "Loose", {}));
    const { components } = graphOf(flowText([{ ...press, ...at(100, 900) }, ...loose]));
    const below = components.filter(({ id }) => id.startsWith("Loose"));
    assert.ok(below.every(({ x, y }) => x >= 100 && y > 1200));
    assert.equal(new Set(below.map(({ x, y }) => `${String(x)} ${String(y)}`)).size, 6);
    assert.deepEqual(
      graphOf(flowText(loose.slice(0, 1))).components.map(({ x, y }) => [x, y]),
      [[0, 0]],
    );
  });

  it("has a component of an unknown kind by what the file says of it", () => {
    const nodes = [
      { id: "Odd-1", type: "strangeNode", ...at(0, 0) },
      { id: "Odd-2", data: { type: "Odd" }, ...at(1, 0) },
    ];
    assert.deepEqual(titles(graphOf(flowText(nodes))), ["Odd-1", "Odd"]);
  });

  it("says what it does not draw", () => {
    const twice = { ...press, ...at(9, 9) };
    const nodes = [orchard, press, twice, { type: "genericNode" }, "text"];
    const graph = graphOf(
      flowText(nodes as readonly object[], [edge("Orchard-1", "Gone-1"), edge("Orchard-1", "Press-1")]),
    );
    assert.deepEqual(graph.omitted, [
      "3 components are not drawn: the id is missing, or another one has it too.",
      "1 connection is not drawn: an end is missing in this file, or it is listed twice.",
    ]);
    // Of two with one id the last.
    assert.equal(graph.components.find(({ id }) => id === "Press-1")?.x, 9);
  });

  it("is empty for a flow without components", () => {
    assert.deepEqual(graphOf(flowText([])).components, []);
  });

  it("says what is wrong with a text that is no flow, and what to do", () => {
    assert.match(problemOf(" \n"), /^This file is empty\. Pull the flow/);
    assert.match(
      problemOf('{"data": {"nodes": [,]}}'),
      /^This text is not valid JSON\. Fix what the text editor marks/,
    );
    assert.match(problemOf('{\n<<<<<<< file\n"a": 1\n'), /^A merge conflict begins in line 2\. Decide/);
    for (const text of ["[]", "null", "3", "{}", '{"data": []}', '{"data": {"nodes": {}}}'])
      assert.match(problemOf(text), /^This file is no flow: .* Open a flow/);
  });

  it("is read of 300 components, each with a long code, in less than a second", () => {
    const code = { code: { show: true, advanced: true, value: "x = 1\n".repeat(5_000) } };
    const nodes = Array.from({ length: 300 }, (_, index) => ({
      ...component(`Row-${String(index)}`, "Row", code),
      ...at(index, 0),
    }));
    const edges = nodes.slice(1).map((_, index) => edge(`Row-${String(index)}`, `Row-${String(index + 1)}`));
    const text = flowText(nodes, edges);
    const started = performance.now();
    const graph = graphOf(text);
    const took = performance.now() - started;
    assert.deepEqual([graph.components.length, graph.edges.length], [300, 299]);
    assert.ok(took < 1_000, String(took));
  });
});
