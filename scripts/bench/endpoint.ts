// Calls per second of a small tool beside the bare SDK with the same tools, by the same clients. Both do the same work in
// read_file: the difference is what our endpoint puts around a tool.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { median, startOurs } from "../lib/bench.ts";
import type { Row } from "../lib/bench.ts";

const clients = 16;
const roundMs = 500;
const rounds = 21;
const main = fileURLToPath(new URL("../lib/bareMcpServer.ts", import.meta.url));
const file = "notes.txt";
const text = "a small file\n";

export async function measure(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  await writeFile(path.join(folder, file), text);
  const ours = await startOurs(folder);
  const { tools } = await ours.list();
  const list = path.join(folder, "tools.json");
  await writeFile(list, JSON.stringify(tools));
  const bare = spawn(process.execPath, [main, folder, list], { stdio: ["ignore", "pipe", "inherit"] });
  const url = String((await once(createInterface(bare.stdout), "line"))[0]);
  try {
    const pairs: { own: Load; bare: Load }[] = [];
    // Four in vain: both compile on their first calls.
    for (let round = -4; round < rounds; round++) {
      const pair = { bare: await load(bare.pid, url), own: await load(ours.pid, ours.url, ours.token) };
      if (round >= 0) pairs.push(pair);
    }
    // Of rounds that follow each other: what else the machine does comes and goes, and slows both of them alike.
    const share = median(pairs.map(({ own, bare }) => own.rate / bare.rate));
    const middle = (side: "own" | "bare", what: keyof Load) => median(pairs.map((pair) => pair[side][what]));
    return [
      {
        what: `read_file, calls per second of ${clients} clients`,
        ours: middle("own", "rate").toFixed(0),
        beside: `bare SDK ${middle("bare", "rate").toFixed(0)}`,
        limit: `${(100 * share).toFixed(0)} %, ≥ 80 %`,
        ok: share >= 0.8,
      },
      // Without a free core for the ledger's thread, the rates come to differ as these do.
      {
        what: "read_file, CPU time of a call in all threads",
        ours: us(middle("own", "cpu")),
        beside: `bare SDK ${us(middle("bare", "cpu"))}`,
      },
    ];
  } finally {
    bare.kill();
    await ours.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const us = (milliseconds: number) => `${(1000 * milliseconds).toFixed(0)} µs`;

interface Load {
  /** Calls per second. */
  readonly rate: number;
  /** Milliseconds of a call. */
  readonly cpu: number;
}

async function load(pid: number | undefined, url: string, token = "none"): Promise<Load> {
  const pool = new Pool(new URL(url).origin, { connections: clients });
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "read_file", arguments: { path: file } },
  });
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": "2025-11-25",
  };
  const before = cpuMs(pid);
  const start = performance.now();
  let calls = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < start + roundMs) {
        const answer = await pool.request({ path: new URL(url).pathname, method: "POST", headers, body });
        if (!(await answer.body.text()).includes("a small file")) throw new Error("The answer is not the file.");
        calls++;
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  return { rate: calls / seconds, cpu: (cpuMs(pid) - before) / calls };
}

/** Of a process until now; 0 where the system does not show it by files. */
function cpuMs(pid: number | undefined) {
  try {
    // Behind the name, which may contain spaces: user and system time are the 14th and 15th fields, in 1/100 s.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return 0;
  }
}
