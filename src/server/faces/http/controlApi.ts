import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { z } from "zod";
import type { RunOperation } from "../../operations/index.ts";
import { localUser } from "../../platform/call.ts";
import type { Caller } from "../../platform/call.ts";
import { ToolError } from "../../platform/errors.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { JsonRpcRequest, rpcError, rpcResult } from "./jsonRpc.ts";

/** Every operation by its name, such as flows.push. */
export const controlPath = "/api/v1/operations";

const caller: Caller = { face: "cli", client: "langflow-connect", principal: localUser, byUser: true };

/** A line at least this often keeps the connection of a long run open. */
const keepAliveMs = 15_000;

/**
 * JSON-RPC for this user's own command line, answered as lines: `progress` and `text` notifications, then the result. A closed
 * connection cancels the call.
 */
export async function answerControl(
  body: unknown,
  response: ServerResponse,
  { operate, log }: { readonly operate: RunOperation; readonly log: Logger },
): Promise<void> {
  const line = (value: object) => void response.write(`${JSON.stringify(value)}\n`);
  const parsed = JsonRpcRequest.safeParse(body);
  response.writeHead(parsed.success ? 200 : 400, {
    "content-type": "application/x-ndjson",
    "x-content-type-options": "nosniff",
  });
  if (!parsed.success) return void response.end(`${JSON.stringify(rpcError(-32600, "This is not JSON-RPC 2.0."))}\n`);
  const { id, method, params } = parsed.data;
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const progress = (message: string) => line({ jsonrpc: "2.0", method: "progress", params: { message } });
  const text = (part: string) => line({ jsonrpc: "2.0", method: "text", params: { message: part } });
  const timer = setInterval(() => line({ jsonrpc: "2.0", method: "alive" }), keepAliveMs);
  try {
    const answer = operate(method, params ?? {}, { caller, signal: gone.signal, progress, text });
    if (!answer) return line(rpcError(-32601, "There is no such method.", id));
    line(rpcResult(id, await answer));
  } catch (error) {
    if (error instanceof ToolError) {
      const { code, message, remedy } = error;
      line({ jsonrpc: "2.0", id, error: { code: -32000, message, data: { code, message, remedy } } });
    } else if (error instanceof z.ZodError) {
      line(rpcError(-32602, "The params do not fit the method.", id));
    } else {
      const reference = randomUUID().slice(0, 8);
      log.error("control.internal", { reference, method, ...describeError(error) });
      line(rpcError(-32603, `Internal error (reference ${reference}). See its log.`, id));
    }
  } finally {
    clearInterval(timer);
    response.end();
  }
}
