import { nameOf } from "./flowGraph.ts";
import type { FlowGraph, GraphNode } from "./flowGraph.ts";
import { problemOfNode } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

// Level 5: components whose result nobody gets.

export function unusedNodeProblems({ nodes, edges, isInside }: FlowGraph): FoundProblem[] {
  const parts = nodes.filter(({ isNote }) => !isNote);
  if (isInside || parts.length < 2) return [];
  const connected = new Set(edges.flatMap(({ source, target }) => [source, target]));
  const useful = leadingTo(parts.filter(isOutput), edges);
  return parts.flatMap((node) => {
    if (!connected.has(node.id)) {
      const message = `${nameOf(node)} is connected to nothing.`;
      return [problemOfNode(node, { code: "dead-component", severity: "warning", level: 5, message })];
    }
    if (useful.size === 0 || useful.has(node.id)) return [];
    // It runs all the same, and may be there for what it does, such as filling a knowledge base.
    const message = `What ${nameOf(node)} gives reaches no output of the flow.`;
    return [problemOfNode(node, { code: "unused-result", severity: "info", level: 5, message })];
  });
}

function isOutput({ type }: GraphNode): boolean {
  return type.endsWith("Output");
}

function leadingTo(outputs: readonly GraphNode[], edges: FlowGraph["edges"]): ReadonlySet<string> {
  const before = new Map<string, string[]>();
  for (const { source, target } of edges) {
    const sources = before.get(target);
    if (sources) sources.push(source);
    else before.set(target, [source]);
  }
  const found = new Set<string>();
  const queue = outputs.map(({ id }) => id);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    for (const source of before.get(id) ?? []) queue.push(source);
  }
  return found;
}
