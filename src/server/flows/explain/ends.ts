import type { GraphNode } from "../check/flowGraph.ts";

// What Langflow takes for inputs and outputs of a flow, as lfx/graph/schema.py of 1.13.0.
const inputs: ReadonlySet<string> = new Set(["ChatInput", "TextInput", "Webhook"]);
const outputs: ReadonlySet<string> = new Set(["ChatOutput", "TextOutput", "DataOutput"]);

export function isFlowInput({ type }: GraphNode): boolean {
  return inputs.has(type);
}

export function isFlowOutput({ type }: GraphNode): boolean {
  return outputs.has(type);
}
