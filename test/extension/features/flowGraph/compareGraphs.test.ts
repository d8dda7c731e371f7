import assert from "node:assert/strict";
import { compareGraphs, otherState } from "../../../../src/extension/features/flowGraph/compareGraphs.ts";
import { component, edge, flowText, orchard, press } from "../../../server/faces/lsp/flowSamples.ts";

const cellar = component("Cellar-1", "Cellar", { must: { type: "str", show: true, value: "" } });
const text = flowText([orchard, press], [edge("Orchard-1", "Press-1")]);

function compared(now: string, before: string) {
  const other = otherState("Langflow", before) ?? assert.fail("The other one is no flow.");
  return compareGraphs(now, other) ?? assert.fail("The text is no flow.");
}

describe("a flow's graph, compared with another state of the flow", () => {
  it("is the same when components only moved, were measured, or have their members in another order", () => {
    const moved = { ...orchard, position: { x: 900, y: 1 }, measured: { width: 320 }, selected: true };
    const { id, node, ...rest } = press.data;
    const turned = { ...press, data: { ...rest, node, id } };
    const found = compared(flowText([turned, moved], [edge("Orchard-1", "Press-1")]), text);
    assert.deepEqual([found.components, found.edges, found.with], [{}, {}, "Langflow"]);
  });

  it("names the fields that changed, and no value", () => {
    const changed = structuredClone(orchard);
    const template: Readonly<Record<string, unknown>> = changed.data.node.template;
    for (const name of ["kind", "key", "code"]) Object.assign(template[name] ?? {}, { value: "another secret" });
    changed.data.node.display_name = "New orchard";
    const found = compared(flowText([changed, press], [edge("Orchard-1", "Press-1")]), text);
    assert.deepEqual(found.components, {
      "Orchard-1": { kind: "changed", fields: ["Name", "code", "Kind of apple", "key"] },
    });
    assert.ok(!JSON.stringify(found).includes("another secret"));
  });

  it("has what is gone, where it was, with the connections that are gone", () => {
    const placed = { ...cellar, position: { x: 900, y: 40 } };
    const before = flowText(
      [orchard, press, placed],
      [edge("Orchard-1", "Press-1"), edge("Orchard-1", "Cellar-1", "must")],
    );
    const added = { ...press, id: "Press-2", data: { ...press.data, id: "Press-2" } };
    const now = flowText([orchard, press, added], [edge("Orchard-1", "Press-2")]);
    const found = compared(now, before);
    assert.deepEqual(found.components, {
      "Press-2": { kind: "added", fields: [] },
      "Cellar-1": { kind: "removed", fields: [] },
    });
    const ends = (kind: string) =>
      found.graph.edges.filter(({ id }) => found.edges[id] === kind).map(({ source, target }) => `${source} ${target}`);
    assert.deepEqual(ends("added"), ["Orchard-1 Press-2"]);
    assert.deepEqual(ends("removed"), ["Orchard-1 Press-1", "Orchard-1 Cellar-1"]);
    const gone = found.graph.components.find(({ id }) => id === "Cellar-1");
    assert.deepEqual([gone?.x, gone?.y], [900, 40]);
    // The canvas draws an edge between ports that it shows.
    const press1 = found.graph.components.find(({ id }) => id === "Press-1");
    assert.deepEqual(press1?.inputs, [{ name: "fruit", title: "fruit", isOpen: true }]);
  });

  it("says what changed besides fields, and inside of a group", () => {
    const group = (inner: object) => {
      const flow = { data: { nodes: [inner], edges: [] } };
      return component("Group-1", "Group", {}, { flow });
    };
    const moved = { ...press, position: { x: 7, y: 7 } };
    assert.deepEqual(compared(flowText([group(moved)]), flowText([group(press)])).components, {});
    const other = component("Press-1", "Press", { fruit: { type: "str", show: true, value: "pears" } });
    assert.deepEqual(compared(flowText([group(other)]), flowText([group(press)])).components, {
      "Group-1": { kind: "changed", fields: ["Components inside"] },
    });
    const minimized = { ...press, data: { ...press.data, showNode: false } };
    assert.deepEqual(compared(flowText([minimized]), flowText([press])).components, {
      "Press-1": { kind: "changed", fields: ["Other settings"] },
    });
  });

  it("is none while one of the two is no flow", () => {
    const other = otherState("Langflow", text) ?? assert.fail();
    assert.equal(compareGraphs("{", other), undefined);
    assert.equal(otherState("Langflow", "[]"), undefined);
    assert.equal(otherState("Langflow", ""), undefined);
  });
});
