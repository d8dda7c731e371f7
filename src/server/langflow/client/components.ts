import { z } from "zod";
import { Component, fieldOf, withValue } from "../../flows/model.ts";
import type { Catalogue, FieldChoice } from "../../flows/model.ts";
import type { LangflowHttp } from "./http.ts";

const CatalogueAnswer = z.record(z.string(), z.record(z.string(), z.unknown()));

export async function readCatalogue(http: LangflowHttp, signal: AbortSignal): Promise<Catalogue> {
  return catalogueOf(await http.json({ method: "GET", path: "/api/v1/all", signal }, z.unknown()));
}

/** The components of an answer, which lists them by category. */
export function catalogueOf(answer: unknown): Catalogue {
  const catalogue = new Map<string, Component>();
  for (const category of Object.values(CatalogueAnswer.parse(answer))) {
    for (const [type, value] of Object.entries(category)) {
      const component = Component.safeParse(value);
      if (component.success && !catalogue.has(type)) catalogue.set(type, component.data);
    }
  }
  return catalogue;
}

/** Sets a field as the canvas does, so that Langflow adds or takes away what depends on it. */
export async function updateComponent(
  http: LangflowHttp,
  { component, field, value, signal }: FieldChoice & { readonly component: Component; readonly signal: AbortSignal },
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
