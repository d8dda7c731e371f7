import type { FlowGraph, GraphRun, NodeRun } from "../../../protocol/flowGraph.ts";
import type { ComponentState, LiveComponent, LiveRun } from "../../../protocol/flowRuns.ts";

/** The newest run of the graph's flow, by the components that are drawn. */
export function newestRun(
  runs: readonly LiveRun[] | undefined,
  graph: Pick<FlowGraph, "flow" | "components">,
): GraphRun | undefined {
  const run = graph.flow === "" ? undefined : runs?.findLast(({ flow }) => flow.id === graph.flow);
  if (!run) return undefined;
  const known = new Map(run.components.map((component) => [component.id, component]));
  const nodes = graph.components.flatMap(({ id, inside }) => {
    const own = known.get(id);
    // Langflow runs what is in a group, and not the group.
    const parts = inside.flatMap((part) => known.get(part) ?? []);
    const shown = own ? nodeRun(own) : groupRun(parts);
    return shown ? [[id, shown] as const] : [];
  });
  const { state, ms, error } = run;
  return { state, ms, ...(error !== undefined && { error }), nodes: Object.fromEntries(nodes) };
}

function nodeRun({ state, ms, error }: LiveComponent): NodeRun {
  return { state, ms, ...(error !== undefined && { error }) };
}

/** What says most about a group stands first. */
const weights: readonly ComponentState[] = ["failed", "running", "waiting", "ok", "skipped", "unknown"];

function groupRun(parts: readonly LiveComponent[]): NodeRun | undefined {
  const state = weights.find((weight) => parts.some((part) => part.state === weight));
  if (state === undefined) return undefined;
  const error = parts.find((part) => part.state === "failed")?.error;
  const times = parts.flatMap(({ ms }) => ms ?? []);
  // Parts may have run at once: the longest is the least that the group took.
  const ms = times.length === 0 ? null : Math.max(...times);
  return { state, ms, ...(error !== undefined && { error }) };
}
