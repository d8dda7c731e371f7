// The SDK alone: node scripts/lib/bareMcpServer.ts FOLDER TOOLS.json serves these tools, of which read_file does its work,
// and prints its URL. No guard, no ledger, no redaction of answers: what the endpoint is measured against.
import { readFile as readText } from "node:fs/promises";
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { Server, createMcpHandler } from "@modelcontextprotocol/server";
import { z } from "zod";
import { localUser } from "../../src/server/platform/call.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import { readFile } from "../../src/server/tools/readFile.ts";
import { openWorkspace } from "../../src/server/workspace/workspace.ts";

const [folder = "", toolsFile = ""] = process.argv.slice(2);
// The schemas of the arguments go to clients as they are; nothing here reads them.
const tools = z
  .array(z.looseObject({ name: z.string(), inputSchema: z.looseObject({ type: z.literal("object") }) }))
  .parse(JSON.parse(await readText(toolsFile, "utf8")));
const call = {
  log: createLogger(() => undefined),
  signal: new AbortController().signal,
  caller: { face: "mcp", client: "bench", principal: localUser },
  callId: "bench",
  arrivedAt: new Date(),
  progress: () => undefined,
} as const;
const workspace = await openWorkspace([folder]);
const handler = createMcpHandler(() => {
  const server = new Server({ name: "bare", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({ tools }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    const bound = readFile.bind(params.arguments);
    if (!bound.ok) throw bound.error;
    const answer = await bound.run(call, { workspace });
    return { content: [{ type: "text", text: JSON.stringify(answer) }] };
  });
  return server;
});
const serve = toNodeHandler(handler);
const server = createServer((request, response) => {
  // The adapter's type wants method and url to be there; Node's says that they may not be.
  void serve(Object.assign(request, { method: request.method ?? "", url: request.url ?? "" }), response);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`http://127.0.0.1:${address.port}/mcp`);
});
