import { fieldsIn, textOf } from "./flowGraph.ts";
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
export function fieldTypeProblems({ nodes }: FlowGraph, known: KnownComponents | undefined): FoundProblem[] {
  if (!known) return [];
  return nodes.flatMap((node) => {
    if (node.isNote || node.isGroup) return [];
    return fieldsIn(node.template).flatMap(([name, field]) => {
      const type = textOf(field["type"]);
      if (readByLangflow.has(type) || known.fieldTypes.has(type) || isFile(field)) return [];
      if (!field["show"] && name !== "code") return [];
      const message = `The field ${name} has the type ${type || "none"}, which Langflow does not know.`;
      return [problemOfField(node, name, { code: "unknown-field-type", severity: "error", level: 2, message })];
    });
  });
}

/** Langflow knows these by its own code too. */
function isFile(field: Readonly<Record<string, unknown>>): boolean {
  return field["_input_type"] === "FileInput" || "file_path" in field;
}
