// npm run soak [-- --minutes 30 --warm-up 15]: a server and a VS Code window on one folder with a real Langflow: flow runs, edits that are
// taken back, questions, clients that come and go, and reloads of the window. Memory and handles of the server must not grow. What
// the system says of its memory comes and goes by megabytes, so garbage is collected in all its threads before each look.
// A release is what runs: build first, and build nothing meanwhile.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openLiveHeap } from "./lib/liveHeap.ts";
import { startLive, stopShared } from "../test/langflow/live.ts";
import { connect } from "../test/support/clients.ts";
import type { TestClient } from "../test/support/clients.ts";
import { openEditor, until } from "../test/support/editor.ts";
import { startServer } from "../test/support/server.ts";
import type { RunningServer } from "../test/support/server.ts";
import { scratchWorkspace } from "../test/support/workspaces.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, "warm-up": { type: "string", default: "15" } },
});
/** Caches fill, code is compiled, the ledger's totals get their first rows. */
const warmUp = Number(values["warm-up"]);
/** In all: the minutes that are judged come after the warm-up. */
const minutes = warmUp + Number(values.minutes);
/** Resident memory only shows a leak outside of the heaps, which is larger than its own ups and downs. */
const most = { bytesIn10Minutes: 1_000_000, residentIn10Minutes: 10_000_000, handles: 2, threads: 0 };
/** Of nothing asked: what was begun ends. */
const quietMs = 8_000;

interface Sample {
  readonly minute: number;
  /** Resident, as the system says. */
  readonly bytes: number;
  /** In use by all threads. */
  readonly live: number;
  /** Of it, compiled code. */
  readonly code: number;
  readonly handles: number;
  readonly threads: number;
  readonly rounds: number;
}

const started = performance.now();
const minute = () => (performance.now() - started) / 60_000;
const samples: Sample[] = [];
const counts = { runs: 0, edits: 0, questions: 0, clients: 0, reloads: 0, failures: 0 };

const source = (name: string, cases: number) =>
  `export function ${name}(a: number): number {\n${Array.from({ length: cases }, (_, at) => `  if (a === ${String(at)}) return ${String(at)};`).join("\n")}\n  return a;\n}\n`;
const files = Object.fromEntries(
  Array.from({ length: 300 }, (_, at) => [
    `src/part${String(at % 20)}/unit${String(at)}.ts`,
    source(`unit${String(at)}`, 5 + (at % 30)),
  ]),
);
const workspace = await scratchWorkspace(
  {
    ...files,
    "package.json": '{ "name": "orchard" }\n',
    "tsconfig.json": '{ "compilerOptions": { "strict": true } }\n',
  },
  { name: "orchard" },
);
const live = await startLive("1.13.0");
const inspected = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };
const server = await startServer({ folders: [workspace.folder], data: live.data, env: inspected });
const heap = await openLiveHeap(server.log());
const editor = await openEditor({ workspace: workspace.folder, data: live.data });
try {
  await live.connect(workspace.folder);
  const { id } = await live.ask(workspace.folder, "push", "workspace-analysis");
  while (minute() < minutes) {
    const quietAt = minute() + 1;
    while (minute() < quietAt) await round(id);
    if (Math.floor(minute()) % 4 === 0) await reload();
    await sleep(quietMs);
    samples.push(await sample(server));
    const last = samples.at(-1);
    if (last) console.log(JSON.stringify({ ...last, minute: Number(last.minute.toFixed(1)), ...counts }));
  }
  console.log(JSON.stringify(counts));
  process.exitCode = judged() ? 0 : 1;
} finally {
  heap.close();
  await editor.close();
  await server.stop();
  await live.stop();
  await stopShared();
  await workspace.remove();
}

async function round(flow: string): Promise<void> {
  const client = await connect("2026-07-28 http", server, [workspace.folder]);
  counts.clients++;
  try {
    await edit(client);
    await ask(client, "find_symbol", { query: "unit7" });
    await ask(client, "find_references", { symbol: "src/part7/unit7.ts#unit7" });
    await ask(client, "search_code", { query: `unit${String(counts.clients % 300)}` });
    await ask(client, "get_diagnostics", {});
    await live.ask(workspace.folder, "run", flow);
    counts.runs++;
    // As another program changes files beside us.
    const at = counts.clients % 300;
    const name = `src/part${String(at % 20)}/unit${String(at)}.ts`;
    writeFileSync(path.join(workspace.folder, name), source(`unit${String(at)}`, 5 + (counts.clients % 31)));
  } finally {
    await client.close();
  }
}

