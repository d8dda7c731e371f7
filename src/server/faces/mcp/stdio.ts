import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { mcpFactory } from "./factory.ts";
import type { McpOptions } from "./factory.ts";

/** MCP over stdin and stdout; nothing else may write to stdout. */
export function startMcpStdio(options: McpOptions & { readonly log: Logger }): { close(): Promise<void> } {
  return serveStdio(mcpFactory(options), {
    onerror: (error) => {
      options.log.warn("mcp.stdio", describeError(error));
    },
  });
}
