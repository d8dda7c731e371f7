import type { EdgePlan, NodePlan } from "../build.ts";
import { fieldOf } from "../model.ts";

/** The report shows the 20 worst; the editor shows all that the answer contains. */
const mostFindings = 200;

interface ToolNode {
  readonly y: number;
  readonly title: string;
  readonly name: string;
  readonly serverName: string;
}

/** A call of one of our tools. */
export function tool(key: string, { y, title, name, serverName }: ToolNode): NodePlan {
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

/** The nodes that turn a tool's answer into Markdown by a jq program. */
export function section(
  key: string,
  { y, title, query }: { y: number; title: string; query: string },
): readonly NodePlan[] {
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

/** From the tool through its section to a field of another node. */
export function sectionEdges(
  key: string,
  target: { readonly to: string; readonly field: string },
): readonly EdgePlan[] {
  return [
    { from: `MCPTools-${key}`, to: `TypeConverterComponent-${key}`, field: "input_data" },
    { from: `TypeConverterComponent-${key}`, to: `DataOperations-${key}`, field: "data" },
    { from: `DataOperations-${key}`, to: `ParserComponent-${key}`, field: "input_data" },
    { from: `ParserComponent-${key}`, ...target },
  ];
}
