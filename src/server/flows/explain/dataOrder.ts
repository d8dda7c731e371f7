import type { FlowGraph, GraphEdge, GraphNode } from "../check/flowGraph.ts";

/** Components and groups without notes, in the order in which data passes through them; otherwise as in the file. */
export function inDataOrder({ nodes, edges, byId }: FlowGraph): readonly GraphNode[] {
  const waiting = new Set(nodes.filter((node) => !node.isNote && byId.get(node.id) === node));
  const [before, after] = [new Map<GraphNode, Set<GraphNode>>(), new Map<GraphNode, Set<GraphNode>>()];
  for (const edge of edges) {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    if (!source || !target || source === target || leadsBack(edge)) continue;
    add(before, target, source);
    add(after, source, target);
  }
  const order: GraphNode[] = [];
  const reached = new Set<GraphNode>();
  let free = [...waiting].filter((node) => !before.has(node));
  while (waiting.size > 0) {
    // In a cycle nothing is first: the one that gets something from outside of it is, if any does.
    const next = free[0] ?? [...waiting].find((node) => reached.has(node)) ?? [...waiting][0];
    if (!next) break;
    waiting.delete(next);
    order.push(next);
    const freed = [...(after.get(next) ?? [])].filter((node) => {
      reached.add(node);
      const missing = before.get(node);
      missing?.delete(next);
      return waiting.has(node) && missing?.size === 0;
    });
    free = [...freed, ...free.filter((node) => node !== next)];
  }
  return order;
}

/** A connection that brings a loop its next result leads to an output. */
function leadsBack({ targetHandle }: GraphEdge): boolean {
  return Array.isArray(targetHandle?.["output_types"]);
}

function add(map: Map<GraphNode, Set<GraphNode>>, key: GraphNode, value: GraphNode): void {
  const values = map.get(key);
  if (values) values.add(value);
  else map.set(key, new Set([value]));
}
