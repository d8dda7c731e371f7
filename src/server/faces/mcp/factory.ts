import { ProtocolError, ProtocolErrorCode, Server } from "@modelcontextprotocol/server";
import type { McpRequestContext, McpServerFactory } from "@modelcontextprotocol/server";
import { ToolError } from "../../platform/errors.ts";
import type { Prompts } from "../../prompts/prompts.ts";
import type { Resources } from "../../resources/resources.ts";
import { answerOffers } from "./offers.ts";
import { markRan } from "./callWatch.ts";
import { takeFlowRun, withFlowRun, withoutEmptyFields } from "./flowRun.ts";
import type { Caller } from "../../platform/call.ts";
import type { ToolCall, ToolRunner } from "../../tools/runner/runTool.ts";
import { isFromLangflow, langflowClient } from "../../platform/langflowCaller.ts";
import { inTrace } from "../../platform/tracing.ts";
import { localUser } from "../../platform/call.ts";

export interface McpOptions {
  readonly runner: ToolRunner;
  readonly prompts: Prompts;
  readonly resources: Resources;
  readonly version: string;
  readonly face: Caller["face"];
}

const listHint = { ttlMs: 300_000, cacheScope: "private" } as const;
const cacheHints = {
  // Flows come and go, and over HTTP nothing says it.
  "tools/list": { ttlMs: 30_000, cacheScope: "private" },
  "prompts/list": listHint,
  "resources/list": listHint,
  "resources/templates/list": listHint,
  // Files and reports change at any time.
  "resources/read": { ttlMs: 0, cacheScope: "private" },
} as const;

/**
 * Builds one low-level server per request (HTTP) or connection (stdio), at either protocol revision. Two handlers over
 * our own registry: the SDK's high-level server registers every tool again for each request and is 3 times slower.
 */
export function mcpFactory(options: McpOptions): McpServerFactory {
  const { runner, prompts, resources, version, face } = options;
  return (request) => {
    const fromLangflow = request.requestInfo !== undefined && isFromLangflow(request.requestInfo.url);
    // Over HTTP each request has a server of its own, which is gone when the tools change.
    const isLasting = request.requestInfo === undefined;
    const server = new Server(
      { name: "langflow-connect", title: "Langflow Connect", version },
      {
        capabilities: {
          tools: isLasting ? { listChanged: true } : {},
          prompts: {},
          resources: {},
          completions: {},
        },
        cacheHints,
      },
    );
    server.setRequestHandler("tools/list", () => {
      try {
        // A component of a flow names the tools that it uses, so that a flow would break without one that is seldom run.
        const toolsets = toolsetsOf(request) ?? (fromLangflow ? runner.registry.toolsets : undefined);
        const own = runner.registry
          .listed(toolsets)
          // A flow runs others by a component of Langflow's own, not through us.
          .filter(({ toolset }) => !fromLangflow || toolset !== "flows")
          .map(({ listed }) => listed);
        const tools = fromLangflow ? own.map(withFlowRun) : own;
        if (!toolsets) runner.listed(tools, caller());
        return { tools };
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${error.message} ${error.remedy}`);
      }
    });
    server.setRequestHandler("tools/call", async ({ params }, context) => {
      markRan();
      const tool = runner.registry.find(params.name);
      if (!tool) {
        // Run it all the same: the refusal belongs in the ledger like any other.
        const refused = await runner.run({
          name: params.name,
          args: {},
          caller: caller(),
          signal: context.mcpReq.signal,
        });
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, messageOf(refused.text));
      }
      const token = context.mcpReq._meta?.progressToken;
      const { args, flowRun } = fromLangflow ? takeFlowRun(params.arguments) : { args: params.arguments };
      const call: ToolCall = {
        name: params.name,
        args: fromLangflow ? withoutEmptyFields(args, tool.listed.inputSchema) : args,
        caller: { ...caller(), ...(flowRun !== undefined && { flowRun }) },
        signal: context.mcpReq.signal,
        ...(token !== undefined && {
          onProgress: ({ done, total, message }) => {
            void context.mcpReq
              .notify({
                method: "notifications/progress",
                params: { progressToken: token, progress: done, message, ...(total !== undefined && { total }) },
              })
              // The client may be gone; its closed stream cancels the call by itself.
              .catch(() => undefined);
          },
        }),
      };
      // A client without headers, such as one of stdio, names its trace here.
      const result = await inTrace(context.mcpReq._meta?.["traceparent"], () => runner.run(call));
      return { content: [...(result.content ?? [{ type: "text", text: result.text }])], isError: result.isError };
    });
    answerOffers(server, { prompts, resources, caller });
    if (isLasting) {
      runner.registry.onChange(() => {
        // The client may be gone, or read no list yet.
        server.sendToolListChanged().catch(() => undefined);
      });
    }
    return server;

    function caller(): Caller {
      const client = fromLangflow ? langflowClient : clientName(server, request);
      return { face, client, principal: localUser };
    }
  };
}

function toolsetsOf(request: McpRequestContext): readonly string[] | undefined {
  const asked = request.requestInfo && new URL(request.requestInfo.url).searchParams.get("toolsets");
  return asked ? asked.split(",").map((name) => name.trim()) : undefined;
}

/** The client's own name, for the ledger and the panel only: nothing is decided by it. */
function clientName(server: Server, request: McpRequestContext): string {
  const { requestInfo } = request;
  const name = server.getClientVersion()?.name ?? requestInfo?.headers.get("user-agent") ?? "unknown";
  return name.slice(0, 80);
}

function messageOf(text: string): string {
  const answer: unknown = JSON.parse(text);
  if (answer !== null && typeof answer === "object" && "error" in answer) {
    const { error } = answer;
    if (error !== null && typeof error === "object" && "message" in error) return String(error.message);
  }
  return "Unknown tool.";
}
