import { flowRunArgument } from "../platform/langflowCaller.ts";
import type { StartRun } from "./client/runs.ts";
import type { FlowNode } from "../flows/model.ts";

export interface RunName {
  /** Sets the run's id in each component that calls a tool of ours. */
  readonly tweaks: StartRun["tweaks"];
  /** Every call of the flow will name the run. */
  readonly named: boolean;
}

export const withoutName: RunName = { tweaks: {}, named: false };

/**
 * How the calls of a run name it. A component has no field for the id when an agent fills in its arguments, or when it
 * was set up before our tools had that argument.
 */
export function nameRun(nodes: readonly FlowNode[], runId: string): RunName {
  const callers = nodes.filter(({ data }) => data.type === "MCPTools");
  const named = callers.filter(hasField);
  return {
    tweaks: Object.fromEntries(named.map(({ id }) => [id, { [flowRunArgument]: runId }])),
    named: named.length > 0 && named.length === callers.length,
  };
}

function hasField({ data: { node } }: FlowNode): boolean {
  return node?.template !== undefined && flowRunArgument in node.template;
}
