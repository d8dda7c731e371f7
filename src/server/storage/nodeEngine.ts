import { mkdirSync } from "node:fs";
import path from "node:path";
import { StorageError, fileError } from "./database.ts";
import type { Database, RunResult, SqlValue, Statement, StorageCode } from "./database.ts";

type Sqlite = typeof import("node:sqlite");

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
