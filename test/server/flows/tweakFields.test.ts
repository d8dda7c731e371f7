import assert from "node:assert/strict";
import { tweakFields } from "../../../src/server/flows/tweakFields.ts";

describe("what a run can set of a flow", () => {
  it("is plain values: no code, no secret, no variable, nothing hidden, nothing that an edge feeds", () => {
    const template = {
      _type: "Component",
      code: { type: "code", value: "print()" },
      api_key: { type: "str", password: true, value: "x" },
      key: { type: "str", load_from_db: true, value: "KEY" },
      hidden: { type: "str", show: false, value: "x" },
      fed: { type: "str", value: "x" },
      temperature: { type: "slider", display_name: "Temperature", value: 0.1 },
      prompt: { type: "str", value: "p".repeat(300) },
    };
    const edges = [{ source: "b", target: "a", data: { targetHandle: { fieldName: "fed" } } }];
    const nodes = [
      { id: "a", data: { type: "Agent", node: { display_name: "Agent", template } } },
      { id: "n", data: { type: "note", node: { template: {} } } },
    ];
    assert.deepEqual(tweakFields({ nodes, edges }), [
      {
        id: "a",
        name: "Agent",
        fields: [
          { name: "temperature", title: "Temperature", type: "slider", value: 0.1 },
          { name: "prompt", title: "prompt", type: "str", value: `${"p".repeat(200)}…` },
        ],
      },
    ]);
  });
});
