import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { localUser } from "../../platform/call.ts";
import { mcpFactory } from "./factory.ts";
import type { McpOptions } from "./factory.ts";
import { createLineTransport } from "./lineTransport.ts";

/** MCP over stdin and stdout, and nothing else on stdout: what any code prints there goes to stderr. */
export function startMcpStdio(options: McpOptions & { readonly log: Logger }): { close(): Promise<void> } {
  const { log, runner, face } = options;
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  // A client that is gone learns it from the end of stdin.
  process.stdout.on("error", (error) => {
    log.debug("mcp.stdout", describeError(error));
  });
  const transport = createLineTransport({
    input: process.stdin,
    write,
    refused(name) {
      const caller = { face, client: "unknown", principal: localUser };
      runner.refused({ caller, ...(name !== undefined && { name }) }).catch((error: unknown) => {
        log.error("mcp.refused", describeError(error));
      });
    },
  });
  return serveStdio(mcpFactory(options), {
    transport,
    onerror: (error) => {
      log.warn("mcp.stdio", describeError(error));
    },
  });
}
