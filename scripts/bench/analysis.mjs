// @ts-check
// The endpoint and the TypeScript engine: cold start, warm questions, /health under load, size of answers.
import { once } from "node:events";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const symbol = { file: "clients/createClient.ts", name: "Client", pattern: /export type Client\b/ };

/** @param {{ folder: string }} bench @returns {Promise<import("../bench.mjs").Row[]>} */
export async function measure({ folder }) {
  const file = path.join(folder, symbol.file);
  const text = await readFile(file, "utf8");
  const before = text.slice(0, text.search(symbol.pattern) + "export type ".length);
  const place = { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };

  const theirs = await measureTsServer(file, place);
  const ours = await measureOurs(folder, `${symbol.file}#${symbol.name}`);
  const ratio = (/** @type {number} */ a, /** @type {number} */ b) => `${(a / b).toFixed(2)} ×`;
  return [
    { what: "start → tools/list", ours: ms(ours.list), limit: "≤ 1,000 ms", ok: ours.list <= 1000 },
    {
      what: "start → first references",
      ours: ms(ours.cold),
      beside: `tsserver ${ms(theirs.cold)}`,
      limit: `${ratio(ours.cold, theirs.cold)}, < 1`,
      ok: ours.cold < theirs.cold,
    },
    {
      what: `references of ${symbol.name}, warm`,
      ours: ms(ours.references),
      beside: `tsserver ${ms(theirs.references)}`,
      limit: `${ratio(ours.references, theirs.references)}, ≤ 1.2`,
      ok: ours.references <= 1.2 * theirs.references,
    },
    {
      what: "diagnostics of its file, warm",
      ours: ms(ours.diagnostics),
      beside: `tsserver ${ms(theirs.diagnostics)}`,
    },
    {
      what: "/health p99 during analyze_repository",
      ours: ms(ours.healthP99),
      limit: "< 50 ms",
      ok: ours.healthP99 < 50,
    },
    { what: "references answer, default", ours: `${ours.bytes} B`, limit: "≤ 2,048 B", ok: ours.bytes <= 2048 },
  ];
}

const ms = (/** @type {number} */ value) => `${value.toFixed(0)} ms`;
const median = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** @param {() => Promise<unknown>} work */
async function medianOf5(work) {
  const times = [];
  for (let turn = 0; turn < 5; turn++) times.push(await timed(work));
  return median(times);
}

/** @param {string} file @param {{ line: number, column: number }} place */
async function measureTsServer(file, { line, column }) {
  const start = performance.now();
  const main = path.join(root, "node_modules", "typescript", "lib", "tsserver.js");
  const child = spawn(process.execPath, [main, "--disableAutomaticTypingAcquisition", "--suppressDiagnosticEvents"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  let seq = 0;
  /** @type {Map<number, () => void>} */
  const waiting = new Map();
  createInterface(child.stdout).on("line", (line) => {
    if (!line.startsWith("{")) return;
    const reply = JSON.parse(line);
    if (reply.type === "response") waiting.get(reply.request_seq)?.();
  });
  const send = (/** @type {string} */ command, /** @type {object} */ args) =>
    child.stdin.write(`${JSON.stringify({ seq: ++seq, type: "request", command, arguments: args })}\n`);
  const ask = (/** @type {string} */ command, /** @type {object} */ args) =>
    new Promise((resolve) => {
      send(command, args);
      waiting.set(seq, () => resolve(undefined));
    });
  try {
    send("open", { file });
    const references = () => ask("references", { file, line, offset: column });
    await references();
    const cold = performance.now() - start;
    return {
      cold,
      references: await medianOf5(references),
      diagnostics: await medianOf5(() => ask("semanticDiagnosticsSync", { file })),
    };
  } finally {
    child.kill();
  }
}

/** @param {string} folder @param {string} name */
async function measureOurs(folder, name) {
  const data = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  const start = performance.now();
  const main = path.join(root, "dist", "server", "main.mjs");
  const child = spawn(process.execPath, [main, "serve", "--json", "--data", data, "--workspace", folder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [line] = await once(createInterface(child.stdout), "line");
    const { url, tokenFile } = JSON.parse(line);
    const token = (await readFile(tokenFile, "utf8")).trim();
    const post = async (/** @type {string} */ at, /** @type {string} */ method, /** @type {object} */ params) => {
      const response = await fetch(new URL(at, url), {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      });
      return response.text();
    };
    const call = (/** @type {string} */ tool, /** @type {object} */ args) =>
      post("/api/v1/tools/call", "tools/call", { name: tool, arguments: args });
    await post("/api/v1/tools/list", "tools/list", {});
    const list = performance.now() - start;
    const references = () => call("find_references", { symbol: name });
    const answer = JSON.parse(await references());
    const cold = performance.now() - start;
    const content = answer.result?.content?.[0]?.text ?? JSON.stringify(answer.result);
    return {
      list,
      cold,
      references: await medianOf5(references),
      diagnostics: await medianOf5(() => call("get_diagnostics", { path: symbol.file })),
      bytes: Buffer.byteLength(content),
      healthP99: await healthDuring(new URL("/health", url), () => call("analyze_repository", {})),
    };
  } finally {
    child.kill();
    await once(child, "exit");
    await rm(data, { recursive: true, force: true });
  }
}

/** @param {URL} url @param {() => Promise<unknown>} work */
async function healthDuring(url, work) {
  let over = false;
  const running = work().finally(() => (over = true));
  const times = [];
  while (!over) times.push(await timed(async () => (await fetch(url)).text()));
  await running;
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
}
