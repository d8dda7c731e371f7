// @ts-check
// What a user could take from npm instead: an MCP server over ts-morph. Installed once, into the cache.
import { existsSync } from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { cacheDir, installNpm } from "./cache.mjs";

export const peerName = "typescript-mcp";
const version = "0.0.14";

/** Undefined where it cannot be installed. @returns {Promise<string | undefined>} its main file */
export async function installPeer() {
  const folder = path.join(cacheDir(), `peer-${peerName}-${version}`);
  try {
    if (!existsSync(folder)) await installNpm({ packages: { [peerName]: version }, folder, timeoutMs: 120_000 });
  } catch (error) {
    console.error(`${peerName} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  return path.join(folder, "node_modules", peerName, "dist", `${peerName}.js`);
}

/** @param {string} main @param {string} root */
export async function startPeer(main, root) {
  const transport = new StdioClientTransport({ command: process.execPath, args: [main], cwd: root, stderr: "ignore" });
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(transport);
  return {
    /** @param {string} tool @param {object} args @returns {Promise<string>} */
    async text(tool, args) {
      const { content } = await client.callTool({ name: tool, arguments: { root, ...args } }, undefined, {
        timeout: 120_000,
      });
      return /** @type {{ text: string }[]} */ (content)[0]?.text ?? "";
    },
    close: () => client.close(),
  };
}
