import { fieldsIn, fieldsOf, listOf, nameOf, textOf } from "./flowGraph.ts";
import type { FlowGraph } from "./flowGraph.ts";
import { problemOfField } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

// Level 5: MCP servers that the connected Langflow does not have, and tools that their server did not offer.

export function mcpProblems({ nodes }: FlowGraph, servers: ReadonlySet<string> | undefined): FoundProblem[] {
  return nodes.flatMap((node) => {
    const fields = new Map(fieldsIn(node.template));
    const server = fields.get("mcp_server");
    if (!server) return [];
    const name = textOf(fieldsOf(server["value"])["name"]) || textOf(server["value"]);
    if (name !== "" && servers && !servers.has(name)) {
      const message = `This Langflow has no MCP server ${name}: register it there, or choose another.`;
      return [
        problemOfField(node, "mcp_server", { code: "unknown-mcp-server", severity: "warning", level: 5, message }),
      ];
    }
    const tool = fields.get("tool");
    const value = textOf(tool?.["value"]);
    const options = listOf(tool?.["options"]);
    if (value === "" || options.length === 0 || options.includes(value)) return [];
    const message = `${nameOf(node)} calls ${value}, which is not among the tools that its server offered.`;
    return [problemOfField(node, "tool", { code: "unknown-tool", severity: "warning", level: 5, message })];
  });
}
