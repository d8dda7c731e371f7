import type { EdgePlan, NodePlan } from "../build.ts";
import { fieldOf } from "../model.ts";

/** The report shows the 20 worst; the editor shows all that the answer contains. */
const mostFindings = 200;

/** A call of one of our tools. */
export interface ReportCall {
  readonly key: string;
  /** Of its node. */
  readonly title: string;
  readonly tool: string;
  /** For a tool that Langflow is not listed: `call_tool` passes these, and nothing besides. */
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export function callNode(call: ReportCall, { y, serverName }: { y: number; serverName: string }): NodePlan {
  const server = { name: serverName, config: {} };
  const direct = call.arguments === undefined;
  return {
    id: `MCPTools-${call.key}`,
    type: "MCPTools",
    title: call.title,
    position: { x: 0, y },
    choices: () => [
      { field: "mcp_server", value: server },
      { field: "tool", value: direct ? call.tool : "call_tool" },
    ],
    values: direct
      ? // Every optional argument gets a value: 1.7 sends "" for those left empty, which is not a number.
        { path: ".", maxTokens: 100_000, wait: 170, limit: mostFindings }
      : { name: call.tool, arguments: call.arguments },
  };
}

/** Makes JSON of a tool's answer. */
export function converterNode(key: string, { y, title }: { y: number; title: string }): NodePlan {
  return {
    id: `TypeConverterComponent-${key}`,
    type: "TypeConverterComponent",
    title: `${title} as JSON`,
    position: { x: 420, y },
    // 1.13 calls JSON what older versions call Data.
    choices: (component) => {
      const options = fieldOf(component, "output_type")?.options ?? [];
      return [{ field: "output_type", value: options.includes("JSON") ? "JSON" : "Data" }];
    },
  };
}

interface DataNode {
  readonly x: number;
  readonly y: number;
  readonly title: string;
}

/** Answers of several tools as one list of results. */
export function combineNode(key: string, { x, y, title }: DataNode): NodePlan {
  return {
    id: `DataOperations-${key}-all`,
    type: "DataOperations",
    title,
    position: { x, y },
    choices: () => [operation("Combine", "merge")],
  };
}

/** Makes Markdown of an answer by a jq program. */
export function jqNode(key: string, { x, y, title, query }: DataNode & { query: string }): NodePlan {
  return {
    id: `DataOperations-${key}`,
    type: "DataOperations",
    title: `${title} section`,
    position: { x, y },
    choices: () => [operation("JQ Expression", "terminal")],
    values: { query },
  };
}

function operation(name: string, icon: string) {
  return { field: "operations", value: [{ name, icon, chosen: false, selected: false }] };
}

export function textNode(key: string, { x, y, title }: DataNode): NodePlan {
  return {
    id: `ParserComponent-${key}`,
    type: "ParserComponent",
    title: `${title} text`,
    position: { x, y },
    values: { pattern: "{result}" },
  };
}

/** From each call to the section's text. */
export function sectionEdges(key: string, calls: readonly ReportCall[]): readonly EdgePlan[] {
  const isCombined = calls.length > 1;
  const target = isCombined ? `DataOperations-${key}-all` : `DataOperations-${key}`;
  return [
    ...calls.flatMap((call) => callEdges(call.key, target)),
    ...(isCombined ? [{ from: target, to: `DataOperations-${key}`, field: "data" }] : []),
    { from: `DataOperations-${key}`, to: `ParserComponent-${key}`, field: "input_data" },
  ];
}

function callEdges(key: string, to: string): readonly EdgePlan[] {
  return [
    { from: `MCPTools-${key}`, to: `TypeConverterComponent-${key}`, field: "input_data" },
    { from: `TypeConverterComponent-${key}`, to, field: "data" },
  ];
}
