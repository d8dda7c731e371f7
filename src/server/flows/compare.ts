import type { FlowDiff } from "../../protocol/flows.ts";
import { redactSecrets } from "../platform/redact.ts";
import { stable } from "./canonical.ts";
import type { CanonicalFlow } from "./canonical.ts";

/** What the flow in Langflow has otherwise than ours. */
export function compareFlows(ours: CanonicalFlow, theirs: CanonicalFlow): Pick<FlowDiff, "fields" | "structure"> {
  const fields: string[] = [];
  const structure: string[] = [];
  const left = new Map(ours.nodes.map((node) => [node.id, node]));
  const right = new Map(theirs.nodes.map((node) => [node.id, node]));
  for (const id of new Set([...left.keys(), ...right.keys()])) {
    const [mine, other] = [left.get(id), right.get(id)];
    if (!mine || !other) {
      structure.push(`${mine ? "-" : "+"} ${id}`);
      continue;
    }
    for (const field of new Set([...Object.keys(mine.values), ...Object.keys(other.values)])) {
      const [was, is] = [stable(mine.values[field]), stable(other.values[field])];
      if (was !== is) fields.push(`${id}.${field}: ${short(was)} → ${short(is)}`);
    }
  }
  const edges = new Set(theirs.edges);
  const wanted = new Set(ours.edges);
  for (const edge of wanted) if (!edges.has(edge)) structure.push(`- ${edge}`);
  for (const edge of edges) if (!wanted.has(edge)) structure.push(`+ ${edge}`);
  return { fields, structure };
}

function short(text: string): string {
  const clean = redactSecrets(text);
  return clean.length > 80 ? `${clean.slice(0, 80)}…` : clean;
}
