import { flowRunArgument } from "../platform/langflowCaller.ts";
import { createFlows } from "./client/flows.ts";
import type { LangflowHttp } from "./client/http.ts";
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
export async function nameRun(
  http: LangflowHttp,
  { flowId, runId, signal }: { readonly flowId: string; readonly runId: string; readonly signal: AbortSignal },
): Promise<RunName> {
  const flow = await createFlows(http).get(flowId, signal);
  const callers = (flow?.data?.nodes ?? []).filter(({ data }) => data.type === "MCPTools");
  const named = callers.filter(hasField);
  return {
    tweaks: Object.fromEntries(named.map(({ id }) => [id, { [flowRunArgument]: runId }])),
    named: named.length > 0 && named.length === callers.length,
  };
}

function hasField({ data: { node } }: FlowNode): boolean {
  return node?.template !== undefined && flowRunArgument in node.template;
}
