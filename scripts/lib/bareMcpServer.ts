// The SDK alone: node scripts/lib/bareMcpServer.ts FOLDER TOOLS.json serves these tools, of which read_file does its work,
// and prints its URL. No guard, no ledger, no redaction of answers: what the endpoint is measured against.
import { readFile as readText } from "node:fs/promises";
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { Server, createMcpHandler } from "@modelcontextprotocol/server";
import { readFile } from "../../src/server/tools/readFile.ts";
import { openWorkspace } from "../../src/server/workspace/workspace.ts";

const [folder = "", toolsFile = ""] = process.argv.slice(2);
const tools = JSON.parse(await readText(toolsFile, "utf8"));
const workspace = await openWorkspace([folder]);
const handler = createMcpHandler(() => {
  const server = new Server({ name: "bare", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({ tools }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    const answer = await readFile.bind(params.arguments).run({}, { workspace });
    return { content: [{ type: "text", text: JSON.stringify(answer) }] };
  });
  return server;
});
const server = createServer(toNodeHandler(handler));
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/mcp`));
