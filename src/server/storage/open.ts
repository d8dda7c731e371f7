import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import initSqlJs from "sql.js";
import type { SqlJsStatic } from "sql.js";
import { StorageError, fileError } from "./database.ts";
import type { Database } from "./database.ts";
import { loadNodeSqlite, openNodeDatabase } from "./nodeEngine.ts";
import { openSqljsDatabase } from "./sqljs/engine.ts";
import { takeLock } from "../platform/fileLock.ts";
import { openNodeReadOnly, openReadOnly } from "./sqljs/readOnly.ts";
import type { ReadOnlyStore } from "./sqljs/readOnly.ts";

/** Which engine a user asks for: SQLite of Node, sql.js, or the first of them that is there. */
export type EngineChoice = "auto" | "node" | "sqljs";
export type Engine = "node" | "sqljs";

export interface OpenOptions {
  readonly folder: string;
  /** Base name of the files. */
  readonly name: string;
  readonly engine: EngineChoice;
  /** Where sql-wasm.wasm lies. */
  readonly wasm: string;
  notice(message: string): void;
}

export interface OpenStore {
  readonly engine: Engine;
  readonly file: string;
  readonly database: Database;
  /** The stores that other processes write beside this one, to be merged in reports; close each. */
  others(): Promise<readonly ReadOnlyStore[]>;
}

/** A slot more than anyone opens windows without node:sqlite. */
const maxSlots = 64;

/**
 * Opens the store of this user: SQLite's file for all processes, or with sql.js the first file that no living process
 * writes.
 */
export async function openStore(options: OpenOptions): Promise<OpenStore> {
  const { folder, name } = options;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileError(error);
  }
  const sqlite = options.engine === "sqljs" ? undefined : await loadNodeSqlite();
  if (sqlite) {
    const file = path.join(folder, `${name}.db`);
    return { engine: "node", file, database: openNodeDatabase(sqlite, file), others: () => others(options, file) };
  }
  if (options.engine === "node") {
    throw new StorageError("failed", "This Node has no node:sqlite.", { remedy: "Set LFC_STORAGE_ENGINE to auto." });
  }
  const sqljs = await loadSqljs(options.wasm);
  for (let slot = 1; slot <= maxSlots; slot++) {
    const file = path.join(folder, `${name}.sqljs-${String(slot)}.db`);
    const lock = lockOf(file);
    if (!lock) continue;
    const database = openSqljsDatabase({ sqljs, file, lock, notice: options.notice });
    return { engine: "sqljs", file, database, others: () => others(options, file) };
  }
  throw new StorageError("busy", `${String(maxSlots)} processes write the store already.`);
}

function lockOf(file: string): ReturnType<typeof takeLock> {
  try {
    return takeLock(file);
  } catch (error) {
    throw fileError(error);
  }
}

async function others(options: OpenOptions, own: string): Promise<readonly ReadOnlyStore[]> {
  const { folder, name, wasm, notice } = options;
  const files = [path.join(folder, `${name}.db`), ...sqljsFiles(folder, name)];
  const found = files.filter((file) => file !== own && (file.includes(".sqljs-") || existsSync(file)));
  if (found.length === 0) return [];
  const sqljs = await loadSqljs(wasm);
  return found.flatMap((file) => {
    try {
      return [file.includes(".sqljs-") ? openReadOnly(sqljs, file) : openNodeReadOnly(sqljs, file)];
    } catch (error) {
      notice(`${path.basename(file)} is left out of the report: ${fileError(error).message}`);
      return [];
    }
  });
}

/** Files of sql.js in the folder: images and, for a store that never had a snapshot, its first journal. */
export function sqljsFiles(folder: string, name: string): readonly string[] {
  const prefix = `${name}.sqljs-`;
  const bases = readdirSync(folder)
    .filter((found) => found.startsWith(prefix))
    .map((found) => /^.*?\.sqljs-\d+\.db(?=$|\.j\d+$)/.exec(found)?.[0])
    .filter((base) => base !== undefined);
  return [...new Set(bases)].map((base) => path.join(folder, base));
}

let loading: Promise<SqlJsStatic> | undefined;

export function loadSqljs(wasm: string): Promise<SqlJsStatic> {
  loading ??= initSqlJs({ wasmBinary: new Uint8Array(readFileSync(wasm)).buffer });
  return loading;
}
