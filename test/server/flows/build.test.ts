import assert from "node:assert/strict";
import { buildFlow } from "../../../src/server/flows/build.ts";
import { canonicalFlow } from "../../../src/server/flows/canonical.ts";
import { compareFlows } from "../../../src/server/flows/compare.ts";
import { withValue } from "../../../src/server/flows/model.ts";
import type { Component } from "../../../src/server/flows/model.ts";

const source: Component = {
  template: { mcp_server: { value: "" }, text: { value: "" } },
  outputs: [{ name: "message", types: ["Message"] }],
};
const target: Component = {
  template: { input_value: { value: "", type: "str", input_types: ["Message"] } },
  outputs: [],
};
const catalogue = new Map([
  ["Tool", source],
  ["ChatOutput", target],
]);
const position = { x: 0, y: 0 };

/** As Langflow answers a choice: with the server's whole entry. */
const choose = (component: Component, { field, value }: { field: string; value: unknown }) =>
  Promise.resolve(
    withValue(component, field, field === "mcp_server" ? { name: value, config: { headers: "Bearer secret" } } : value),
  );

const build = (text: string, to = "input_value") =>
  buildFlow(
    {
      nodes: [
        {
          id: "Tool-1",
          type: "Tool",
          title: "Call",
          position,
          choices: () => [{ field: "mcp_server", value: "workspace-app" }],
          values: { text, unknown: 1 },
        },
        { id: "ChatOutput-1", type: "ChatOutput", title: "Report", position },
      ],
      edges: [{ from: "Tool-1", to: "ChatOutput-1", field: to }],
    },
    { catalogue, choose },
  );

describe("A flow that is built from a plan", () => {
  it("has the values of the plan, and of the server its name alone", async () => {
    const flow = await build("apples");
    assert.deepEqual(canonicalFlow(flow, { catalogue, sameVersion: true }), {
      nodes: [
        { id: "ChatOutput-1", type: "ChatOutput", values: {} },
        { id: "Tool-1", type: "Tool", values: { mcp_server: "workspace-app", text: "apples" } },
      ],
      edges: ["Tool-1.message → ChatOutput-1.input_value"],
    });
    assert.doesNotMatch(JSON.stringify(flow), /secret/);
  });

  it("is refused where a component lacks a type or the field of a connection", async () => {
    await assert.rejects(build("apples", "absent"), { code: "NOT_READY", message: /ChatOutput has no field/ });
    const unknown = { nodes: [{ id: "a", type: "Absent", title: "A", position }], edges: [] };
    await assert.rejects(buildFlow(unknown, { catalogue, choose }), { message: /no component Absent/ });
  });

  it("is compared with another one by its nodes, its values and its connections", async () => {
    const canonical = async (text: string) => canonicalFlow(await build(text), { catalogue, sameVersion: true });
    const [ours, theirs] = [await canonical("apples"), await canonical("pears")];
    assert.deepEqual(compareFlows(ours, ours), { fields: [], structure: [] });
    assert.deepEqual(compareFlows(ours, theirs).fields, ['Tool-1.text: "apples" → "pears"']);
    assert.deepEqual(compareFlows(ours, { nodes: ours.nodes.slice(0, 1), edges: [] }).structure, [
      "- Tool-1",
      "- Tool-1.message → ChatOutput-1.input_value",
    ]);
  });
});
