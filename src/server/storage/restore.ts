import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import path from "node:path";
import type { SqlJsStatic } from "sql.js";
import { StorageError, fileError } from "./database.ts";
import { alone, loadNodeSqlite, readNodeDatabase } from "./nodeEngine.ts";
import type { Sqlite } from "./nodeEngine.ts";
import { loadSqljs } from "./open.ts";
import { replaceSqljs, withLock } from "./sqljs/compact.ts";
import { syncFolder } from "./sqljs/files.ts";
import { openNodeReadOnly } from "./sqljs/readOnly.ts";
import type { ReadOnlyStore } from "./sqljs/readOnly.ts";
import { makePrivate } from "./storeFiles.ts";
import type { StoreFolder } from "./storeFiles.ts";

export interface Restored {
  /** The store that is there now. */
  readonly file: string;
  /** Where the replaced store is; absent when there was none. */
  readonly kept?: string;
}

interface RestoreOptions extends StoreFolder {
  readonly from: string;
  /** Throws for a file that must not be restored. */
  check(store: Pick<ReadOnlyStore, "all">): void;
  /** Throws when stores beside the one of this path stand in the way. */
  others(own: string): Promise<void>;
  readonly now: Date;
}

/**
 * Puts a copy of a file in the position of the store, whole or not at all. What is checked is the copy, which nobody
 * else can change.
 */
export async function restoreStore(options: RestoreOptions): Promise<Restored> {
  const { folder, name, engine, wasm, from } = options;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileError(error);
  }
  const sqlite = engine === "sqljs" ? undefined : await loadNodeSqlite();
  const file = path.join(folder, sqlite ? `${name}.db` : `${name}.sqljs-1.db`);
  await options.others(file);
  const copy = path.join(folder, `${name}.${randomBytes(6).toString("hex")}.restoring`);
  const put: Put = {
    ...options,
    copy,
    file,
    kept: path.join(folder, `replaced-${options.now.toISOString().replaceAll(/[:.]/g, "-")}`),
  };
  try {
    copyWhole(from, copy);
    const kept = sqlite ? putNode(sqlite, put) : putSqljs(await loadSqljs(wasm), put);
    return { file, ...(kept !== undefined && { kept }) };
  } finally {
    for (const end of ["", "-wal", "-shm"]) rmSync(`${copy}${end}`, { force: true });
  }
}

interface Put extends Pick<RestoreOptions, "check"> {
  readonly copy: string;
  readonly file: string;
  readonly kept: string;
}

function putSqljs(sqljs: SqlJsStatic, { copy, file, kept, check }: Put): string | undefined {
  const store = openNodeReadOnly(sqljs, copy);
  try {
    check(store);
    return inUse(() =>
      withLock(file, () => {
        const found = keepBeside(kept, file, (name) => /^(\.j\d+)?$/.test(name));
        replaceSqljs(sqljs, file, store.image());
        return found;
      }),
    );
  } finally {
    store.close();
  }
}

function putNode(sqlite: Sqlite, { copy, file, kept, check }: Put): string | undefined {
  // The log of a file that was copied by hand becomes a part of it.
  alone(sqlite, copy, () => undefined);
  const store = readNodeDatabase(sqlite, copy);
  try {
    check(store);
  } finally {
    store.close();
  }
  syncFile(copy);
  const keep = () => keepBeside(kept, file, (end) => end === "" || end === "-wal");
  const replace = () => {
    const found = keep();
    renameSync(copy, file);
    syncFolder(path.dirname(file));
    return found;
  };
  return inUse(() => {
    if (!existsSync(file)) return replace();
    try {
      return alone(sqlite, file, replace);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== "damaged") throw error;
      // Nobody can have a damaged file open. Its log would be taken for that of the new one.
      keep();
      for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
      return replace();
    }
  });
}

/** With the log of one that was copied by hand while it was open. */
function copyWhole(from: string, to: string): void {
  for (const end of ["", "-wal"]) {
    if (end !== "" && !existsSync(`${from}${end}`)) continue;
    makePrivate(`${to}${end}`);
    try {
      copyFileSync(`${from}${end}`, `${to}${end}`);
    } catch (error) {
      throw new StorageError("failed", `The file ${from} can't be read.`, {
        remedy: "Name a file that `storage backup` wrote.",
        cause: error,
      });
    }
  }
}

/** A second name, or a copy where the file system has no second names. Where they are; nothing when there is no store. */
function keepBeside(kept: string, file: string, isPart: (end: string) => boolean): string | undefined {
  const base = path.basename(file);
  const folder = path.dirname(file);
  const names = readdirSync(folder).filter((name) => name.startsWith(base) && isPart(name.slice(base.length)));
  if (names.length === 0) return undefined;
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const [from, to] = [path.join(folder, name), path.join(kept, name)];
    if (existsSync(to)) continue;
    try {
      linkSync(from, to);
    } catch {
      copyFileSync(from, to);
      syncFile(to);
    }
  }
  syncFolder(kept);
  return kept;
}

function syncFile(file: string): void {
  const handle = openSync(file, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function inUse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== "busy") throw error;
    throw new StorageError("busy", "Another process of yours has the store open.", {
      remedy: "Close the windows of VS Code and stop the servers, `stdio` ones too, then try again.",
      cause: error,
    });
  }
}

/** Writes a file whole or not at all: `make` fills an empty one beside it. */
export async function writeWhole(file: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    makePrivate(temporary);
    await make(temporary);
    syncFile(temporary);
    renameSync(temporary, file);
    syncFolder(path.dirname(path.resolve(file)));
  } catch (error) {
    throw fileError(error);
  } finally {
    rmSync(temporary, { force: true });
  }
}
