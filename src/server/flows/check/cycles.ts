import type { FlowGraph, GraphNode } from "./flowGraph.ts";

/** The sets of nodes in a cycle: strongly connected components, after Tarjan (1972). */
export function cyclesOf({ nodes, edges, byId }: FlowGraph): GraphNode[][] {
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) next.set(source, [...(next.get(source) ?? []), target]);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const cycles: GraphNode[][] = [];

  function visit(id: string): void {
    order.set(id, order.size);
    lowest.set(id, order.size - 1);
    open.push(id);
    isOpen.add(id);
    for (const other of next.get(id) ?? []) {
      if (!byId.has(other)) continue;
      if (!order.has(other)) visit(other);
      if (isOpen.has(other)) lowest.set(id, Math.min(lowest.get(id) ?? 0, lowest.get(other) ?? 0));
    }
    if (lowest.get(id) !== order.get(id)) return;
    const cycle = open.splice(open.indexOf(id));
    for (const one of cycle) isOpen.delete(one);
    const isCycle = cycle.length > 1 || (next.get(id) ?? []).includes(id);
    if (isCycle) cycles.push(cycle.flatMap((one) => byId.get(one) ?? []));
  }

  for (const { id } of nodes) if (!order.has(id)) visit(id);
  return cycles;
}
