// What the benches share: medians, and the two that are compared, our server and raw tsserver, as processes of their own.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { startServer } from "../../test/support/server.ts";
import { startTsServer } from "../../test/support/tsserver.ts";

/** A much-used one: its file from the folder, and its name there */
interface UsedSymbol {
  file: string;
  name: string;
}
export interface Bench {
  folder: string;
  symbol: UsedSymbol;
}
export interface Row {
  what: string;
  ours: string;
  beside?: string;
  limit?: string;
  ok?: boolean;
}
interface Position {
  line: number;
  column: number;
}

export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
export const times = (a: number, b: number) => `${(a / b).toFixed(2)} ×`;
export const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export async function timed(work: () => unknown) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export async function medianOf5(work: () => unknown) {
  const all = [];
  for (let turn = 0; turn < 5; turn++) all.push(await timed(work));
  return median(all);
}

export function gitGrep(folder: string, text: string, ...flags: string[]) {
  execFileSync("git", ["grep", ...flags, "-nIF", text], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
}

export function searchRow(what: string, ours: number, theirs: number): Row {
  const limit = `${times(ours, theirs)}, ≤ 4`;
  return { what, ours: ms(ours), beside: `git grep ${ms(theirs)}`, limit, ok: ours <= 4 * theirs };
}

/** Where the symbol is declared. */
export async function locationOf({ folder, symbol }: Bench): Promise<Position> {
  const text = await readFile(path.join(folder, symbol.file), "utf8");
  const found = new RegExp(`\\b(?:class|interface|type|enum|function|const|let) ${symbol.name}\\b`).exec(text);
  if (!found) throw new Error(`${symbol.file} declares no ${symbol.name}.`);
  const before = text.slice(0, found.index + found[0].length - symbol.name.length);
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}

const toolsList = z.object({
  tools: z.array(z.looseObject({ name: z.string(), annotations: z.object({ readOnlyHint: z.boolean() }) })),
});
const toolAnswer = z.object({ content: z.tuple([z.object({ text: z.string() })]), isError: z.boolean().optional() });

/** Our server, ready for calls. */
export async function startOurs(folder: string) {
  const server = await startServer({ folders: [folder] });
  const post = async (what: "list" | "call", params: object): Promise<unknown> => {
    const response = await fetch(new URL(`/api/v1/tools/${what}`, server.url), {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: `tools/${what}`, params }),
    });
    return z.object({ result: z.unknown() }).parse(await response.json()).result;
  };
  /** The text of an answer. */
  async function text(name: string, args: object = {}): Promise<string> {
    const { content, isError } = toolAnswer.parse(await post("call", { name, arguments: args }));
    const [answer] = content;
    if (isError === true) throw new Error(`${name}: ${answer.text}`);
    return answer.text;
  }
  return {
    ...server,
    list: async () => toolsList.parse(await post("list", {})),
    text,
    /** The answer itself. */
    call: async (name: string, args?: object): Promise<unknown> => JSON.parse(await text(name, args)),
  };
}

/** tsserver with the file open. */
export async function startTheirs(file: string) {
  const server = startTsServer();
  await server.open(file);
  return server;
}

/** Watches the memory of a process and its children until it is stopped; then gives the most there was, in bytes. */
export function watchMemory(pid: number): () => number {
  let most = 0;
  const look = () => (most = Math.max(most, residentBytes(pid)));
  const timer = setInterval(look, 50);
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}

/** In bytes, of a process and its children; 0 where the system does not show it by files. */
export function residentBytes(pid: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return children.reduce((sum, child) => sum + residentBytes(Number(child)), own);
  } catch {
    return 0;
  }
}
