import { fieldNameOf, fieldsIn, textOf } from "./flowGraph.ts";
import type { FlowGraph } from "./flowGraph.ts";
import type { KnownComponents } from "./knownComponents.ts";
import { problemOfField } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

/** `DIRECT_TYPES` of lfx 1.13.0, and those that graph/vertex/param_handler.py reads besides. */
const readByLangflow = new Set(
  (
    "str bool dict int float Any prompt mustache code NestedDict table slider tab sortableList actionPicker duration " +
    "auth connect connection_ref query tools mcp model data_display file other"
  ).split(" "),
);

/** Level 2: a field of a type that Langflow does not read. Another version may have further types: its components say which. */
export function fieldTypeProblems({ nodes, edges }: FlowGraph, known: KnownComponents | undefined): FoundProblem[] {
  if (!known) return [];
  const connected = new Set(edges.map((edge) => JSON.stringify([edge.target, fieldNameOf(edge)])));
  return nodes.flatMap((node) => {
    if (node.isNote || node.isGroup) return [];
    return fieldsIn(node.template).flatMap(([name, field]) => {
      const type = textOf(field["type"]);
      if (readByLangflow.has(type) || known.fieldTypes.has(type) || field["_input_type"] === "FileInput") return [];
      if ((!field["show"] && name !== "code") || connected.has(JSON.stringify([node.id, name]))) return [];
      const message = `The field ${name} has the type ${type || "none"}, which Langflow does not know.`;
      return [problemOfField(node, name, { code: "unknown-field-type", severity: "error", level: 2, message })];
    });
  });
}
