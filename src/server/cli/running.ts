import { readFile } from "node:fs/promises";
import { z } from "zod";
import { dataFiles } from "../platform/dataFolder.ts";
import { post, reaching, refused } from "../endpoint/askServer.ts";
import { liveEndpoints } from "../endpoint/entries.ts";
import type { EndpointEntry } from "../endpoint/entries.ts";
import { openRoots, rootsHash } from "../workspace/paths/roots.ts";

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
  const request = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } };
  const answer = await reaching(signal, async () => {
    const response = await post(new URL("/api/v1/tools/call", server.url), { token, request, signal });
    const parsed = ToolAnswer.safeParse(await response.json());
    if (!parsed.success) throw refused(response.status);
    return parsed.data.result;
  });
  return { text: answer.content[0]?.text ?? "", isError: answer.isError };
}
