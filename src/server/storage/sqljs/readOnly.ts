import { readFileSync, statSync } from "node:fs";
import type { Database as SqlDatabase, SqlJsStatic } from "sql.js";
import type { Row, SqlValue } from "../database.ts";
import { StorageError } from "../database.ts";
import { allOf, replayed } from "./engine.ts";
import { generationOf, journalPath, readIfThere } from "./files.ts";
import { decodeJournal } from "./journal.ts";
import { imageWithWal } from "./walImage.ts";

/** Rows of a store that another process writes, as of the last whole commit. Nothing of it is changed. */
export interface ReadOnlyStore {
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
  /** The whole database as an SQLite file. */
  image(): Uint8Array;
  close(): void;
}

export function openReadOnly(sqljs: SqlJsStatic, file: string): ReadOnlyStore {
  const { image, journal } = readPair(file);
  return readOnly(replayed(sqljs, image, decodeJournal(journal).commits));
}

/** The same for a file that node:sqlite writes. */
export function openNodeReadOnly(sqljs: SqlJsStatic, file: string): ReadOnlyStore {
  return readOnly(replayed(sqljs, imageWithWal(file), []));
}

export function readOnly(sql: SqlDatabase): ReadOnlyStore {
  return {
    all: (text, ...params) => allOf(sql, text, params),
    image: () => sql.export(),
    close() {
      sql.close();
    },
  };
}

/** Image and journal of one generation: the writer may replace both between the two reads. */
function readPair(file: string): { image: Buffer | undefined; journal: Buffer } {
  for (let attempt = 0; attempt < 10; attempt++) {
    const image = readIfThere(file);
    const journal = readIfThere(journalPath(file, generationOf(image)));
    if (journal) return { image, journal };
    if (!image) return { image, journal: Buffer.alloc(0) };
    // A database that was left without a journal is whole as it is.
    if (stamp(file) === stamp(file) && attempt > 2) return { image: readFileSync(file), journal: Buffer.alloc(0) };
  }
  throw new StorageError("busy", "Another process writes the ledger too quickly for it to be read.");
}

function stamp(file: string): string {
  const { ino, size, mtimeNs } = statSync(file, { bigint: true });
  return [ino, size, mtimeNs].join();
}
