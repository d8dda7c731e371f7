// Flows with everything that a flow can need of its server, and what they need.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { McpServer, createMcpHandler } from "@modelcontextprotocol/server";
import { buildFlow } from "../../src/server/flows/build.ts";
import type { FlowPlan } from "../../src/server/flows/build.ts";
import { Component } from "../../src/server/flows/model.ts";

export type Field = Record<string, unknown>;
export interface Flow {
  id: string;
  name: string;
  data: { nodes: { id: string; data: { node: { template: Record<string, Field> } } }[] };
}
export type Rest = (method: string, path: string, body?: unknown) => Promise<unknown>;

const at = { x: 0, y: 0 };
export const plan: FlowPlan = {
  nodes: [
    { id: "TextInput-1", type: "TextInput", title: "Text", position: at },
    { id: "ChatOutput-1", type: "ChatOutput", title: "Out", position: at },
    { id: "File-1", type: "File", title: "File", position: at },
    { id: "ChatOutput-2", type: "ChatOutput", title: "Out 2", position: at },
  ],
  edges: [
    { from: "TextInput-1", to: "ChatOutput-1", field: "input_value" },
    { from: "File-1", to: "ChatOutput-2", field: "input_value" },
  ],
};
export const extras: FlowPlan = {
  nodes: [
    { id: "MCPTools-1", type: "MCPTools", title: "Tools", position: at },
    { id: "Knowledge-1", type: "Knowledge", title: "Knowledge", position: at },
    { id: "RunFlow-1", type: "RunFlow", title: "Run", position: at },
    { id: "Agent-1", type: "Agent", title: "Agent", position: at },
  ],
  edges: [],
};

/** Three fields of one name: one is empty, one has a value, one is not on the canvas; the other field is connected. */
export const berries: FlowPlan = {
  nodes: [
    { id: "TextInput-1", type: "TextInput", title: "Text", position: at },
    ...["1", "2", "3"].map((number, index) => ({
      ...{ id: `CombineText-${number}`, type: "CombineText", title: "Combine" },
      position: { x: 400 * (index + 1), y: 200 },
    })),
    { id: "ChatOutput-1", type: "ChatOutput", title: "Out", position: { x: 800, y: 600 } },
  ],
  edges: [
    { from: "TextInput-1", to: "CombineText-3", field: "text2" },
    { from: "CombineText-2", to: "CombineText-1", field: "text2" },
    { from: "CombineText-3", to: "CombineText-2", field: "text2" },
    { from: "CombineText-1", to: "ChatOutput-1", field: "input_value" },
  ],
};
export const runBody = { input_value: "", input_type: "chat", output_type: "any" };

/** As Langflow's own page creates one; nothing is embedded yet. */
export const cellar = (name: string) => ({
  ...{ name, embedding_provider: "OpenAI", embedding_model: "text-embedding-3-small" },
});
export const shelves: FlowPlan["nodes"] = [
  { id: "CustomComponent-1", type: "CustomComponent", title: "Cellar", position: at },
  { id: "ChatOutput-3", type: "ChatOutput", title: "Out 3", position: at },
  { id: "ChatOutput-4", type: "ChatOutput", title: "Out 4", position: at },
];
export const cellarCode = `
from uuid import UUID
from lfx.custom import Component
from lfx.io import Output, StrInput
from lfx.schema.message import Message


class CustomComponent(Component):
    inputs = [StrInput(name="knowledge_base", display_name="Knowledge")]
    outputs = [Output(display_name="Output", name="output", method="build_output")]

    async def build_output(self) -> Message:
        from langflow.api.utils import knowledge_base_service

        record = await knowledge_base_service.get_by_user_and_name(UUID(str(self.user_id)), self.knowledge_base)
        return Message(text=f"shelves of {record.name}")
`;

/** An MCP server with one tool. */
export async function startBarrel() {
  const handler = createMcpHandler(() => {
    const mcp = new McpServer({ name: "barrel", version: "1" });
    mcp.registerTool("tap", { description: "Opens the tap" }, () => ({
      content: [{ type: "text", text: "the barrel is full" }],
    }));
    return mcp;
  });
  const serve = toNodeHandler(handler);
  const server = createServer((request, response) => {
    // The adapter's type wants method and url to be there; Node's says that they may not be.
    void serve(Object.assign(request, { method: request.method ?? "", url: request.url ?? "" }), response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/mcp`, stop: () => server.close() };
}

export async function made(rest: Rest, given: { name: string; plan: FlowPlan; values?: Record<string, Field> }) {
  const all = (await rest("GET", "/api/v1/all")) as Record<string, Record<string, unknown>>;
  const catalogue = new Map(
    Object.values(all).flatMap((category) =>
      Object.entries(category).flatMap(([type, value]) => {
        const component = Component.safeParse(value);
        return component.success ? [[type, component.data] as const] : [];
      }),
    ),
  );
  const data = await buildFlow(given.plan, { catalogue, choose: () => assert.fail("no choices") });
  for (const node of data.nodes) {
    const template = (node.data.node?.template ?? {}) as Record<string, Field>;
    for (const [name, field] of Object.entries(given.values ?? {})) {
      const [id, key = ""] = name.split(".");
      if (id === node.id) template[key] = { ...template[key], ...field };
    }
  }
  return (await rest("POST", "/api/v1/flows/", { name: given.name, data })) as Flow;
}
