import assert from "node:assert/strict";
import fc from "fast-check";
import { nodeRanges } from "../../../../src/extension/features/flowGraph/nodeRanges.ts";
import { flowText, orchard, press } from "../../../server/faces/lsp/flowSamples.ts";

describe("where the components of a flow stand in its text", () => {
  it("is each one's own object, whatever else is called nodes", () => {
    const group = { ...press, id: "Group-1", data: { node: { flow: { data: { nodes: [{ id: "Inner-1" }] } } } } };
    const text = flowText([orchard, group]).replace('"name"', '"nodes": [{"id": "Other-1"}],\n  "name"');
    const found = nodeRanges(text).map(({ id, start, end }) => ({
      id,
      node: JSON.parse(text.slice(start, end)) as unknown,
    }));
    assert.deepEqual(found, [
      { id: "Orchard-1", node: orchard },
      { id: "Group-1", node: group },
    ]);
  });

  it("is right for any JSON in a component, in any layout", () => {
    const anyText = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.record({ id: anyText, any: fc.jsonValue() }), fc.jsonValue())),
        fc.constantFrom("", " ", "\t"),
        (nodes, indent) => {
          const text = JSON.stringify({ a: [nodes], data: { edges: nodes, nodes }, nodes }, null, indent);
          const expected = nodes.filter(
            (node): node is { id: string } =>
              typeof node === "object" &&
              node !== null &&
              "id" in node &&
              typeof node.id === "string" &&
              node.id !== "",
          );
          const found = nodeRanges(text);
          assert.deepEqual(
            found.map(({ start, end }) => JSON.parse(text.slice(start, end)) as unknown),
            JSON.parse(JSON.stringify(expected)),
          );
          assert.deepEqual(
            found.map(({ id }) => id),
            expected.map(({ id }) => id),
          );
        },
      ),
    );
  });

  it("is nowhere in a text that is no flow", () => {
    for (const text of ["", "{", "[]", '{"data": {"nodes": 3}}', '{"data": [{"nodes": [{"id": "a"}]}]}'])
      assert.deepEqual(nodeRanges(text), [], text);
  });
});
