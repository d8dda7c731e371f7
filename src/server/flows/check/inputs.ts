import { fieldNameOf, fieldsIn, nameOf, textOf } from "./flowGraph.ts";
import type { FlowGraph, GraphNode } from "./flowGraph.ts";
import { problemOfField } from "./problem.ts";
import type { FoundProblem, Said } from "./problem.ts";

// Level 4: what the canvas asks for before it runs a flow (`validateNode` of its reactflowUtils). Langflow itself builds
// such a flow, since a run from the API can still bring the value, so nothing here is an error.

export function inputProblems({ nodes, edges, isInside }: FlowGraph): FoundProblem[] {
  // A group can fill the fields of what is in it.
  if (isInside) return [];
  const connected = new Set(edges.map((edge) => keyOf(edge.target, fieldNameOf(edge) ?? "")));
  return nodes.flatMap((node) => {
    if (node.isNote) return [];
    return fieldsIn(node.template).flatMap(([name, field]) => {
      if (!isNeeded(field, node) || connected.has(keyOf(node.id, name))) return [];
      return [problemOfField(node, name, said(name, field, node))];
    });
  });
}

function keyOf(node: string, field: string): string {
  return JSON.stringify([node, field]);
}

type Field = Readonly<Record<string, unknown>>;

function isNeeded(field: Field, { component }: GraphNode): boolean {
  const { required, show, value, tool_mode: byAgent, load_from_db: fromVariable } = field;
  if (!required || !show || (byAgent && component["tool_mode"])) return false;
  // The file leaves out the name of the variable that fills it.
  if (fromVariable === true) return false;
  return value === undefined || value === null || value === "";
}

function said(name: string, field: Field, node: GraphNode): Said {
  const label = `${textOf(field["display_name"]) || name} of ${nameOf(node)}`;
  if (field["password"]) {
    const message = `${label} is needed, and the file leaves it out, as all keys: Langflow must have it.`;
    return { code: "missing-secret", severity: "info", level: 4, message };
  }
  const message = `${label} is needed, and has neither a value nor a connection.`;
  return { code: "missing-input", severity: "warning", level: 4, message };
}
