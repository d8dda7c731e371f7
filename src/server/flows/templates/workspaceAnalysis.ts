import type { FlowPlan } from "../build.ts";
import { section, sectionEdges, tool } from "./parts.ts";
import { qualitySection, repositorySection } from "./sections.ts";

/**
 * Both analyses of the workspace, each answer made into a Markdown section by Langflow's own jq component, the sections
 * joined. No model, and no code of ours in Langflow: servers that forbid custom components run it too.
 */
export function workspaceAnalysis({ serverName }: { readonly serverName: string }): FlowPlan {
  const [top, bottom, middle] = [0, 640, 320];
  return {
    nodes: [
      tool("repository", { y: top, title: "Analyze repository", name: "analyze_repository", serverName }),
      ...section("repository", { y: top, title: "Repository", query: repositorySection }),
      tool("quality", { y: bottom, title: "Analyze code quality", name: "analyze_code_quality", serverName }),
      ...section("quality", { y: bottom, title: "Quality", query: qualitySection }),
      {
        id: "CombineText-report",
        type: "CombineText",
        title: "Both sections",
        position: { x: 1700, y: middle },
        values: { delimiter: "\n\n" },
      },
      { id: "ChatOutput-report", type: "ChatOutput", title: "Workspace report", position: { x: 2120, y: middle } },
    ],
    edges: [
      ...sectionEdges("repository", { to: "CombineText-report", field: "text1" }),
      ...sectionEdges("quality", { to: "CombineText-report", field: "text2" }),
      { from: "CombineText-report", to: "ChatOutput-report", field: "input_value" },
    ],
  };
}
