import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openStore } from "../../../src/server/storage/open.ts";
import { wasmFile } from "./wasm.ts";

const writer = fileURLToPath(new URL("writer.ts", import.meta.url));
const rounds = 6;
const leastRows = 20;
/** An id and the end of its line. */
const idLine = 37;

for (const engine of ["node", "sqljs"] as const) {
  it(`loses no acknowledged row in ${String(rounds)} kills of a writer on ${engine}`, async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(path.join(tmpdir(), "lfc-kill-"));
    try {
      const acknowledged = new Set<string>();
      for (let round = 0; round < rounds; round++) {
        for (const id of await writeUntilKilled(folder, engine, round)) acknowledged.add(id);
      }
      assert.ok(acknowledged.size >= rounds * leastRows, `${String(acknowledged.size)} rows`);
      const store = await openStore({ folder, name: "k", engine, wasm: wasmFile, notice: () => undefined });
      const found = store.database.prepare("SELECT id FROM t").all();
      store.database.close();
      const ids = new Set(found.map((row) => String(row.id)));
      assert.deepEqual(
        [...acknowledged].filter((id) => !ids.has(id)),
        [],
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** The ids that the writer printed, each after its commit, until it was killed at some moment. */
async function writeUntilKilled(folder: string, engine: string, round: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", writer, folder, engine, wasmFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  // By rows first: on a busy machine a moment may pass without any.
  while (output.length < leastRows * idLine) await once(child.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, (round * 37) % 120));
  child.kill("SIGKILL");
  await ended;
  // The last line may be cut, and then is no whole id.
  return output.split("\n").slice(0, -1);
}
