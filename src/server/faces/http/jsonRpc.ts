import { z } from "zod";

/** A JSON-RPC 2.0 request as every face takes it: an id that can be answered, no batch. */
export const JsonRpcRequest = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string().max(256), z.int()]),
  method: z.string().max(128),
  params: z.record(z.string(), z.unknown()).optional(),
});

export function rpcError(code: number, message: string, id: string | number | null = null): object {
  return { jsonrpc: "2.0", id, error: { code, message } };
}

export function rpcResult(id: string | number, result: unknown): object {
  return { jsonrpc: "2.0", id, result };
}
