import { buildFlow } from "../../src/server/flows/build.ts";
import type { FlowPlan } from "../../src/server/flows/build.ts";
import { Component } from "../../src/server/flows/model.ts";
import type { Catalogue, FlowData } from "../../src/server/flows/model.ts";
import type { Live } from "./live.ts";

const at = { x: 0, y: 0 };

/** The components of a Langflow of any version. */
export async function catalogueOf({ rest }: Pick<Live, "rest">): Promise<Catalogue> {
  const all = (await rest("GET", "/api/v1/all")) as Record<string, Record<string, unknown>>;
  const entries = Object.values(all).flatMap((group) => Object.entries(group));
  return new Map(
    entries.flatMap(([name, component]) => {
      const { data } = Component.safeParse(component);
      return data ? [[name, data] as const] : [];
    }),
  );
}

/** A flow that answers what it hears; with a failure, it fails with these words. */
export async function echoFlow(catalogue: Catalogue, failure?: string): Promise<FlowData> {
  const data = await built(catalogue, {
    nodes: [
      { id: "ChatInput-a", type: "ChatInput", title: "Chat Input", position: at },
      { id: "ChatOutput-b", type: "ChatOutput", title: "Chat Output", position: at },
    ],
    edges: [{ from: "ChatInput-a", to: "ChatOutput-b", field: "input_value" }],
  });
  if (failure === undefined) return data;
  const text = JSON.stringify(data);
  const head = "async def message_response(self) -> Message:\\n";
  const from = text.indexOf(head);
  if (from === -1) throw new Error("The chat input has another form.");
  const end = from + head.length;
  const raise = JSON.stringify(`        raise ValueError(${JSON.stringify(failure)})\n`).slice(1, -1);
  return JSON.parse(text.slice(0, end) + raise + text.slice(end)) as FlowData;
}

/** A flow that joins two texts, the second of which is "small" by itself. */
export function textFlow(catalogue: Catalogue): Promise<FlowData> {
  return built(catalogue, {
    nodes: [
      { id: "TextInput-a", type: "TextInput", title: "Fruit", position: at },
      { id: "TextInput-b", type: "TextInput", title: "Größe", position: at, values: { input_value: "small" } },
      { id: "CombineText-c", type: "CombineText", title: "Both", position: at, values: { delimiter: " and " } },
      { id: "ChatOutput-d", type: "ChatOutput", title: "Answer", position: at },
    ],
    edges: [
      { from: "TextInput-a", to: "CombineText-c", field: "text1" },
      { from: "TextInput-b", to: "CombineText-c", field: "text2" },
      { from: "CombineText-c", to: "ChatOutput-d", field: "input_value" },
    ],
  });
}

function built(catalogue: Catalogue, plan: FlowPlan): Promise<FlowData> {
  return buildFlow(plan, { catalogue, choose: (component) => Promise.resolve(component) });
}
