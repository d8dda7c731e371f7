import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { StorageError } from "../../../src/server/storage/database.ts";
import type { Database } from "../../../src/server/storage/database.ts";
import { loadNodeSqlite, openNodeDatabase } from "../../../src/server/storage/nodeEngine.ts";
import { openStore } from "../../../src/server/storage/open.ts";
import { wasmFile } from "./wasm.ts";

describe("storage on node:sqlite", () => {
  let folder: string;
  let file: string;
  const opened: Database[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-node-"));
    file = path.join(folder, "test.db");
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) database.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(): Promise<Database> {
    const sqlite = await loadNodeSqlite();
    assert.ok(sqlite);
    const database = openNodeDatabase(sqlite, file);
    opened.push(database);
    return database;
  }
  const codeOf = (work: () => unknown): string => {
    try {
      work();
      return "nothing";
    } catch (error) {
      assert.ok(error instanceof StorageError, String(error));
      assert.ok(error.remedy.length > 0);
      return error.code;
    }
  };

  it("syncs each commit and shares the file by a write-ahead log", async () => {
    const database = await open();
    assert.equal(database.prepare("PRAGMA journal_mode").get()?.journal_mode, "wal");
    assert.equal(database.prepare("PRAGMA synchronous").get()?.synchronous, 2);
    assert.ok(Number(database.prepare("PRAGMA busy_timeout").get()?.timeout) >= 1000);
  });

  it("says that the disk is full, and goes on when there is room", async () => {
    const database = await open();
    database.exec("CREATE TABLE t (text TEXT); PRAGMA max_page_count = 12");
    const insert = database.prepare("INSERT INTO t VALUES (?)");
    const fill = () => {
      database.transaction(() => {
        for (let row = 0; row < 100; row++) insert.run("x".repeat(1000));
      });
    };
    assert.equal(codeOf(fill), "full");
    assert.equal(database.prepare("SELECT count(*) AS n FROM t").get()?.n, 0);
    database.exec("PRAGMA max_page_count = 10000");
    fill();
    assert.equal(database.prepare("SELECT count(*) AS n FROM t").get()?.n, 100);
  });

  it("names a damaged file and one that cannot be opened", async () => {
    writeFileSync(file, "not a database".repeat(1000));
    await assert.rejects(open(), (error: StorageError) => error.code === "damaged");
    file = path.join(file, "below-a-file.db");
    await assert.rejects(open(), (error: StorageError) => error.code === "readOnly");
  });

  it("is what auto takes, and sql.js where it is not wished for", async () => {
    const options = { folder, name: "auto", wasm: wasmFile, notice: () => undefined };
    for (const [choice, engine] of [
      ["auto", "node"],
      ["sqljs", "sqljs"],
    ] as const) {
      const store = await openStore({ ...options, engine: choice });
      opened.push(store.database);
      assert.equal(store.engine, engine);
    }
  });
});
