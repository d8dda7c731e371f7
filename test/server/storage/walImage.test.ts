import assert from "node:assert/strict";
import { readFileSync, statSync, truncateSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { loadSqljs } from "../../../src/server/storage/open.ts";
import { openNodeReadOnly } from "../../../src/server/storage/sqljs/readOnly.ts";
import { wasmFile } from "./wasm.ts";

describe("a file of node:sqlite read by sql.js", () => {
  let folder: string;
  let file: string;
  let writer: DatabaseSync;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-wal-"));
    file = path.join(folder, "test.db");
    writer = new DatabaseSync(file);
    writer.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)");
  });
  afterEach(async () => {
    writer.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function seen(): Promise<readonly unknown[]> {
    const store = openNodeReadOnly(await loadSqljs(wasmFile), file);
    try {
      assert.deepEqual(store.all("PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
      return store.all("SELECT id, text FROM t ORDER BY id");
    } finally {
      store.close();
    }
  }
  const written = () =>
    writer
      .prepare("SELECT id, text FROM t ORDER BY id")
      .all()
      .map((row) => ({ ...row }));
  const insert = (count: number) => {
    for (let row = 0; row < count; row++) writer.prepare("INSERT INTO t (text) VALUES (?)").run("x".repeat(row * 37));
  };

  it("has what is only in the write-ahead log, and what a checkpoint moved", async () => {
    insert(50);
    assert.ok(statSync(`${file}-wal`).size > 0);
    assert.deepEqual(await seen(), written());
    writer.exec("PRAGMA wal_checkpoint(RESTART)");
    insert(5);
    writer.exec("DELETE FROM t WHERE id < 20");
    assert.deepEqual(await seen(), written());
  });

  it("leaves out a transaction that is not committed, and a torn end of the log", async () => {
    insert(3);
    const committed = written();
    const size = statSync(`${file}-wal`).size;
    writer.exec("PRAGMA cache_size = 2; BEGIN");
    insert(400);
    assert.ok(statSync(`${file}-wal`).size > size, "uncommitted pages are in the log");
    assert.deepEqual(await seen(), committed);
    writer.exec("ROLLBACK");
    insert(1);
    truncateSync(`${file}-wal`, readFileSync(`${file}-wal`).length - 10);
    assert.ok((await seen()).length >= committed.length);
  });
});
