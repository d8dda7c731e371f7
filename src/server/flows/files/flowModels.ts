import { allNodesOf, isFields, templateOf } from "./flowFile.ts";
import type { FlowFile } from "./flowFile.ts";

/** The models that the components of a flow name, each once: listed in a field of the type `model`, or as older versions do. */
export function modelsIn(flow: Pick<FlowFile, "fields">): readonly string[] {
  const names = allNodesOf(flow).flatMap((node) => {
    const template = templateOf(node);
    const listed = Object.values(template).flatMap((field) => {
      if (!isFields(field) || field["type"] !== "model" || !Array.isArray(field["value"])) return [];
      return field["value"].flatMap((model: unknown) => (isFields(model) ? [model["name"]] : []));
    });
    const older = template["model_name"];
    return listed.length > 0 || !isFields(older) ? listed : [older["value"]];
  });
  return [...new Set(names.filter((name) => typeof name === "string" && name !== ""))].map(String).sort();
}
