import { z } from "zod";
import type { Caller } from "../../platform/call.ts";
import type { ToolRunner } from "../../tools/runner/runTool.ts";
import { JsonRpcRequest, rpcError, rpcResult } from "./jsonRpc.ts";

export interface ToolsApiRequest {
  readonly path: string;
  readonly body: unknown;
  readonly runner: ToolRunner;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

const CallParams = z.strictObject({
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()).optional(),
});

/** The tools over plain JSON-RPC, for clients that do not speak MCP. The method equals the path. */
export async function answerToolsApi(request: ToolsApiRequest): Promise<{ status: number; body: object }> {
  const parsed = JsonRpcRequest.safeParse(request.body);
  if (!parsed.success) {
    await request.runner.refused({ caller: request.caller });
    return { status: 400, body: rpcError(-32600, "This is not a JSON-RPC 2.0 request.") };
  }
  const { id, method, params } = parsed.data;
  const expected = request.path.slice("/api/v1/".length);
  if (method !== expected) {
    return { status: 404, body: rpcError(-32601, `The method of this path is ${expected}.`, id) };
  }
  if (method === "tools/list") {
    const tools = request.runner.registry.listed().map(({ listed }) => listed);
    request.runner.listed(tools, request.caller);
    return { status: 200, body: rpcResult(id, { tools }) };
  }
  const call = CallParams.safeParse(params);
  if (!call.success) {
    const name = typeof params?.["name"] === "string" ? params["name"] : "";
    await request.runner.refused({ name, caller: request.caller });
    return { status: 400, body: rpcError(-32602, "params must be {name, arguments}.", id) };
  }
  const { text, isError } = await request.runner.run({
    name: call.data.name,
    args: call.data.arguments,
    caller: request.caller,
    signal: request.signal,
  });
  return { status: 200, body: rpcResult(id, { content: [{ type: "text", text }], isError }) };
}
