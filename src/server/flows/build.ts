import { ToolError } from "../platform/errors.ts";
import { canvasEdge } from "./canvasEdge.ts";
import { componentOf, fieldOf, withValue } from "./model.ts";
import type { Catalogue, Component, FieldChoice, FlowData } from "./model.ts";

/** One node of a template. `choices` are set through Langflow, which adds the fields that depend on them. */
export interface NodePlan {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly choices?: (component: Component) => readonly FieldChoice[];
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface EdgePlan {
  readonly from: string;
  readonly to: string;
  readonly field: string;
}

export interface FlowPlan {
  readonly nodes: readonly NodePlan[];
  readonly edges: readonly EdgePlan[];
}

interface Builder {
  readonly catalogue: Catalogue;
  /** The component as Langflow makes it after a choice, with the fields that depend on it. */
  choose(component: Component, choice: FieldChoice): Promise<Component>;
}

/** Builds a flow from the server's own components, so that it fits whatever version answers. */
export async function buildFlow(plan: FlowPlan, builder: Builder): Promise<FlowData> {
  const components = new Map<string, { plan: NodePlan; component: Component }>();
  for (const node of plan.nodes) components.set(node.id, { plan: node, component: await buildNode(node, builder) });
  const find = (id: string) => {
    const found = components.get(id);
    if (!found) throw new ToolError("INTERNAL", `The template has no node ${id}.`, "Report it.");
    return found;
  };
  return {
    nodes: [...components.values()].map(({ plan: { id, type, title, position }, component }) => ({
      id,
      type: "genericNode",
      position,
      data: { id, type, showNode: true, node: { ...component, display_name: title } },
    })),
    edges: plan.edges.map((edge) => connect(edge, find(edge.from), find(edge.to))),
    viewport: { x: 0, y: 0, zoom: 0.6 },
  };
}

async function buildNode(plan: NodePlan, { catalogue, choose }: Builder): Promise<Component> {
  let component = structuredClone(componentOf(catalogue, plan.type));
  for (const choice of plan.choices?.(component) ?? []) component = await choose(component, choice);
  for (const [field, value] of Object.entries(plan.values ?? {})) component = withValue(component, field, value);
  return withPlainServer(component);
}

/**
 * Langflow answers an update with the MCP server's whole entry, token in the clear. The flow runs by the name alone, and
 * a flow is exported and shared: the entry must not be in it.
 *
 * The canvas asks for an update of every such field without options when it opens a flow, and Langflow's answer lacks
 * the tool's arguments: whoever opened the flow and saved it would have emptied it. With an option it does not ask.
 */
function withPlainServer(component: Component): Component {
  const field = fieldOf(component, "mcp_server");
  const value = field?.value;
  if (typeof value !== "object" || value === null || !("name" in value)) return component;
  const plain = { ...field, value: { name: value.name, config: {} }, options: [value.name] };
  return { ...component, template: { ...component.template, mcp_server: plain } };
}

interface Built {
  readonly plan: NodePlan;
  readonly component: Component;
}

function connect(edge: EdgePlan, from: Built, to: Built): FlowData["edges"][number] {
  const output = from.component.outputs[0];
  const input = fieldOf(to.component, edge.field);
  if (!output || !input) {
    throw new ToolError(
      "NOT_READY",
      `This Langflow's ${output ? to.plan.type : from.plan.type} has no field to connect the flow to.`,
      "Use Langflow 1.7 or newer, or update Langflow Connect.",
    );
  }
  const sourceHandle = { dataType: from.plan.type, id: edge.from, name: output.name, output_types: output.types ?? [] };
  const targetHandle = { fieldName: edge.field, id: edge.to, inputTypes: input.input_types ?? [], type: input.type };
  return canvasEdge(sourceHandle, targetHandle);
}
