import { closeSync, mkdirSync } from "node:fs";
import path from "node:path";
import type { Database as SqlDatabase, SqlJsStatic, Statement as SqlStatement } from "sql.js";
import { StorageError, fileError } from "../database.ts";
import type { Database, Row, RunResult, SqlValue, Statement } from "../database.ts";
import {
  cutJournal,
  generationOf,
  journalPath,
  openJournal,
  readIfThere,
  realFiles,
  sweepOthers,
  writeSnapshot,
} from "./files.ts";
import type { JournalFiles } from "./files.ts";
import { decodeJournal, encodeRecord } from "./journal.ts";
import type { Entry } from "./journal.ts";
import type { FileLock } from "../../platform/fileLock.ts";
import { kindOf } from "./sqlText.ts";

export interface SqljsOptions {
  readonly sqljs: SqlJsStatic;
  readonly file: string;
  /** Kept for as long as the database is open, and released with it. */
  readonly lock: FileLock;
  /** Called when bytes of an unfinished append were cut at opening, or a snapshot could not be written. */
  notice(message: string): void;
  readonly files?: JournalFiles;
  readonly snapshotBytes?: number;
}

interface Loaded {
  readonly sql: SqlDatabase;
  generation: number;
  journal: number;
  journalBytes: number;
  readonly statements: Map<string, SqlStatement>;
}

const maxStatements = 100;

/**
 * SQLite in memory, made durable by a redo journal: each commit is one record, on the disk before the call returns.
 * A commit that cannot be written is undone by loading the files again, so memory never contains what the disk does not.
 */
