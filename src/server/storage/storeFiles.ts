import { chmodSync, closeSync, existsSync, openSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StorageError } from "./database.ts";
import type { Row, SqlValue } from "./database.ts";
import { loadNodeSqlite, readNodeDatabase, vacuumNodeDatabase } from "./nodeEngine.ts";
import { loadSqljs, sqljsFiles } from "./open.ts";
import type { Engine, EngineChoice } from "./open.ts";
import { compactSqljs } from "./sqljs/compact.ts";
import { openNodeReadOnly, openReadOnly } from "./sqljs/readOnly.ts";

/** One store on the disk, open for reading while other processes write it. */
export interface StoreFile {
  /** Of the file. */
  readonly name: string;
  /** Which engine writes it. */
  readonly engine: Engine;
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
  /** All that the work reads is of one moment. */
  snapshot<T>(work: () => T): T;
  /** The whole store, of one moment, as an SQLite file that is empty or not there. */
  copyTo(file: string): void;
  close(): void;
}

export interface StoreFolder {
  readonly folder: string;
  /** Base name of the files. */
  readonly name: string;
  readonly engine: EngineChoice;
  /** Where sql-wasm.wasm lies. */
  readonly wasm: string;
}

/** Of the database, and of the log or journal beside it. */
export interface StoreBytes {
  readonly file: number;
  readonly log: number;
}

/** Paths of the stores of this user, SQLite's own first, then those that processes with sql.js write. */
export function storePaths({ folder, name }: StoreFolder): readonly string[] {
  if (!existsSync(folder)) return [];
  const own = path.join(folder, `${name}.db`);
  const others = sqljsFiles(folder, name).toSorted((a, b) => slotOf(a) - slotOf(b));
  return [...(existsSync(own) ? [own] : []), ...others];
}

export async function openStoreFile(file: string, { engine, wasm }: StoreFolder): Promise<StoreFile> {
  const name = path.basename(file);
  const sqlite = isSqljs(file) || engine === "sqljs" ? undefined : await loadNodeSqlite();
  if (sqlite) return { name, engine: "node", ...readNodeDatabase(sqlite, file) };
  const sqljs = await loadSqljs(wasm);
  const store = isSqljs(file) ? openReadOnly(sqljs, file) : openNodeReadOnly(sqljs, file);
  return {
    name,
    engine: isSqljs(file) ? "sqljs" : "node",
    all: store.all,
    // It is of one moment.
    snapshot: (work) => work(),
    copyTo: (target) => {
      writeFileSync(target, store.image());
    },
    close: store.close,
  };
}

/** Gives the space of deleted rows back. Fails as busy for a file of sql.js that another process writes. */
export async function vacuumStore(file: string, { engine, wasm }: StoreFolder): Promise<void> {
  if (isSqljs(file)) {
    compactSqljs(await loadSqljs(wasm), file);
    return;
  }
  const sqlite = engine === "sqljs" ? undefined : await loadNodeSqlite();
  if (!sqlite) {
    throw new StorageError("failed", "This file can only be vacuumed by SQLite of Node.", {
      remedy: "Use a Node with node:sqlite, and LFC_STORAGE_ENGINE auto or node.",
    });
  }
  vacuumNodeDatabase(sqlite, file);
}

export function storeBytes(file: string): StoreBytes {
  const folder = path.dirname(file);
  const base = path.basename(file);
  const logs = readdirSync(folder).filter((name) => name === `${base}-wal` || name.startsWith(`${base}.j`));
  const size = (one: string) => statSync(one, { throwIfNoEntry: false })?.size ?? 0;
  return { file: size(file), log: logs.reduce((sum, name) => sum + size(path.join(folder, name)), 0) };
}

/** An empty file that only this user can read, for a copy of a store. */
export function makePrivate(file: string): void {
  closeSync(openSync(file, "wx", 0o600));
  chmodSync(file, 0o600);
}

function isSqljs(file: string): boolean {
  return path.basename(file).includes(".sqljs-");
}

function slotOf(file: string): number {
  return Number(/\.sqljs-(\d+)\.db$/.exec(file)?.[1]);
}
