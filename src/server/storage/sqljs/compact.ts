import { closeSync, readdirSync } from "node:fs";
import path from "node:path";
import type { SqlJsStatic } from "sql.js";
import { StorageError } from "../database.ts";
import { takeLock } from "../../platform/fileLock.ts";
import { generationOf, journalPath, readIfThere, sweepOthers, writeSnapshot } from "./files.ts";
import { decodeJournal } from "./journal.ts";
import { replayed } from "./engine.ts";

/** Writes a file that no living process writes as a new image without free pages, and with an empty journal. */
export function compactSqljs(sqljs: SqlJsStatic, file: string): void {
  withLock(file, () => {
    const image = readIfThere(file);
    const generation = generationOf(image);
    const journal = readIfThere(journalPath(file, generation)) ?? Buffer.alloc(0);
    const sql = replayed(sqljs, image, decodeJournal(journal).commits);
    try {
      sql.run("VACUUM");
      sql.run(`PRAGMA user_version = ${String(generation + 1)}`);
      closeSync(writeSnapshot(file, sql.export(), generation + 1));
      sweepOthers(file, generation + 1);
    } finally {
      sql.close();
    }
  });
}

/** Puts another image in the position of a store; a kill leaves the one or the other whole. */
export function replaceSqljs(sqljs: SqlJsStatic, file: string, image: Uint8Array): void {
  // Above every journal that lies there, so that none of them fits the new image.
  const generation = Math.max(0, ...generationsOf(file)) + 1;
  const sql = new sqljs.Database(image);
  try {
    sql.run(`PRAGMA user_version = ${String(generation)}`);
    closeSync(writeSnapshot(file, sql.export(), generation));
    sweepOthers(file, generation);
  } finally {
    sql.close();
  }
}

/** Of the image, when it is whole, and of the journals. */
function generationsOf(file: string): readonly number[] {
  const prefix = `${path.basename(file)}.j`;
  const journals = readdirSync(path.dirname(file)).flatMap((name) => {
    const generation = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN;
    return Number.isSafeInteger(generation) ? [generation] : [];
  });
  try {
    return [...journals, generationOf(readIfThere(file))];
  } catch {
    return journals;
  }
}

export function withLock<T>(file: string, work: () => T): T {
  const lock = takeLock(file);
  if (!lock) {
    throw new StorageError("busy", "Another process writes this file.", { remedy: "Stop it, then try again." });
  }
  try {
    return work();
  } finally {
    lock.release();
  }
}
