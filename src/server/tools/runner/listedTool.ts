import { z } from "zod";
import type { Effect, Tool } from "./defineTool.ts";

/** A tool as `tools/list` shows it. Output schemas are left out: they would double what every client pays. */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  readonly annotations: Readonly<Record<string, boolean>>;
}

/** The one place where an effect becomes MCP's hints. */
const hints: Readonly<Record<Effect, Readonly<Record<string, boolean>>>> = {
  read: { readOnlyHint: true, openWorldHint: false },
  create: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
  update: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
  delete: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
  run: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
};

export function listedTool(tool: Tool): ListedTool {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(tool.input, { io: "input" });
  // 2020-12 is MCP's own default: it is named only where a tool asks for it, since each client pays for the words.
  const named = tool.input.meta()?.["$schema"];
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { ...(named !== undefined && { $schema: named }), ...schema, type: "object" },
    annotations: hints[tool.effect],
  };
}
