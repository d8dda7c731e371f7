import type { Catalogue } from "../model.ts";
import type { FlowFile } from "../files/flowFile.ts";
import { componentProblems } from "./components.ts";
import { edgeTypeProblems } from "./edgeTypes.ts";
import { fieldTypeProblems } from "./fieldTypes.ts";
import { graphsOf } from "./flowGraph.ts";
import { inputProblems } from "./inputs.ts";
import { knownComponents } from "./knownComponents.ts";
import { mcpProblems } from "./mcpTools.ts";
import type { KnownMcpServers } from "./mcpTools.ts";
import { policyProblems } from "./policy.ts";
import type { ComponentPolicy } from "./policy.ts";
import type { FoundProblem } from "./problem.ts";
import { promptProblems } from "./prompts.ts";
import { secretProblems } from "./secrets.ts";
import { structureProblems } from "./structure.ts";
import { unusedNodeProblems } from "./unusedNodes.ts";
import { versionProblems } from "./versions.ts";

/** What is known of the Langflow that the flow is for. */
export interface KnownLangflow extends KnownMcpServers {
  readonly version: string;
  readonly catalogue: Catalogue;
  /** Absent when nobody could ask. */
  readonly policy?: ComponentPolicy;
}

/** What is wrong with a flow. An error is what Langflow does not build; see docs/flows.md. */
export type FlowChecker = (flow: Pick<FlowFile, "fields">) => FoundProblem[];

export function flowChecker(langflow: KnownLangflow | undefined): FlowChecker {
  const known = langflow && knownComponents(langflow.catalogue);
  return (flow) =>
    graphsOf(flow)
      .flatMap((graph) => [
        ...structureProblems(graph),
        ...componentProblems(graph, known),
        ...policyProblems(graph, known, langflow?.policy),
        ...fieldTypeProblems(graph, known),
        ...versionProblems(graph, langflow?.version),
        ...edgeTypeProblems(graph),
        ...inputProblems(graph),
        ...secretProblems(graph, known),
        ...mcpProblems(graph, known, langflow ?? {}),
        ...promptProblems(graph),
        ...unusedNodeProblems(graph),
      ])
      .sort((one, other) => one.level - other.level);
}
