import type { FlowFacts } from "../../protocol/flows.ts";
import { ToolError } from "../platform/errors.ts";
import { createFlows } from "./client/flows.ts";
import type { LangflowHttp } from "./client/http.ts";
import { readMarker } from "../flows/marker.ts";
import { flowFacts } from "./push.ts";

export interface FlowQuery {
  readonly flow: string;
  readonly serverName: string;
  readonly signal: AbortSignal;
}

/** A flow by its id, by the template it was pushed from for this workspace, or by its name. */
export async function findFlow(http: LangflowHttp, { flow, serverName, signal }: FlowQuery): Promise<FlowFacts> {
  const all = await createFlows(http).list(signal);
  const byId = all.find((candidate) => candidate.id === flow);
  if (byId) return flowFacts(http.base, byId);
  const pushed = all.filter((candidate) => {
    const marker = readMarker(candidate.description);
    return marker?.template === flow && marker.workspace === serverName;
  });
  const named = pushed.length > 0 ? pushed : all.filter((candidate) => candidate.name === flow);
  const [first, second] = named;
  if (first && !second) return flowFacts(http.base, first);
  if (!first) {
    throw new ToolError(
      "NOT_FOUND",
      `Langflow has no flow ${JSON.stringify(flow)}.`,
      "Push the template first, or give the name or id of a flow that Langflow shows.",
    );
  }
  throw new ToolError(
    "AMBIGUOUS",
    `Langflow has ${named.length} flows for ${JSON.stringify(flow)}.`,
    `Give the id of one: ${named.map((candidate) => candidate.id).join(", ")}.`,
  );
}
