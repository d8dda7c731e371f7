import type { FlowGraph, GraphNode } from "./flowGraph.ts";

/** A node whose edges are being followed. */
interface Visit {
  readonly id: string;
  readonly others: Iterator<string, undefined>;
}

/** The sets of nodes in a cycle: strongly connected components, after Tarjan (1972). A long chain needs a stack of its own. */
export function cyclesOf({ nodes, edges, byId }: FlowGraph): GraphNode[][] {
  const next = new Map<string, Set<string>>();
  for (const { source, target } of edges) {
    const targets = next.get(source);
    if (!byId.has(target)) continue;
    if (targets) targets.add(target);
    else next.set(source, new Set([target]));
  }
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const cycles: GraphNode[][] = [];
  const visits: Visit[] = [];

  function enter(id: string): void {
    lowest.set(id, order.size);
    order.set(id, order.size);
    open.push(id);
    isOpen.add(id);
    visits.push({ id, others: (next.get(id) ?? new Set<string>()).values() });
  }

  function lower(id: string, other: string): void {
    if (isOpen.has(other)) lowest.set(id, Math.min(lowest.get(id) ?? 0, lowest.get(other) ?? 0));
  }

  function leave(id: string): void {
    visits.pop();
    if (lowest.get(id) === order.get(id)) close(id);
    const before = visits.at(-1);
    if (before) lower(before.id, id);
  }

  function close(id: string): void {
    const cycle = open.splice(open.lastIndexOf(id));
    for (const one of cycle) isOpen.delete(one);
    const isCycle = cycle.length > 1 || next.get(id)?.has(id) === true;
    if (isCycle) cycles.push(cycle.flatMap((one) => byId.get(one) ?? []));
  }

  for (const { id: start } of nodes) {
    if (!order.has(start)) enter(start);
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const { value: other } = visit.others.next();
      if (other === undefined) leave(visit.id);
      else if (order.has(other)) lower(visit.id, other);
      else enter(other);
    }
  }
  return cycles;
}
