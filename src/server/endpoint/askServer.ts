import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { z } from "zod";
import { ToolError, cancelled, errorCodes } from "../platform/errors.ts";
import type { OperationRequest } from "../platform/call.ts";
import type { EndpointEntry } from "./entries.ts";

const Line = z.object({
  method: z.string().optional(),
  params: z.object({ message: z.string() }).optional(),
  result: z.unknown().optional(),
  error: z
    .object({
      message: z.string(),
      data: z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() }).optional(),
    })
    .optional(),
});

/** One operation of the running server, which only this user can ask for. */
export async function callOperation(server: EndpointEntry, request: OperationRequest): Promise<unknown> {
  const { name, params, signal, progress, text: show } = request;
  const call = { jsonrpc: "2.0", id: 1, method: name, params };
  return reaching(signal, async () => {
    const url = new URL("/api/v1/operations", server.url);
    const response = await post(url, { token: server.control, request: call, signal });
    if (!response.ok || !response.body) throw refused(response.status);
    for await (const text of createInterface({ input: Readable.from(response.body) })) {
      const line = Line.parse(JSON.parse(text));
      if (line.method === "progress" && line.params) progress(line.params.message);
      if (line.method === "text" && line.params) show?.(line.params.message);
      if (line.method !== undefined) continue;
      if (!line.error) return line.result;
      const { data } = line.error;
      throw data
        ? new ToolError(data.code, data.message, data.remedy)
        : new ToolError("INTERNAL", line.error.message, "");
    }
    throw ended();
  });
}

interface Post {
  readonly token: string;
  readonly request: object;
  readonly signal: AbortSignal;
}

export function post(url: URL, { token, request, signal }: Post): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "user-agent": "langflow-connect",
  };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(request), signal });
}

/** What `fetch` throws is for programmers. */
export async function reaching<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ToolError) throw error;
    if (signal.aborted) throw cancelled();
    if (error instanceof TypeError) throw ended();
    throw error;
  }
}

function ended(): ToolError {
  return new ToolError("NOT_READY", "The server ended before it answered.", "Start `serve` again.");
}

export function refused(status: number): ToolError {
  return new ToolError(
    "NOT_READY",
    `The running server refused the call (HTTP ${status}).`,
    "Start `serve` again with this version of langflow-connect.",
  );
}
