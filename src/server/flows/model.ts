import { z } from "zod";
import { ToolError } from "../platform/errors.ts";

// Flows and components as Langflow keeps them. Only what is used is named; the rest goes back to it as it came.

/** A field of a component. */
const Field = z.looseObject({
  value: z.unknown().optional(),
  type: z.string().optional(),
  input_types: z.array(z.string()).nullish(),
  options: z.array(z.unknown()).nullish(),
});
export type Field = z.output<typeof Field>;

/** Fields by name, and a `_type` that is a plain string. */
const Template = z.record(z.string(), z.union([Field, z.string(), z.null()]));

const Output = z.looseObject({
  name: z.string(),
  types: z.array(z.string()).optional(),
  selected: z.string().nullish(),
});

export const Component = z.looseObject({
  template: Template,
  outputs: z.array(Output),
  display_name: z.string().optional(),
});
export type Component = z.output<typeof Component>;

/** Components by their type name, whatever category a version puts them in. */
export type Catalogue = ReadonlyMap<string, Component>;

export function componentOf(catalogue: Catalogue, type: string): Component {
  const component = catalogue.get(type);
  if (component) return component;
  throw new ToolError(
    "NOT_READY",
    `This Langflow has no component ${type}, which the flow is built from.`,
    "Use Langflow 1.7 or newer, or allow the component in Langflow's settings.",
  );
}

export function fieldOf(component: Component, name: string): Field | undefined {
  const field = component.template[name];
  return typeof field === "object" && field !== null ? field : undefined;
}

/** A value that a user would choose for a field; other fields may depend on it. */
export interface FieldChoice {
  readonly field: string;
  readonly value: unknown;
}

export function withValue(component: Component, name: string, value: unknown): Component {
  const field = fieldOf(component, name);
  if (!field) return component;
  return { ...component, template: { ...component.template, [name]: { ...field, value } } };
}

const Node = z.looseObject({
  id: z.string(),
  data: z.looseObject({
    type: z.string().optional(),
    node: z.looseObject({ template: z.record(z.string(), z.unknown()).optional() }).optional(),
  }),
});
export type FlowNode = z.output<typeof Node>;

const Handle = z.looseObject({ name: z.string().optional(), fieldName: z.string().optional() });
const Edge = z.looseObject({
  source: z.string(),
  target: z.string(),
  data: z.looseObject({ sourceHandle: Handle.optional(), targetHandle: Handle.optional() }).optional(),
});

export const FlowData = z.looseObject({ nodes: z.array(Node), edges: z.array(Edge) });
export type FlowData = z.output<typeof FlowData>;