export function openSqljsDatabase(options: SqljsOptions): Database {
  const { file, lock, notice, files = realFiles, snapshotBytes = 4 * 1024 * 1024 } = options;
  let loaded: Loaded | undefined;
  /** Why the store takes no more calls; its owner opens it again. */
  let broken: StorageError | undefined;
  let buffer: Entry[] | undefined;

  reload();

  function reload(): void {
    try {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      loaded = load(options);
    } catch (error) {
      loaded = undefined;
      broken = fileError(error);
      lock.release();
      throw broken;
    }
  }

  function open(): Loaded {
    if (loaded) return loaded;
    throw broken ?? new StorageError("failed", "The store is closed.");
  }

  /** SQLite has committed in memory; now the record makes it last. */
  function journal(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const state = open();
    if (!lock.kept()) {
      unload();
      broken = new StorageError("lockLost", "Another process took the store's file over.");
      throw broken;
    }
    try {
      const record = encodeRecord(entries);
      files.append(state.journal, record);
      files.sync(state.journal);
      state.journalBytes += record.length;
    } catch (error) {
      takeBack(state);
      throw fileError(error);
    }
    if (state.journalBytes > snapshotBytes) snapshot(state);
  }

  function takeBack(state: Loaded): void {
    try {
      cutJournal(state.journal, state.journalBytes);
    } catch {
      // Loading cuts the torn end too.
    }
    unload();
    reload();
  }

  function snapshot(state: Loaded): void {
    const generation = state.generation + 1;
    try {
      state.sql.run(`PRAGMA user_version = ${String(generation)}`);
      const handle = writeSnapshot(file, state.sql.export(), generation);
      closeSync(state.journal);
      Object.assign(state, { generation, journal: handle, journalBytes: 0 });
      sweepOthers(file, generation);
    } catch (error) {
      // The journal goes on growing and stays whole: only the next start gets slower. Which pair the disk has now is
      // for the files to say.
      notice(`The snapshot of the store could not be written: ${fileError(error).message}`);
      unload();
      try {
        reload();
      } catch {
        // The commit is on the disk, so its caller must not get another answer; the next call says what is broken.
      }
    }
  }

  function unload(): void {
    if (!loaded) return;
    closeSync(loaded.journal);
    loaded.sql.close();
    loaded = undefined;
    buffer = undefined;
  }

  function execute<T>(sql: string, step: (statement: SqlStatement) => T, params: readonly SqlValue[] = []): T {
    const state = open();
    const kind = kindOf(sql);
    if (kind === "begin" && buffer) throw new StorageError("refused", "A transaction cannot contain another one.");
    const result = guarded(() => {
      const statement = prepared(state, sql);
      try {
        return step(statement);
      } finally {
        statement.reset();
      }
    });
    switch (kind) {
      case "begin":
        buffer = [];
        break;
      case "rollback":
        buffer = undefined;
        break;
      case "commit": {
        const entries = buffer ?? [];
        buffer = undefined;
        journal(entries);
        break;
      }
      case "write":
        if (buffer) buffer.push([sql, params]);
        else journal([[sql, params]]);
        break;
      case "read":
        break;
    }
    return result;
  }

  function exec(sql: string): void {
    guarded(() => {
      // One statement at a time: each is journalled by its own kind, whatever it stands beside.
      for (const statement of open().sql.iterateStatements(sql)) {
        execute(statement.getSQL(), (one) => {
          one.step();
        });
      }
    });
  }

  function rollBack(): void {
    if (!buffer) return;
    buffer = undefined;
    try {
      open().sql.run("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself after some failures.
    }
  }

  return {
    exec,
    prepare(sql): Statement {
      guarded(() => prepared(open(), sql));
      return {
        run: (...params) => execute(sql, (statement) => runOnce(open(), statement, params), params),
        get: (...params) => execute(sql, (statement) => rowsOf(statement, params)[0], params),
        all: (...params) => execute(sql, (statement) => rowsOf(statement, params), params),
      };
    },
    transaction(work) {
      exec("BEGIN");
      try {
        const result = work();
        exec("COMMIT");
        return result;
      } catch (error) {
        rollBack();
        throw error;
      }
    },
    close() {
      unload();
      broken = new StorageError("failed", "The store is closed.");
      lock.release();
    },
  };
}

function prepared({ sql, statements }: Loaded, text: string): SqlStatement {
  const kept = statements.get(text);
  if (kept) return kept;
  const statement = sql.prepare(text);
  statements.set(text, statement);
  if (statements.size > maxStatements) {
    const [oldest] = statements;
    if (oldest) {
      oldest[1].free();
      statements.delete(oldest[0]);
    }
  }
  return statement;
}

function runOnce({ sql }: Loaded, statement: SqlStatement, params: readonly SqlValue[]): RunResult {
  statement.bind([...params]);
  statement.step();
  const id = sql.exec("SELECT last_insert_rowid()")[0]?.values[0]?.[0];
  return { changes: sql.getRowsModified(), lastInsertRowid: Number(id) };
}

/** The rows of one query. */
export function allOf(sql: SqlDatabase, text: string, params: readonly SqlValue[]): readonly Row[] {
  const statement = sql.prepare(text);
  try {
    return rowsOf(statement, params);
  } finally {
    statement.free();
  }
}

function rowsOf(statement: SqlStatement, params: readonly SqlValue[]): readonly Row[] {
  const rows: Row[] = [];
  statement.bind([...params]);
  while (statement.step()) rows.push(statement.getAsObject());
  return rows;
}

/** Image and journal as they lie on the disk, with the torn end of an unfinished append cut off. */
function load({ sqljs, file, notice }: SqljsOptions): Loaded {
  const image = readIfThere(file);
  const generation = generationOf(image);
  sweepOthers(file, generation);
  const handle = openJournal(file, generation);
  try {
    const bytes = readIfThere(journalPath(file, generation)) ?? Buffer.alloc(0);
    const { commits, wholeBytes } = decodeJournal(bytes);
    if (wholeBytes < bytes.length) {
      notice(`${String(bytes.length - wholeBytes)} bytes of an unfinished commit were cut from the store's journal.`);
      cutJournal(handle, wholeBytes);
    }
    const sql = replayed(sqljs, image, commits);
    return { sql, generation, journal: handle, journalBytes: wholeBytes, statements: new Map() };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

export function replayed(
  sqljs: SqlJsStatic,
  image: Buffer | undefined,
  commits: readonly (readonly Entry[])[],
): SqlDatabase {
  const sql = new sqljs.Database(image);
  try {
    sql.run("PRAGMA foreign_keys = ON");
    for (const commit of commits) {
      sql.run("BEGIN");
      for (const [text, params] of commit) sql.run(text, [...params]);
      sql.run("COMMIT");
    }
    return sql;
  } catch (error) {
    sql.close();
    throw new StorageError("damaged", "The store's journal does not fit its image.", { cause: error });
  }
}

/** sql.js throws plain errors with SQLite's message. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (message.includes("constraint failed")) throw new StorageError("constraint", `SQLite: ${message}.`);
    if (/malformed|not a database/.test(message)) {
      throw new StorageError("damaged", "The file is not a whole SQLite database.", { cause: error });
    }
    throw new StorageError("failed", `SQLite: ${message}.`, { cause: error });
  }
}
