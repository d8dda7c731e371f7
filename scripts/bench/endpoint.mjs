// @ts-check
// Calls per second of a small tool beside the bare SDK with the same tools, by the same clients.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { median, startOurs } from "../lib/bench.mjs";

const clients = 16;
const roundMs = 2000;
const main = fileURLToPath(new URL("../lib/bareMcpServer.mjs", import.meta.url));
const file = "notes.txt";
const text = "a small file\n";

/** @returns {Promise<import("../lib/bench.mjs").Row[]>} */
export async function measure() {
  const folder = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  await writeFile(path.join(folder, file), text);
  const ours = await startOurs(folder);
  const { tools } = await ours.list();
  const list = path.join(folder, "tools.json");
  await writeFile(list, JSON.stringify(tools));
  const bare = spawn(process.execPath, [main, folder, list], { stdio: ["ignore", "pipe", "inherit"] });
  const [url] = await once(createInterface(bare.stdout), "line");
  try {
    const rates = { ours: [], bare: [] };
    // Once in vain: both compile on their first calls.
    for (let round = 0; round < 6; round++) {
      const [one, other] = [await callsPerSecond(url), await callsPerSecond(ours.url, ours.token)];
      if (round === 0) continue;
      rates.bare.push(one);
      rates.ours.push(other);
    }
    const [rate, beside] = [median(rates.ours), median(rates.bare)];
    return [
      {
        what: `read_file, calls per second of ${clients} clients`,
        ours: rate.toFixed(0),
        beside: `bare SDK ${beside.toFixed(0)}`,
        limit: `${((100 * rate) / beside).toFixed(0)} %, ≥ 80 %`,
        ok: rate >= 0.8 * beside,
      },
    ];
  } finally {
    bare.kill();
    await ours.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} url @param {string} [token] */
async function callsPerSecond(url, token = "none") {
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
  const end = performance.now() + roundMs;
  let calls = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const answer = await pool.request({ path: new URL(url).pathname, method: "POST", headers, body });
        if (!(await answer.body.text()).includes("a small file")) throw new Error("The answer is not the file.");
        calls++;
      }
    }),
  );
  await pool.close();
  return (1000 * calls) / roundMs;
}
