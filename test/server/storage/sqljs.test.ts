import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { StorageError } from "../../../src/server/storage/database.ts";
import type { Database } from "../../../src/server/storage/database.ts";
import { loadSqljs, openStore } from "../../../src/server/storage/open.ts";
import type { OpenStore } from "../../../src/server/storage/open.ts";
import { openSqljsDatabase } from "../../../src/server/storage/sqljs/engine.ts";
import { realFiles } from "../../../src/server/storage/sqljs/files.ts";
import type { JournalFiles } from "../../../src/server/storage/sqljs/files.ts";
import { takeLock } from "../../../src/server/platform/fileLock.ts";
import { wasmFile } from "./wasm.ts";

describe("storage on sql.js with its journal", () => {
  let folder: string;
  let file: string;
  let notices: string[];
  const opened: { close(): void }[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-sqljs-"));
    file = path.join(folder, "test.db");
    notices = [];
  });
  afterEach(async () => {
    for (const item of opened.splice(0)) item.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(options: { files?: JournalFiles; snapshotBytes?: number } = {}): Promise<Database> {
    const lock = takeLock(file);
    assert.ok(lock, "the lock is free");
    const sqljs = await loadSqljs(wasmFile);
    const database = openSqljsDatabase({ sqljs, file, lock, notice: (text) => notices.push(text), ...options });
    opened.push(database);
    return database;
  }
  async function withRows(count: number, options = {}): Promise<Database> {
    const database = await open(options);
    database.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    for (let id = 1; id <= count; id++) insert(database, id);
    return database;
  }
  const insert = (database: Database, id: number) => {
    database.prepare("INSERT INTO t (id, name) VALUES (?, ?)").run(id, `row ${String(id)}`);
  };
  const count = (database: Database) => database.prepare("SELECT count(*) AS n FROM t").get()?.n;
  const failure = (work: () => unknown): StorageError => {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof StorageError, String(error));
      return error;
    }
    throw new assert.AssertionError({ message: "It did not fail." });
  };

  for (const [what, spoil] of [
    [
      "cut in the last record",
      (journal: string) => {
        truncateSync(journal, statSync(journal).size - 3);
      },
    ],
    [
      "cut in the last header",
      (journal: string) => {
        truncateSync(journal, lastRecord(journal) + 5);
      },
    ],
    [
      "a flipped bit in the last record",
      (journal: string) => {
        const bytes = readFileSync(journal);
        const at = bytes.length - 4;
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        writeFileSync(journal, bytes);
      },
    ],
  ] as const) {
    it(`opens a journal with ${what} as of the commit before`, async () => {
      (await withRows(5)).close();
      spoil(`${file}.j0`);
      const again = await open();
      assert.equal(count(again), 4);
      assert.equal(notices.length, 1);
      insert(again, 6);
      again.close();
      assert.equal(count(await open()), 5);
      assert.equal(notices.length, 1, "the torn end was cut for good");
    });
  }

  for (const [what, tail] of [
    ["garbage", Buffer.from("garbage that is no record, longer than a header")],
    ["zero bytes", Buffer.alloc(4096)],
    ["a huge length", Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1])],
  ] as const) {
    it(`loses nothing when ${what} follows the last commit`, async () => {
      (await withRows(5)).close();
      appendFileSync(`${file}.j0`, tail);
      assert.equal(count(await open()), 5);
      assert.match(notices.join(), new RegExp(`^${String(tail.length)} bytes`));
    });
  }

  it("replaces image and journal by a snapshot that sqlite3 reads, leaving nothing else", async () => {
    const database = await withRows(200, { snapshotBytes: 4000 });
    database.close();
    const [image, journal] = readdirSync(folder).sort();
    assert.deepEqual(readdirSync(folder).sort(), [image, journal]);
    assert.equal(image, "test.db");
    assert.match(journal ?? "", /^test\.db\.j[1-9]\d*$/);
    assert.equal(execFileSync("sqlite3", [file, "PRAGMA integrity_check"], { encoding: "utf8" }).trim(), "ok");
    const inImage = Number(execFileSync("sqlite3", [file, "SELECT count(*) FROM t"], { encoding: "utf8" }));
    assert.ok(inImage > 100 && inImage <= 200, String(inImage));
    assert.equal(count(await open()), 200);
  });

  it("sweeps an unfinished snapshot and an older journal", async () => {
    const database = await withRows(100, { snapshotBytes: 4000 });
    database.close();
    writeFileSync(`${file}.tmp`, "half");
    writeFileSync(`${file}.j0`, "old");
    writeFileSync(`${file}.j999`, "");
    assert.equal(count(await open()), 100);
    assert.equal(readdirSync(folder).filter((name) => !name.endsWith(".lock")).length, 2);
  });

  it("refuses to open rather than lose a journal whose image is gone", async () => {
    (await withRows(100, { snapshotBytes: 4000 })).close();
    const database = await open();
    insert(database, 101);
    database.close();
    rmSync(file);
    await assert.rejects(open(), (error: StorageError) => error.code === "damaged");
    assert.ok(
      readdirSync(folder).some((name) => /\.j[1-9]/.test(name)),
      "the journal stays",
    );
  });

  it("refuses an image that is no database", async () => {
    writeFileSync(file, "not a database".repeat(100));
    await assert.rejects(open(), (error: StorageError) => error.code === "damaged");
  });

  it("says that the disk is full, takes the commit back, and goes on when there is room", async () => {
    let full = false;
    const files: JournalFiles = {
      ...realFiles,
      append(handle, bytes) {
        if (!full) return void realFiles.append(handle, bytes);
        realFiles.append(handle, bytes.subarray(0, 20));
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      },
    };
    const database = await withRows(3, { files });
    full = true;
    const error = failure(() => {
      insert(database, 4);
    });
    assert.equal(error.code, "full");
    assert.match(error.remedy, /Free space/);
    assert.equal(count(database), 3, "memory holds what the disk holds");
    full = false;
    insert(database, 5);
    database.close();
    const again = await open();
    assert.deepEqual(
      again
        .prepare("SELECT id FROM t")
        .all()
        .map((row) => row.id),
      [1, 2, 3, 5],
    );
    assert.deepEqual(notices, []);
  });

  it("takes back a commit that the disk did not sync", async () => {
    let failing = false;
    const files: JournalFiles = {
      ...realFiles,
      sync(handle) {
        if (failing) throw Object.assign(new Error("i/o"), { code: "EIO" });
        realFiles.sync(handle);
      },
    };
    const database = await withRows(3, { files });
    failing = true;
    assert.equal(
      failure(() => {
        insert(database, 4);
      }).code,
      "failed",
    );
    failing = false;
    assert.equal(count(database), 3);
    database.close();
    assert.equal(count(await open()), 3);
  });

  it("refuses in a write what a replay could not repeat", async () => {
    const database = await withRows(1);
    for (const sql of [
      "INSERT INTO t (id) VALUES (random())",
      "INSERT INTO t (id, name) VALUES (2, datetime('now'))",
      "INSERT INTO t (id, name) VALUES (2, CURRENT_TIMESTAMP)",
      "INSERT INTO t (id, name) VALUES (2, strftime('%s'))",
      "UPDATE t SET id = unixepoch()",
      "UPDATE t SET id = last_insert_rowid()",
      "CREATE TABLE c (at TEXT DEFAULT /* so */ current_date)",
      "SAVEPOINT a",
      "PRAGMA user_version = 7",
      "ATTACH 'x' AS y",
      "VACUUM",
    ]) {
      assert.equal(
        failure(() => {
          database.prepare(sql).run();
        }).code,
        "refused",
        sql,
      );
      assert.equal(
        failure(() => {
          database.exec(sql);
        }).code,
        "refused",
        sql,
      );
    }
    database.prepare("INSERT INTO t (id, name) VALUES (2, 'random() current_date')").run();
    assert.ok(database.prepare("SELECT datetime('now') AS at").get()?.at);
    database.close();
    assert.equal(count(await open()), 2);
  });

  it("keeps begin and commit out of the journal, through exec and prepare alike", async () => {
    const database = await withRows(0);
    for (const [begin, end] of [
      ["BEGIN", "COMMIT"],
      ["begin immediate", "end"],
    ]) {
      database.prepare(begin ?? "").run();
      insert(database, Number(count(database)) + 1);
      database.prepare(end ?? "").run();
    }
    database.prepare("BEGIN").run();
    insert(database, 9);
    database.prepare("ROLLBACK").run();
    database.exec("BEGIN; INSERT INTO t (id) VALUES (10); COMMIT");
    database.close();
    assert.equal(count(await open()), 3);
  });

  it("writes no more once another process took its file over", async () => {
    const database = await withRows(1);
    rmSync(`${file}.lock`);
    const thief = takeLock(file);
    assert.equal(
      failure(() => {
        insert(database, 2);
      }).code,
      "lockLost",
    );
    assert.equal(failure(() => count(database)).code, "lockLost");
    thief?.release();
    assert.equal(count(await open()), 1);
  });

  it("takes a lock whose process is dead, and leaves one whose process lives", () => {
    writeFileSync(`${file}.lock`, `${String(deadPid())} 0\n`);
    const lock = takeLock(file);
    assert.ok(lock);
    assert.equal(takeLock(file), undefined);
    lock.release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("gives each process a file of its own and reads all of them in reports", async () => {
    const store = () => openStore({ folder, name: "l", engine: "sqljs", wasm: wasmFile, notice: () => undefined });
    const [first, second] = [await store(), await store()];
    opened.push(first.database, second.database);
    assert.notEqual(first.file, second.file);
    for (const [index, { database }] of [first, second].entries()) {
      database.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
      insert(database, index + 1);
    }
    assert.deepEqual(await idsOfOthers(first), [2]);
    assert.deepEqual(await idsOfOthers(second), [1]);
    second.database.close();
    const third = await store();
    opened.push(third.database);
    assert.equal(third.file, second.file, "a file that nobody writes is used again");
    assert.equal(count(third.database), 1);
  });

  async function idsOfOthers(store: OpenStore): Promise<unknown[]> {
    const others = await store.others();
    opened.push(...others);
    return others.flatMap((other) => other.all("SELECT id FROM t").map((row) => row.id));
  }
});

/** Where the last record of a journal begins. */
function lastRecord(journal: string): number {
  const bytes = readFileSync(journal);
  let last = 0;
  for (let at = 0; at < bytes.length; at += 8 + bytes.readUInt32LE(at)) last = at;
  return last;
}

function deadPid(): number {
  return Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
}
