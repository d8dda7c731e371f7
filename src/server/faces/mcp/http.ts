import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { localUser } from "../../platform/call.ts";
import { callIn, watch } from "./callWatch.ts";
import { mcpFactory } from "./factory.ts";
import type { McpOptions } from "./factory.ts";

export interface McpHttp {
  handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void>;
  close(): Promise<void>;
}

/** MCP over streamable HTTP, stateless at both revisions. The guard and the body reader stand in front of it. */
export function createMcpHttp(options: McpOptions & { readonly log: Logger }): McpHttp {
  const onerror = (error: Error) => {
    options.log.debug("mcp.refused", describeError(error));
  };
  const handler = createMcpHandler(mcpFactory(options), { onerror });
  const serve = toNodeHandler(handler, { onerror });
  async function handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    // The adapter's type wants method and url to be there; Node's says that they may not be.
    const known = Object.assign(request, { method: request.method ?? "", url: request.url ?? "" });
    const call = callIn(body);
    if (!call) return serve(known, response, body);
    await watch(call, () => serve(known, response, body));
    if (call.ran) return;
    const client = request.headers["user-agent"] ?? "unknown";
    await options.runner.refused({ name: call.name, caller: { face: options.face, client, principal: localUser } });
  }

  return {
    handle,
    close: () => handler.close(),
  };
}
