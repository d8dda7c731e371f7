// What a user could take from npm instead: an MCP server over ts-morph. Installed once, into the cache.
import { existsSync } from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { z } from "zod";
import { cacheDir, installNpm } from "./cache.mjs";

export const peerName = "typescript-mcp";
const version = "0.0.14";

/**
 * Undefined where it cannot be installed.
 * @returns its main file
 */
export async function installPeer(): Promise<string | undefined> {
  const folder = path.join(cacheDir(), `peer-${peerName}-${version}`);
  try {
    if (!existsSync(folder)) await installNpm({ packages: { [peerName]: version }, folder, timeoutMs: 120_000 });
  } catch (error) {
    console.error(`${peerName} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  return path.join(folder, "node_modules", peerName, "dist", `${peerName}.js`);
}

export async function startPeer(main: string, root: string) {
  const transport = new StdioClientTransport({ command: process.execPath, args: [main], cwd: root, stderr: "ignore" });
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(transport);
  return {
    async text(tool: string, args: object): Promise<string> {
      const { content } = await client.callTool({ name: tool, arguments: { root, ...args } }, undefined, {
        timeout: 120_000,
      });
      return z.array(z.object({ text: z.string() })).parse(content)[0]?.text ?? "";
    },
    close: () => client.close(),
  };
}
