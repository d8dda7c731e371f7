import type { EdgePlan, FlowPlan, NodePlan } from "../build.ts";
import { fieldOf } from "../client/components.ts";
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

/** The report shows the 20 worst; the editor shows all that the answer contains. */
const mostFindings = 200;

interface ToolNode {
  readonly y: number;
  readonly title: string;
  readonly name: string;
  readonly serverName: string;
}

function tool(key: string, { y, title, name, serverName }: ToolNode): NodePlan {
  const server = { name: serverName, config: {} };
  return {
    id: `MCPTools-${key}`,
    type: "MCPTools",
    title,
    position: { x: 0, y },
    choices: () => [
      { field: "mcp_server", value: server },
      { field: "tool", value: name },
    ],
    // Every optional argument gets a value: 1.7 sends "" for those left empty, which is not a number.
    values: { path: ".", maxTokens: 100_000, wait: 170, limit: mostFindings },
  };
}

function section(key: string, { y, title, query }: { y: number; title: string; query: string }): readonly NodePlan[] {
  return [
    {
      id: `TypeConverterComponent-${key}`,
      type: "TypeConverterComponent",
      title: `${title} as JSON`,
      position: { x: 420, y },
      // 1.13 calls JSON what older versions call Data.
      choices: (component) => {
        const options = fieldOf(component, "output_type")?.options ?? [];
        return [{ field: "output_type", value: options.includes("JSON") ? "JSON" : "Data" }];
      },
    },
    {
      id: `DataOperations-${key}`,
      type: "DataOperations",
      title: `${title} section`,
      position: { x: 840, y },
      choices: () => [
        { field: "operations", value: [{ name: "JQ Expression", icon: "terminal", chosen: false, selected: false }] },
      ],
      values: { query },
    },
    {
      id: `ParserComponent-${key}`,
      type: "ParserComponent",
      title: `${title} text`,
      position: { x: 1260, y },
      values: { pattern: "{result}" },
    },
  ];
}

function sectionEdges(key: string, target: { readonly to: string; readonly field: string }): readonly EdgePlan[] {
  return [
    { from: `MCPTools-${key}`, to: `TypeConverterComponent-${key}`, field: "input_data" },
    { from: `TypeConverterComponent-${key}`, to: `DataOperations-${key}`, field: "data" },
    { from: `DataOperations-${key}`, to: `ParserComponent-${key}`, field: "input_data" },
    { from: `ParserComponent-${key}`, ...target },
  ];
}