/** Written, renamed by the analysis, and both taken back. */
async function edit(client: TestClient): Promise<void> {
  const written = await ask(client, "write_file", {
    path: "src/new.ts",
    content: source("fresh", 9),
    overwrite: false,
  });
  const plan = await ask(client, "preview_refactoring", {
    ...{ operation: "rename_symbol", symbol: "src/new.ts#fresh", newName: "ripe" },
  });
  const applied = await ask(client, "apply_edits", { planId: plan["planId"] });
  await ask(client, "undo_edits", { undoId: applied["undoId"] });
  await ask(client, "undo_edits", { undoId: written["undoId"] });
  counts.edits++;
}

async function ask(client: TestClient, tool: string, args: Record<string, unknown>) {
  const { isError, value } = await client.call(tool, args);
  counts.questions++;
  if (isError) {
    counts.failures++;
    console.log(`${tool}: ${JSON.stringify(value)}`);
  }
  return value;
}

async function reload(): Promise<void> {
  await editor.page.reload({ timeout: 180_000 });
  counts.reloads++;
  await until("the window's server runs again, once", () => serversOf().length === 2, 180_000);
}

/** Processes that serve this data folder, or are a window's: those of other programs on this machine do not count. */
function serversOf(): readonly string[] {
  return execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => /server[\\/]main\.mjs/.test(line) && (line.includes(live.data) || isOfData(line)));
}

/** A window's server gets its data folder by its environment. */
function isOfData(line: string): boolean {
  try {
    const pid = line.trim().split(" ")[0] ?? "";
    return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`LFC_DATA=${live.data}\0`);
  } catch {
    return false;
  }
}

async function sample({ pid, url, token }: RunningServer): Promise<Sample> {
  const metrics = await fetch(new URL("/metrics", url), { headers: { authorization: `Bearer ${token}` } });
  const figure = (name: string, text: string) => Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1]);
  const text = await metrics.text();
  const used = await heap.measure();
  return {
    minute: minute(),
    bytes: figure("process_resident_memory_bytes", text),
    live: used.all,
    code: used.code,
    handles: readdirSync(`/proc/${String(pid)}/fd`).length,
    threads: readdirSync(`/proc/${String(pid)}/task`).length,
    rounds: counts.clients,
  };
}

/** The middle of the slopes between every two samples (Theil and Sen): one sample that jumps does not decide it. */
function slope(of: readonly Sample[], value: (sample: Sample) => number): number {
  const slopes = of.flatMap((a, at) => of.slice(at + 1).map((b) => (value(b) - value(a)) / (b.minute - a.minute)));
  return slopes.toSorted((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? Number.NaN;
}

function judged(): boolean {
  const after = samples.filter((each) => each.minute > warmUp);
  const [first, last] = [after[0], after.at(-1)];
  if (!first || !last) throw new Error("Too short to say anything.");
  const growth = slope(after, ({ bytes }) => bytes) * 10;
  const inUse = slope(after, (each) => each.live) * 10;
  const withoutCode = slope(after, (each) => each.live - each.code) * 10;
  const rows = [
    ["memory in use by all threads, in 10 min", `${(inUse / 1e6).toFixed(2)} MB`, inUse <= most.bytesIn10Minutes],
    ["the same without compiled code", `${(withoutCode / 1e6).toFixed(2)} MB`, withoutCode <= most.bytesIn10Minutes],
    ["resident memory in 10 min", `${(growth / 1e6).toFixed(2)} MB`, growth <= most.residentIn10Minutes],
    ["handles", `${String(first.handles)} to ${String(last.handles)}`, last.handles <= first.handles + most.handles],
    ["threads", `${String(first.threads)} to ${String(last.threads)}`, last.threads <= first.threads + most.threads],
    ["failed calls", String(counts.failures), counts.failures === 0],
  ] as const;
  for (const [what, is, ok] of rows) console.log(`${ok ? "ok    " : "FAILED"} ${what}: ${is}`);
  return rows.every(([, , ok]) => ok);
}
