import assert from "node:assert/strict";
import type { FlowGraph, GraphComparison, GraphRun } from "../../../src/protocol/flowGraph.ts";
import { canvasEdges, canvasNodes } from "../../../src/webview/flowGraph/canvasNodes.ts";
import { comparisonLine } from "../../../src/webview/flowGraph/changeWords.ts";
import { runLine, stateLabel } from "../../../src/webview/flowGraph/runWords.ts";

const component = (id: string) => ({
  id,
  x: 10,
  y: 20,
  title: `The ${id}`,
  type: "",
  inputs: [],
  outputs: [],
  inside: [],
});
const graph: FlowGraph = {
  flow: "f",
  name: "Cider",
  components: [component("Orchard-1"), component("Press-1")],
  notes: [{ id: "note-1", x: 1, y: 2, width: 300, height: 200, text: "Harvest" }],
  edges: [{ id: "e", source: "Orchard-1", output: "apples", target: "Press-1", input: "fruit" }],
  omitted: [],
};
const nothing = { run: undefined, comparison: undefined, current: undefined };
const run: GraphRun = { state: "running", ms: null, nodes: { "Press-1": { state: "ok", ms: 1_234 } } };

describe("the nodes of a flow's graph on the canvas", () => {
  it("have notes under the components, and names that a screen reader says", () => {
    const nodes = canvasNodes({ graph, run, comparison: undefined, current: "Orchard-1" }, []);
    assert.deepEqual(
      nodes.map(({ id, type, ariaLabel, data }) => [id, type, ariaLabel, data.isCurrent]),
      [
        ["note-1", "note", "Note", false],
        ["Orchard-1", "component", "The Orchard-1, component Orchard-1", true],
        ["Press-1", "component", "The Press-1, component Press-1, Done in 1.2 s", false],
      ],
    );
    assert.deepEqual(canvasEdges(graph, undefined), [
      {
        id: "e",
        source: "Orchard-1",
        sourceHandle: "out:apples",
        target: "Press-1",
        targetHandle: "in:fruit",
        focusable: false,
        className: "",
      },
    ]);
  });

  it("show what a comparison found, in words too, with what is gone", () => {
    const gone = component("Cellar-1");
    const edge = { id: "e2", source: "Press-1", output: "must", target: "Cellar-1", input: "must" };
    const comparison: GraphComparison = {
      with: "Langflow",
      graph: { components: [...graph.components, gone], edges: [...graph.edges, edge] },
      components: {
        "Orchard-1": { kind: "changed", fields: ["Kind", "Age", "Rows", "Slope", "Soil", "Rain"] },
        "Press-1": { kind: "added", fields: [] },
        "Cellar-1": { kind: "removed", fields: [] },
      },
      edges: { e2: "removed" },
    };
    const labels = canvasNodes({ ...nothing, graph, comparison }, []).map(({ ariaLabel }) => ariaLabel);
    assert.deepEqual(labels, [
      "Note",
      "The Orchard-1, component Orchard-1, Changed: Kind, Age, Rows, Slope and 2 more",
      "The Press-1, component Press-1, Added",
      "The Cellar-1, component Cellar-1, Removed",
    ]);
    assert.deepEqual(
      canvasEdges(graph, comparison).map(({ className }) => className),
      ["", "removed"],
    );
    assert.equal(
      comparisonLine(comparison),
      "Compared with Langflow: 1 added, 1 changed, 1 removed, 1 connection removed.",
    );
    assert.equal(comparisonLine({ ...comparison, components: {}, edges: {} }), "Compared with Langflow: the same.");
  });

  it("know nothing of an id that every object has", () => {
    const named = { ...graph, components: [component("constructor")] };
    const comparison = {
      with: "Langflow",
      graph: { components: named.components, edges: [] },
      components: {},
      edges: {},
    };
    const [, node] = canvasNodes({ ...nothing, graph: named, run: { ...run, nodes: {} }, comparison }, []);
    assert.equal(node?.ariaLabel, "The constructor, component constructor");
  });

  it("stay the same objects with their measured size until something of them changes", () => {
    const measured = { width: 320, height: 90 };
    const before = canvasNodes({ ...nothing, graph }, []).map((node) => ({
      ...node,
      measured,
    }));
    const after = canvasNodes({ ...nothing, graph: structuredClone(graph), run }, before);
    assert.equal(after[0], before[0]);
    assert.equal(after[1], before[1]);
    assert.notEqual(after[2], before[2]);
    assert.deepEqual(after[2]?.measured, measured);
  });
});

describe("the words for a run on the graph", () => {
  it("say how far it is, and what failed", () => {
    assert.equal(runLine(run, graph.components), "Running. 1 of 2 components are done.");
    assert.equal(runLine({ state: "ok", ms: 61_000, nodes: {} }, graph.components), "Last run: done in 1 min.");
    const nodes = { "Press-1": { state: "failed", ms: null, error: "It jams." } } as const;
    assert.equal(
      runLine({ state: "failed", ms: 500, error: "It jams.", nodes }, graph.components),
      "Last run: failed in 500 ms. Failed: The Press-1.",
    );
    assert.equal(
      runLine({ state: "failed", ms: null, error: "No key.", nodes: {} }, graph.components),
      "Last run: failed. No key.",
    );
  });

  it("name each state of a component", () => {
    const states = ["waiting", "running", "ok", "failed", "skipped"] as const;
    assert.deepEqual(
      states.map((state) => stateLabel({ state, ms: null })),
      ["Waiting", "Running", "Done", "Failed", "Skipped"],
    );
  });
});
