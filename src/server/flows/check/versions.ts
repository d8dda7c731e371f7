import { textOf } from "./flowGraph.ts";
import type { FlowGraph } from "./flowGraph.ts";
import type { FoundProblem } from "./problem.ts";

/** Level 2: one line for each other version of Langflow that components were made with. */
export function versionProblems({ nodes, isInside }: FlowGraph, version: string | undefined): FoundProblem[] {
  if (version === undefined || isInside) return [];
  const counts = new Map<string, number>();
  for (const { component, isNote } of nodes) {
    const made = textOf(component["lf_version"]);
    if (!isNote && made !== "" && made !== version) counts.set(made, (counts.get(made) ?? 0) + 1);
  }
  return [...counts].sort().map(([made, count]) => {
    const components = count === 1 ? "1 component was" : `${String(count)} components were`;
    const message = `${components} made with Langflow ${made}; this one is ${version}.`;
    return { code: "other-version", severity: "info", level: 2, message, at: ["name"] };
  });
}
