import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";
import type { LangflowHttp } from "./http.ts";

/** A field of a component. Only what is used is named; the rest goes back to Langflow as it came. */
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

const Component = z.looseObject({
  template: Template,
  outputs: z.array(Output),
  display_name: z.string().optional(),
});
export type Component = z.output<typeof Component>;

/** Components by their type name, whatever category a version puts them in. */
export type Catalogue = ReadonlyMap<string, Component>;

const CatalogueAnswer = z.record(z.string(), z.record(z.string(), z.unknown()));

export async function readCatalogue(http: LangflowHttp, signal: AbortSignal): Promise<Catalogue> {
  const answer = await http.json({ method: "GET", path: "/api/v1/all", signal }, CatalogueAnswer);
  const catalogue = new Map<string, Component>();
  for (const category of Object.values(answer)) {
    for (const [type, value] of Object.entries(category)) {
      const component = Component.safeParse(value);
      if (component.success && !catalogue.has(type)) catalogue.set(type, component.data);
    }
  }
  return catalogue;
}

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

export interface FieldUpdate {
  readonly field: string;
  readonly value: unknown;
}

/** Sets a field as the canvas does, so that Langflow adds or takes away what depends on it. */
export async function updateComponent(
  http: LangflowHttp,
  { component, field, value, signal }: FieldUpdate & { readonly component: Component; readonly signal: AbortSignal },
): Promise<Component> {
  const body = {
    code: fieldOf(component, "code")?.value ?? "",
    template: component.template,
    field,
    field_value: value,
    tool_mode: false,
  };
  const path = "/api/v1/custom_component/update";
  const call = { method: "POST", path, body, signal, repeatable: true } as const;
  const answer = await http.json(call, Component.partial({ outputs: true }));
  // An MCP tool's argument of the name "code" would replace the component's own source.
  const template = { ...answer.template, ...(component.template["code"] && { code: component.template["code"] }) };
  return withValue({ ...component, template, outputs: answer.outputs ?? component.outputs }, field, value);
}

export function withValue(component: Component, name: string, value: unknown): Component {
  const field = fieldOf(component, name);
  if (!field) return component;
  return { ...component, template: { ...component.template, [name]: { ...field, value } } };
}
