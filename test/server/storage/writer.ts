// Writes rows as fast as it can and prints each id once its commit has returned. Killed by kill.test.ts.
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import type { EngineChoice } from "../../../src/server/storage/open.ts";
import { openSqljsDatabase } from "../../../src/server/storage/sqljs/engine.ts";
import { loadSqljs, openStore } from "../../../src/server/storage/open.ts";
import { takeLock } from "../../../src/server/platform/fileLock.ts";

const [folder = "", engine = "", wasm = ""] = process.argv.slice(2);
const database = engine === "sqljs" ? await smallSnapshots() : await shared();
database.exec("CREATE TABLE IF NOT EXISTS t (id TEXT PRIMARY KEY, text TEXT)");
const insert = database.prepare("INSERT INTO t (id, text) VALUES (?, ?)");
for (;;) {
  const id = randomUUID();
  insert.run(id, "x".repeat(200));
  writeSync(1, `${id}\n`);
}

async function shared() {
  const store = await openStore({ folder, name: "k", engine: engine as EngineChoice, wasm, notice: () => undefined });
  return store.database;
}

/** A snapshot every hundred rows or so, to be killed in the middle of some. */
async function smallSnapshots() {
  const file = `${folder}/k.sqljs-1.db`;
  const lock = takeLock(file);
  if (!lock) throw new Error("The lock of a killed writer was not taken over.");
  const sqljs = await loadSqljs(wasm);
  return openSqljsDatabase({ sqljs, file, lock, notice: () => undefined, snapshotBytes: 30_000 });
}
