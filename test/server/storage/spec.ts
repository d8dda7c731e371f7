import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { StorageError } from "../../../src/server/storage/database.ts";
import type { Database, StorageCode } from "../../../src/server/storage/database.ts";
import { migrate } from "../../../src/server/storage/migrate.ts";

/** What every storage engine must do. `openIn` called again after a close finds what was written. */
export function storageSpec(name: string, openIn: (folder: string) => Promise<Database>): void {
  describe(`storage on ${name}`, () => {
    let folder = "";
    const opened: Database[] = [];
    async function open(): Promise<Database> {
      const database = await openIn(folder);
      opened.push(database);
      return database;
    }
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "lfc-store-"));
    });
    afterEach(async () => {
      for (const database of opened.splice(0)) {
        try {
          database.close();
        } catch {
          // Closed by the test.
        }
      }
      await rm(folder, { recursive: true, force: true });
    });

    async function withTable(): Promise<Database> {
      const database = await open();
      database.exec("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size REAL, data BLOB)");
      return database;
    }
    const names = (database: Database) =>
      database
        .prepare("SELECT name FROM t ORDER BY id")
        .all()
        .map((row) => row.name);
    const code = (work: () => unknown): StorageCode | "nothing" => {
      try {
        work();
        return "nothing";
      } catch (error) {
        assert.ok(error instanceof StorageError, String(error));
        return error.code;
      }
    };

    it("gives back text, numbers, bytes and null as they were put in", async () => {
      const database = await withTable();
      const text = "line\n\u0000 'quoted' ünï \u{1f600}";
      const insert = database.prepare("INSERT INTO t (id, name, size, data) VALUES (?, ?, ?, ?)");
      insert.run(2 ** 52, text, 0.1, Uint8Array.of(0, 255, 7));
      insert.run(1, null, null, null);
      const row = database.prepare("SELECT * FROM t WHERE id = ?").get(2 ** 52);
      assert.deepEqual(
        { ...row, data: [...(row?.data as Uint8Array)] },
        {
          id: 2 ** 52,
          name: text,
          size: 0.1,
          data: [0, 255, 7],
        },
      );
      assert.deepEqual(database.prepare("SELECT * FROM t WHERE id = 1").get(), {
        id: 1,
        name: null,
        size: null,
        data: null,
      });
    });

    it("says how many rows changed and the id of the new one", async () => {
      const database = await withTable();
      assert.deepEqual(database.prepare("INSERT INTO t (name) VALUES (?)").run("a"), {
        changes: 1,
        lastInsertRowid: 1,
      });
      database.prepare("INSERT INTO t (name) VALUES (?)").run("b");
      assert.equal(database.prepare("UPDATE t SET size = ?").run(1).changes, 2);
      assert.equal(database.prepare("SELECT * FROM t WHERE name = ?").get("none"), undefined);
    });

    it("keeps what was written over a close", async () => {
      const database = await withTable();
      database.prepare("INSERT INTO t (name, data) VALUES (?, ?)").run("kept", Uint8Array.of(1, 2));
      database.close();
      const again = await open();
      assert.deepEqual(names(again), ["kept"]);
      assert.deepEqual([...(again.prepare("SELECT data FROM t").get()?.data as Uint8Array)], [1, 2]);
    });

    it("keeps a transaction whole and undoes one that throws", async () => {
      const database = await withTable();
      const insert = database.prepare("INSERT INTO t (name) VALUES (?)");
      database.transaction(() => {
        insert.run("a");
        insert.run("b");
      });
      assert.throws(
        () =>
          database.transaction(() => {
            insert.run("c");
            throw new Error("stop");
          }),
        /stop/,
      );
      assert.deepEqual(names(database), ["a", "b"]);
      database.close();
      assert.deepEqual(names(await open()), ["a", "b"]);
    });

    it("undoes a transaction that breaks a constraint, and goes on", async () => {
      const database = await withTable();
      const insert = database.prepare("INSERT INTO t (name) VALUES (?)");
      insert.run("a");
      const breaking = () => {
        database.transaction(() => {
          insert.run("b");
          insert.run("a");
        });
      };
      assert.equal(code(breaking), "constraint");
      insert.run("c");
      database.close();
      assert.deepEqual(names(await open()), ["a", "c"]);
    });

    it("undoes a transaction whose commit fails", async () => {
      const database = await withTable();
      database.exec("CREATE TABLE child (t INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)");
      const failing = () => {
        database.transaction(() => {
          database.prepare("INSERT INTO child VALUES (?)").run(99);
        });
      };
      assert.equal(code(failing), "constraint");
      database.prepare("INSERT INTO t (name) VALUES (?)").run("after");
      database.close();
      const again = await open();
      assert.deepEqual(names(again), ["after"]);
      assert.equal(again.prepare("SELECT count(*) AS n FROM child").get()?.n, 0);
    });

    it("returns the rows of a write that answers", async () => {
      const database = await withTable();
      const insert = database.prepare("INSERT INTO t (name) VALUES (?) RETURNING id, name");
      assert.deepEqual(insert.get("a"), { id: 1, name: "a" });
      assert.deepEqual(insert.all("b"), [{ id: 2, name: "b" }]);
      database.close();
      assert.deepEqual(names(await open()), ["a", "b"]);
    });

    it("runs several statements of one text", async () => {
      const database = await withTable();
      database.exec("INSERT INTO t (name) VALUES ('a;b'); -- a remark; here\nINSERT INTO t (name) VALUES ('c');");
      database.close();
      assert.deepEqual(names(await open()), ["a;b", "c"]);
    });

    it("refuses a transaction in a transaction", async () => {
      const database = await withTable();
      const nested = () => {
        database.transaction(() => {
          database.transaction(() => undefined);
        });
      };
      assert.equal(code(nested), "refused");
      database.prepare("INSERT INTO t (name) VALUES (?)").run("free again");
    });

    it("keeps a statement usable after a failure", async () => {
      const database = await withTable();
      const insert = database.prepare("INSERT INTO t (name) VALUES (?)");
      insert.run("a");
      assert.equal(
        code(() => insert.run("a")),
        "constraint",
      );
      insert.run("b");
      assert.deepEqual(names(database), ["a", "b"]);
    });

    it("runs each numbered migration once, in order", async () => {
      const first = [{ id: 1, sql: "CREATE TABLE m (a TEXT); INSERT INTO m VALUES ('one')" }];
      const both = [...first, { id: 2, sql: "ALTER TABLE m ADD COLUMN b TEXT DEFAULT 'two'" }];
      migrate(await open(), first);
      opened.at(-1)?.close();
      const database = await open();
      migrate(database, both);
      migrate(database, both);
      assert.deepEqual(database.prepare("SELECT * FROM m").all(), [{ a: "one", b: "two" }]);
      assert.equal(
        code(() => {
          migrate(database, first);
        }),
        "refused",
      );
    });

    it("undoes a migration that fails half-way", async () => {
      const database = await open();
      const bad = [{ id: 1, sql: "CREATE TABLE m (a TEXT); CREATE TABLE m (a TEXT)" }];
      assert.equal(
        code(() => {
          migrate(database, bad);
        }),
        "failed",
      );
      migrate(database, [{ id: 1, sql: "CREATE TABLE m (a TEXT)" }]);
      assert.deepEqual(database.prepare("SELECT * FROM m").all(), []);
    });
  });
}
