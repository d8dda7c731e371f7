import { ofTheCanvas } from "./components.ts";
import { fieldNameOf, fieldsIn, fieldsOf, listOf, nameOf, textOf } from "./flowGraph.ts";
import type { FlowGraph, GraphNode } from "./flowGraph.ts";
import { own } from "../files/flowFile.ts";
import type { KnownComponents } from "./knownComponents.ts";
import { problemOfField } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

// Level 5: MCP servers that the connected Langflow does not have, and tools and arguments that their server does not have.

/** What is known of MCP servers. */
export interface KnownMcpServers {
  /** Names of those of Langflow; absent when nobody could ask. */
  readonly mcpServers?: ReadonlySet<string>;
  /** By the name of a server whose tools are known, its tools with the names of their arguments. */
  readonly mcpTools?: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
}

/** The MCP server that a component calls; "" for none. */
export function mcpServerOf({ template }: GraphNode): string {
  const { value } = fieldsOf(own(template, "mcp_server"));
  return textOf(fieldsOf(value)["name"]) || textOf(value);
}

export function mcpProblems(
  { nodes, edges }: FlowGraph,
  known: KnownComponents | undefined,
  { mcpServers: servers, mcpTools }: KnownMcpServers,
): FoundProblem[] {
  return nodes.flatMap((node) => {
    const fields = new Map(fieldsIn(node.template));
    const server = fields.get("mcp_server");
    if (!server) return [];
    const name = mcpServerOf(node);
    if (name !== "" && servers && !servers.has(name)) {
      const message = `This Langflow has no MCP server ${name}: register it there, or choose another.`;
      return [
        problemOfField(node, "mcp_server", { code: "unknown-mcp-server", severity: "warning", level: 5, message }),
      ];
    }
    const tool = fields.get("tool");
    const value = textOf(tool?.["value"]);
    const tools = mcpTools?.get(name);
    const options = tools ? [...tools.keys()] : listOf(tool?.["options"]);
    if (value === "" || options.length === 0) return [];
    if (!options.includes(value)) {
      const message = `${nameOf(node)} calls ${value}, which is not among the tools that its server offered.`;
      return [problemOfField(node, "tool", { code: "unknown-tool", severity: "warning", level: 5, message })];
    }
    const theirs = known?.find(node.type)?.template;
    const names = tools?.get(value);
    // An agent asks the server itself what a tool takes.
    if (!theirs || !names || node.component["tool_mode"] === true) return [];
    return [...fields].flatMap(([field, { value: given }]) => {
      const isLed = edges.some((edge) => edge.target === node.id && fieldNameOf(edge) === field);
      const isGiven = isLed || (given !== undefined && given !== null && given !== "");
      // Langflow writes what is inside an argument as `argument.part`.
      const isKnown = field in theirs || ofTheCanvas.has(field) || names.includes(field.split(".")[0] ?? "");
      if (!isGiven || isKnown) return [];
      const message = `${nameOf(node)} gives ${value} the argument ${field}, which it does not have: the value is lost.`;
      return [problemOfField(node, field, { code: "unknown-argument", severity: "warning", level: 5, message })];
    });
  });
}
