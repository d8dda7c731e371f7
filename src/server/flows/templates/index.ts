import { ToolError } from "../../platform/errors.ts";
import type { FlowPlan } from "../build.ts";
import { workspaceAnalysis } from "./workspaceAnalysis.ts";

/** A flow that we ship. A new `version` is a push that updates flows of the older one. */
export interface Template {
  readonly name: string;
  readonly version: number;
  /** Name of the flow in Langflow, before the workspace's own name. */
  readonly title: string;
  readonly description: string;
  plan(context: { readonly serverName: string }): FlowPlan;
}

export const templates: readonly Template[] = [
  {
    name: "workspace-analysis",
    version: 2,
    title: "Workspace analysis",
    description: "Sizes, languages, hot spots, import cycles and the worst findings of a workspace as one report.",
    plan: workspaceAnalysis,
  },
];

export function findTemplate(name: string): Template {
  const template = templates.find((candidate) => candidate.name === name);
  if (template) return template;
  const names = templates.map((candidate) => candidate.name).join(", ");
  throw new ToolError("NOT_FOUND", `There is no template ${JSON.stringify(name)}.`, `Use one of: ${names}.`);
}
