import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { StorageError, fileError } from "./database.ts";
import type { Database, Row, RunResult, SqlValue, Statement, StorageCode } from "./database.ts";

export type Sqlite = typeof import("node:sqlite");

/** node:sqlite, or undefined where this Node (some Electron builds, forks of VS Code) has none. */
export async function loadNodeSqlite(): Promise<Sqlite | undefined> {
  try {
    const sqlite = await import("node:sqlite");
    // A build may carry the module without its engine: only a query shows.
    new sqlite.DatabaseSync(":memory:").close();
    return sqlite;
  } catch {
    return undefined;
  }
}

/** Waits this long for another process that writes; writes take a millisecond. */
const busyTimeoutMs = 5000;

/** SQLite's own file, shared by any number of processes. */
export function openNodeDatabase(sqlite: Sqlite, file: string): Database {
  const before = inodeOf(file);
  const database = guarded(() => {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return new sqlite.DatabaseSync(file);
  });
  try {
    guarded(() => {
      database.exec(`PRAGMA busy_timeout = ${String(busyTimeoutMs)}`);
      retryBusy(() => {
        database.exec("PRAGMA journal_mode = WAL");
      });
      if (before !== undefined && inodeOf(file) !== before) {
        throw new StorageError("busy", "The store was replaced while it was opened.");
      }
      // FULL: a commit is on the disk before it returns; WAL's default would lose the last ones with the power.
      database.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    });
  } catch (error) {
    database.close();
    throw error;
  }
  let inTransaction = false;

  return {
    exec(sql) {
      guarded(() => {
        database.exec(sql);
      });
    },
    prepare(sql): Statement {
      const statement = guarded(() => database.prepare(sql));
      return {
        run: (...params): RunResult => {
          const { changes, lastInsertRowid } = guarded(() => statement.run(...params));
          return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
        },
        get: (...params) => {
          const row = guarded(() => statement.get(...params));
          return row && plain(row);
        },
        all: (...params) => guarded(() => statement.all(...params)).map(plain),
      };
    },
    transaction(work) {
      if (inTransaction) throw new StorageError("refused", "A transaction cannot contain another one.");
      // IMMEDIATE: a transaction that begins by reading cannot be made a writer once another process wrote.
      guarded(() => {
        database.exec("BEGIN IMMEDIATE");
      });
      inTransaction = true;
      try {
        const result = work();
        guarded(() => {
          database.exec("COMMIT");
        });
        return result;
      } catch (error) {
        // SQLite has rolled back by itself after some failures (a full disk).
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      } finally {
        inTransaction = false;
      }
    },
    close() {
      database.close();
    },
  };
}

/** Rows of a file that other processes may write; nothing of it is changed. */
export interface NodeReader {
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
  /** All that the work reads is of one moment. */
  snapshot<T>(work: () => T): T;
  /** The whole database, as of one moment, in a file that is empty or not there. */
  copyTo(file: string): void;
  close(): void;
}

export function readNodeDatabase(sqlite: Sqlite, file: string): NodeReader {
  const database = guarded(() => new sqlite.DatabaseSync(file, { readOnly: true }));
  const exec = (sql: string) => {
    guarded(() => {
      database.exec(sql);
    });
  };
  exec(`PRAGMA busy_timeout = ${String(busyTimeoutMs)}`);
  return {
    all: (sql, ...params) => guarded(() => database.prepare(sql).all(...params)).map(plain),
    snapshot(work) {
      exec("BEGIN");
      try {
        return work();
      } finally {
        exec("ROLLBACK");
      }
    },
    copyTo(target) {
      // Reads in one transaction, so that writers neither wait nor make it start again, as the backup API would.
      guarded(() => database.prepare("VACUUM INTO ?").run(target));
    },
    close() {
      database.close();
    },
  };
}

/** Gives the space of deleted rows back to the file system. Waits for writers, and they for it. */
export function vacuumNodeDatabase(sqlite: Sqlite, file: string): void {
  onConnection(sqlite, file, (exec) => {
    exec("VACUUM");
    exec("PRAGMA wal_checkpoint(TRUNCATE)");
  });
}

/**
 * Runs the work while no other process can open the database, and none has it open: its log is then part of the file.
 * Fails as busy when another process has it open.
 */
export function alone<T>(sqlite: Sqlite, file: string, work: () => T): T {
  return onConnection(sqlite, file, (exec) => {
    // SQLite refuses it while another connection is open.
    exec("PRAGMA busy_timeout = 200; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE");
    exec("BEGIN EXCLUSIVE");
    return work();
  });
}

function onConnection<T>(sqlite: Sqlite, file: string, work: (exec: (sql: string) => void) => T): T {
  const database = guarded(() => new sqlite.DatabaseSync(file, { timeout: busyTimeoutMs }));
  try {
    return work((sql) => {
      guarded(() => {
        database.exec(sql);
      });
    });
  } finally {
    database.close();
  }
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

function plain(row: Record<string, unknown>): Record<string, SqlValue> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]): [string, SqlValue] => {
      if (value === null || typeof value === "number" || typeof value === "string") return [name, value];
      if (value instanceof Uint8Array) return [name, value];
      return [name, Number(value)];
    }),
  );
}

/** Switching to WAL does not wait for the busy time-out when several processes open a new file at once. */
function retryBusy(work: () => void): void {
  const end = Date.now() + busyTimeoutMs;
  for (;;) {
    try {
      work();
      return;
    } catch (error) {
      if (codeOf(error) !== "busy" || Date.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** SQLite's primary result codes. */
const codes: Readonly<Record<number, StorageCode>> = {
  5: "busy",
  6: "busy",
  8: "readOnly",
  11: "damaged",
  13: "full",
  14: "readOnly",
  19: "constraint",
  26: "damaged",
};

const sentences: Partial<Record<StorageCode, string>> = {
  busy: "Another process has been writing for longer than 5 seconds.",
  readOnly: "The data folder cannot be written.",
  damaged: "The file is not a whole SQLite database.",
  full: "The disk of the data folder is full.",
};

function codeOf(error: unknown): StorageCode | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return codes[error.errcode & 0xff] ?? "failed";
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const code = codeOf(error);
    if (code === undefined) throw fileError(error);
    const message = error instanceof Error ? error.message : "";
    throw new StorageError(code, sentences[code] ?? `SQLite: ${message}.`, { cause: error });
  }
}
