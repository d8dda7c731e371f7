import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { JsonRpcRequest, rpcError, rpcResult } from "./jsonRpc.ts";

export const controlPath = "/api/v1/langflow";

/** One call for the services of this process; undefined for a method that there is not. */
export type ControlHandler = (call: {
  readonly method: string;
  readonly params: unknown;
  readonly signal: AbortSignal;
  progress(message: string): void;
}) => Promise<unknown> | undefined;

/** A line at least this often keeps the connection of a long run open. */
const keepAliveMs = 15_000;

/**
 * JSON-RPC for this user's own command line, answered as lines: `progress` notifications, then the result. A closed
 * connection cancels the call.
 */
export async function answerControl(
  body: unknown,
  response: ServerResponse,
  { control, log }: { readonly control: ControlHandler; readonly log: Logger },
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
  const timer = setInterval(() => line({ jsonrpc: "2.0", method: "alive" }), keepAliveMs);
  try {
    const answer = control({ method, params: params ?? {}, signal: gone.signal, progress });
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
      line(rpcError(-32603, `The server failed inside (reference ${reference}). See its log.`, id));
    }
  } finally {
    clearInterval(timer);
    response.end();
  }
}
