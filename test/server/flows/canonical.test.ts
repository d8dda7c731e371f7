import assert from "node:assert/strict";
import { canonicalFlow, flowHash } from "../../../src/server/flows/canonical.ts";

describe("The hash of a flow", () => {
  const catalogue = new Map([
    [
      "TextInput",
      { template: { _type: "Component", text: { value: "default" }, code: { value: "class A" } }, outputs: [] },
    ],
  ]);
  const flow = (values: Record<string, unknown>, more: object = {}) => ({
    nodes: [
      {
        id: "TextInput-1",
        position: { x: 1, y: 2 },
        data: {
          type: "TextInput",
          node: { template: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }])) },
        },
        ...more,
      },
    ],
    edges: [],
  });
  const hash = (data: ReturnType<typeof flow>, sameVersion = true) =>
    flowHash(canonicalFlow(data, { catalogue, sameVersion }));
  const pushed = hash(flow({ text: "apples", code: "class A" }));

  it("is deaf to positions, sizes, empty and default values, and what the canvas writes for itself", () => {
    const saved = flow(
      { code: "class A", text: "apples", hint: "", list: [], _frontend_node_flow_id: "x", is_refresh: false },
      { position: { x: 9, y: 9 }, width: 320, selected: true },
    );
    assert.equal(hash(saved), pushed);
  });

  it("hears a value, a node and a component's code that were changed", () => {
    assert.notEqual(hash(flow({ text: "pears", code: "class A" })), pushed);
    assert.notEqual(hash(flow({ text: "apples", code: "class B" })), pushed);
    assert.notEqual(hash({ nodes: [], edges: [] }), pushed);
  });

  it("is deaf to code that another version of Langflow brought along", () => {
    assert.equal(
      hash(flow({ text: "apples", code: "class B" }), false),
      hash(flow({ text: "apples", code: "class A" }), false),
    );
  });
});
