// @ts-check
// What the benches share: medians, and the two that are compared, our server and raw tsserver, as processes of their own.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { startServer } from "../../test/support/server.ts";
import { startTsServer } from "../../test/support/tsserver.ts";

/**
 * @typedef {{ file: string, name: string }} Symbol a much-used one: its file from the folder, and its name there
 * @typedef {{ folder: string, symbol: Symbol }} Bench
 * @typedef {{ what: string, ours: string, beside?: string, limit?: string, ok?: boolean }} Row
 * @typedef {{ line: number, column: number }} Place
 */

export const ms = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
export const times = (/** @type {number} */ a, /** @type {number} */ b) => `${(a / b).toFixed(2)} ×`;
export const median = (/** @type {readonly number[]} */ values) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** @param {() => unknown} work */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** @param {() => unknown} work */
export async function medianOf5(work) {
  const all = [];
  for (let turn = 0; turn < 5; turn++) all.push(await timed(work));
  return median(all);
}

/** Where the symbol is declared. @param {Bench} bench @returns {Promise<Place>} */
export async function placeOf({ folder, symbol }) {
  const text = await readFile(path.join(folder, symbol.file), "utf8");
  const found = new RegExp(`\\b(?:class|interface|type|enum|function|const|let) ${symbol.name}\\b`).exec(text);
  if (!found) throw new Error(`${symbol.file} declares no ${symbol.name}.`);
  const before = text.slice(0, found.index + found[0].length - symbol.name.length);
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}

/** Our server, ready for calls. @param {string} folder */
export async function startOurs(folder) {
  const server = await startServer({ folders: [folder] });
  /** @param {"list" | "call"} what @param {object} params */
  const post = async (what, params) => {
    const response = await fetch(new URL(`/api/v1/tools/${what}`, server.url), {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: `tools/${what}`, params }),
    });
    return (await response.json()).result;
  };
  return {
    ...server,
    list: () => post("list", {}),
    /** The text of an answer. @param {string} name @param {object} [args] @returns {Promise<string>} */
    async text(name, args = {}) {
      const { content, isError } = await post("call", { name, arguments: args });
      if (isError) throw new Error(`${name}: ${content[0].text}`);
      return content[0].text;
    },
    /** The answer itself. @param {string} name @param {object} [args] */
    async call(name, args) {
      return JSON.parse(await this.text(name, args));
    },
  };
}

/** tsserver with the file open. @param {string} file */
export async function startTheirs(file) {
  const server = startTsServer();
  await server.open(file);
  return server;
}

/**
 * Watches the memory of a process and its children until it is told to stop; then gives the most there was, in bytes.
 * @param {number} pid
 * @returns {() => number}
 */
export function watchMemory(pid) {
  let most = 0;
  const look = () => (most = Math.max(most, residentBytes(pid)));
  const timer = setInterval(look, 50);
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}

/** Of a process and its children; 0 where the system does not tell it by files. @param {number} pid @returns {number} */
function residentBytes(pid) {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return children.reduce((sum, child) => sum + residentBytes(Number(child)), own);
  } catch {
    return 0;
  }
}
