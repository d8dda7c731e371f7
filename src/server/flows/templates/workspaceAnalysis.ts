import { reportFlow } from "./reportFlow.ts";
import { qualitySection, repositorySection } from "./sections.ts";
import type { Template } from "./template.ts";

export const workspaceAnalysis: Template = {
  name: "workspace-analysis",
  version: 2,
  title: "Workspace analysis",
  description: "Sizes, languages, hot spots, import cycles and the worst findings of a workspace as one report.",
  plan: ({ serverName }) =>
    reportFlow({
      serverName,
      title: "Workspace report",
      sections: [
        {
          key: "repository",
          title: "Repository",
          calls: [{ key: "repository", title: "Analyze repository", tool: "analyze_repository" }],
          query: repositorySection,
        },
        {
          key: "quality",
          title: "Quality",
          calls: [{ key: "quality", title: "Analyze code quality", tool: "analyze_code_quality" }],
          query: qualitySection,
        },
      ],
    }),
};
