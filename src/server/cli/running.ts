import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { z } from "zod";
import { dataFiles } from "../platform/dataFolder.ts";
import { liveEndpoints } from "../platform/endpoints.ts";
import type { EndpointEntry } from "../platform/endpoints.ts";
import { ToolError, errorCodes } from "../platform/errors.ts";
import { openRoots, rootsHash } from "../workspace/roots.ts";

/** The running server of these folders, the owner of their port when there are several. */
export async function findRunning(folders: readonly string[], data: string): Promise<EndpointEntry | undefined> {
  const hash = rootsHash(await openRoots(folders));
  const [first] = await liveEndpoints({ folder: dataFiles(data, hash).endpoints, hash });
  return first;
}

const ToolAnswer = z.object({
  result: z.object({ content: z.array(z.object({ text: z.string() })), isError: z.boolean() }),
});

export interface RemoteCall {
  readonly name: string;
  readonly args: unknown;
  readonly signal: AbortSignal;
}

/** One tool call through the running server's own face. */
export async function callTool(server: EndpointEntry, { name, args, signal }: RemoteCall) {
  const token = (await readFile(server.tokenFile, "utf8")).trim();
  const response = await fetch(new URL("/api/v1/tools/call", server.url), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "user-agent": "langflow-connect" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } }),
    signal,
  });
  const answer = ToolAnswer.safeParse(await response.json());
  if (!answer.success) throw refused(response.status);
  const { content, isError } = answer.data.result;
  return { text: content[0]?.text ?? "", isError };
}

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

export interface ControlRequest {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** One call of the running server's control face, which only this user can make. */
export async function callControl(server: EndpointEntry, request: ControlRequest): Promise<unknown> {
  const { method, params, signal, progress } = request;
  const response = await fetch(new URL("/api/v1/langflow", server.url), {
    method: "POST",
    headers: { authorization: `Bearer ${server.control}`, "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal,
  });
  if (!response.ok || !response.body) throw refused(response.status);
  for await (const text of createInterface({ input: Readable.fromWeb(response.body) })) {
    const line = Line.parse(JSON.parse(text));
    if (line.method === "progress" && line.params) progress(line.params.message);
    if (line.method !== undefined) continue;
    if (!line.error) return line.result;
    const { data } = line.error;
    throw data
      ? new ToolError(data.code, data.message, data.remedy)
      : new ToolError("INTERNAL", line.error.message, "");
  }
  throw new ToolError("NOT_READY", "The server ended before it answered.", "Start `serve` again.");
}

function refused(status: number): ToolError {
  return new ToolError(
    "NOT_READY",
    `The running server refused the call (HTTP ${status}).`,
    "Start `serve` again with this version of langflow-connect.",
  );
}
