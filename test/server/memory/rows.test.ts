import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ledgerMigrations } from "../../../src/server/economy/schema.ts";
import { createMemories } from "../../../src/server/memory/memory.ts";
import type { Memories } from "../../../src/server/memory/memory.ts";
import { forget, forgetExpired, recall, remember, replace } from "../../../src/server/memory/rows.ts";
import type { Principal } from "../../../src/server/platform/call.ts";
import { migrate } from "../../../src/server/storage/migrate.ts";
import { openStore } from "../../../src/server/storage/open.ts";
import type { OpenStore } from "../../../src/server/storage/open.ts";
import { wasmFile } from "../storage/wasm.ts";

const ann: Principal = { name: "ann", tenant: "orchard" };
const author = { principal: ann, client: "press", callId: "c1" };
const dayMs = 86_400_000;

for (const engine of ["node", "sqljs"] as const) {
  describe(`memories on ${engine}`, () => {
    let folder: string;
    let now: number;
    const stores: OpenStore[] = [];

    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "lfc-memory-"));
      now = Date.UTC(2026, 10, 1);
    });
    afterEach(async () => {
      for (const { database } of stores.splice(0)) database.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** What one process has; with sql.js, another one has a store of its own. */
    async function open(): Promise<(workspace: string) => Memories> {
      const store = await openStore({ folder, name: "ledger", engine, wasm: wasmFile, notice: () => undefined });
      stores.push(store);
      const { database } = store;
      migrate(database, ledgerMigrations);
      const own = { all: (sql: string, ...params: string[]) => database.prepare(sql).all(...params) };
      const sources = async () => [own, ...(await store.others())];
      return (workspace) =>
        createMemories({
          workspace,
          now: () => new Date(now),
          store: {
            remember: (memory) => Promise.resolve(remember(database, memory)),
            recall: async (query) => recall(await sources(), query),
            replace: async (query) => replace(database, await sources(), query),
            forget: async (query) => forget(database, await sources(), query),
          },
        });
    }
    const texts = async (memories: Memories, query: Parameters<Memories["recall"]>[0] = {}, principal = ann) =>
      (await memories.recall(query, principal)).memories.map(({ text }) => text);

    it("are seen in their scope only, and by their tenant and user only", async () => {
      const of = await open();
      const [orchard, garden] = [of("orchard"), of("garden")];
      await orchard.remember({ text: "pears in october" }, author);
      now++;
      await orchard.remember({ text: "cider flow is slow", scope: "flow", flow: "Cider" }, author);
      now++;
      await orchard.remember({ text: "no emoji", scope: "user" }, author);
      assert.deepEqual(await texts(orchard), ["no emoji", "pears in october"]);
      assert.deepEqual(await texts(orchard, { flow: "Cider" }), ["no emoji", "cider flow is slow", "pears in october"]);
      assert.deepEqual(await texts(orchard, { scope: "flow", flow: "Cider" }), ["cider flow is slow"]);
      assert.deepEqual(await texts(orchard, { scope: "flow", flow: "Perry" }), []);
      assert.deepEqual(await texts(orchard, { scope: "workspace" }), ["pears in october"]);
      assert.deepEqual(await texts(garden, { everyFlow: true }), ["no emoji"]);
      assert.deepEqual(await texts(garden, { query: "pears cider emoji", everyFlow: true }), ["no emoji"]);
      assert.deepEqual(await texts(orchard, { everyFlow: true }, { name: "ann", tenant: "mill" }), []);
      assert.deepEqual(await texts(orchard, { everyFlow: true }, { name: "ben", tenant: "orchard" }), [
        "cider flow is slow",
        "pears in october",
      ]);
    });

    it("are renewed by the same text in the same scope, and stay the user's", async () => {
      const orchard = (await open())("orchard");
      const first = await orchard.remember({ text: "use pnpm", tags: ["build"], expires: "1d" }, author);
      assert.deepEqual([first.renewed, first.memory.from], [false, "an agent: press, call c1"]);
      now += 3_600_000;
      const byUser = await orchard.remember({ text: "use pnpm" }, { principal: ann, client: "langflow-connect" });
      assert.deepEqual([byUser.renewed, byUser.memory.id], [true, first.memory.id]);
      now += 3_600_000;
      const again = await orchard.remember({ text: "use pnpm" }, { ...author, callId: "c2" });
      assert.deepEqual(again.memory, {
        ...{ id: first.memory.id, text: "use pnpm", scope: "workspace", from: "the user", ageDays: 0 },
        ...{ createdAt: "2026-11-01T00:00:00.000Z", renewedAt: "2026-11-01T02:00:00.000Z" },
      });
      assert.notEqual((await orchard.remember({ text: "use pnpm", scope: "user" }, author)).memory.id, first.memory.id);
      assert.equal((await orchard.recall({}, ann)).total, 2);
    });

    it("expire: they are not answered, and the clean-up deletes them", async () => {
      const orchard = (await open())("orchard");
      await orchard.remember({ text: "frost tonight", expires: "12h" }, author);
      await orchard.remember({ text: "harvest", expires: "30d" }, author);
      now += dayMs / 2 - 1;
      assert.deepEqual((await texts(orchard)).sort(), ["frost tonight", "harvest"]);
      now += 1;
      assert.deepEqual(await texts(orchard), ["harvest"]);
      const database = stores[0]?.database ?? assert.fail();
      const count = () => Number(database.prepare("SELECT count(*) AS n FROM memories").get()?.["n"]);
      assert.equal(count(), 2);
      forgetExpired(database, now);
      assert.equal(count(), 1);
      const renewed = await orchard.remember({ text: "frost tonight" }, { ...author, callId: "c9" });
      assert.deepEqual([renewed.renewed, renewed.memory.from], [false, "an agent: press, call c9"]);
    });

    it("are forgotten by who sees them, also when another process wrote them", async () => {
      const [one, two] = [await open(), await open()];
      const { memory } = await one("orchard").remember({ text: "pears" }, author);
      await assert.rejects(() => two("garden").forget(memory.id, ann), { code: "NOT_FOUND" });
      await assert.rejects(() => two("orchard").forget(memory.id, { ...ann, tenant: "mill" }), { code: "NOT_FOUND" });
      assert.deepEqual(await texts(two("orchard")), ["pears"]);
      now++;
      await two("orchard").forget(memory.id, ann);
      for (const process of [one, two]) assert.deepEqual(await texts(process("orchard")), []);
      await assert.rejects(() => one("orchard").forget(memory.id, ann), { code: "NOT_FOUND" });
      now++;
      await one("orchard").remember({ text: "pears" }, author);
      for (const process of [one, two]) assert.deepEqual(await texts(process("orchard")), ["pears"]);
    });

    it("are edited by who sees them, also when another process wrote them", async () => {
      const [one, two] = [await open(), await open()];
      const byUser = { principal: ann, client: "vscode" };
      const given = { text: "pears", tags: ["fruit"], expires: "2d" };
      const { memory } = await one("orchard").remember(given, author);
      now += 1_000;
      const tagged = await two("orchard").edit(memory.id, { tags: ["tree", "tree"] }, byUser);
      assert.deepEqual(tagged, { ...memory, tags: ["tree"], renewedAt: "2026-11-01T00:00:01.000Z" });
      now += 1_000;
      const edited = await two("orchard").edit(memory.id, { text: "quinces", expires: "never" }, byUser);
      assert.deepEqual(
        { ...edited, id: "" },
        {
          ...{ id: "", text: "quinces", scope: "workspace", tags: ["tree"], from: "the user", ageDays: 0 },
          ...{ createdAt: memory.createdAt, renewedAt: "2026-11-01T00:00:02.000Z" },
        },
      );
      for (const process of [one, two]) assert.deepEqual(await texts(process("orchard")), ["quinces"]);
      // The same text as another one: both are one memory then.
      const { memory: other } = await one("orchard").remember({ text: "plums" }, author);
      now += 1_000;
      assert.equal((await one("orchard").edit(edited.id, { text: "plums" }, byUser)).id, other.id);
      for (const process of [one, two]) assert.deepEqual(await texts(process("orchard")), ["plums"]);
      await assert.rejects(() => one("garden").edit(other.id, { text: "x" }, byUser), { code: "NOT_FOUND" });
      await assert.rejects(() => one("orchard").edit(other.id, { text: 'password = "pear55tree"' }, byUser), {
        code: "INVALID_ARGUMENT",
      });
      assert.deepEqual(await texts(one("orchard")), ["plums"]);
    });

    it("are found by words, the rarer and the shorter first", async () => {
      const orchard = (await open())("orchard");
      const long = `the build${" of many other things".repeat(20)}`;
      for (const text of [
        "the build uses pnpm",
        "the build is slow",
        long,
        "deploy by buildJob only",
        "ÄPFEL are ripe",
      ]) {
        now++;
        await orchard.remember({ text, ...(text.includes("slow") && { tags: ["performance"] }) }, author);
      }
      assert.deepEqual(await texts(orchard, { query: "PNPM build" }), [
        "the build uses pnpm",
        "deploy by buildJob only",
        "the build is slow",
        long,
      ]);
      assert.deepEqual(await texts(orchard, { query: "äpfel" }), ["ÄPFEL are ripe"]);
      assert.deepEqual(await texts(orchard, { query: "performance" }), ["the build is slow"]);
      assert.deepEqual(await texts(orchard, { query: "%' OR 1=1 --" }), []);
      assert.deepEqual(await texts(orchard, { query: "quince" }), []);
      assert.deepEqual(await orchard.recall({ query: "build", limit: 1 }, ann).then(({ total }) => total), 4);
    });

    it("contain no secret, and have a flow exactly in the scope flow", async () => {
      const orchard = (await open())("orchard");
      const key = `ghp_${"k".repeat(36)}`;
      for (const given of [
        { text: `the key is ${key}` },
        { text: "key", tags: [key] },
        { text: 'password = "pear55tree"' },
      ]) {
        await assert.rejects(() => orchard.remember(given, author), {
          code: "INVALID_ARGUMENT",
          message: "The text contains a key, token or password, which is not stored.",
          remedy: /remember where it is kept/,
        });
      }
      await assert.rejects(() => orchard.remember({ text: "a", scope: "flow" }, author), /needs a flow/);
      await assert.rejects(() => orchard.remember({ text: "a", flow: "Cider" }, author), /has no flow/);
      await assert.rejects(() => orchard.recall({ scope: "flow" }, ann), /needs a flow/);
      assert.deepEqual(await texts(orchard, { everyFlow: true }), []);
    });
  });
}

it("refuses more than 10,000 memories of a tenant, and still renews", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lfc-memory-"));
  const options = { folder, name: "ledger", engine: "node", wasm: wasmFile, notice: () => undefined } as const;
  const { database } = await openStore(options);
  try {
    migrate(database, ledgerMigrations);
    database.exec(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) INSERT INTO memories " +
        "SELECT 'x' || i, 'orchard', 'ann', '', '', 'pear ' || i, '[]', '', 'cli', 1, 1, NULL, 0 FROM n",
    );
    const base = { tenant: "orchard", principal: "ann", workspace: "", flow: "", tags: [], client: "", callId: "cli" };
    const add = (id: string) => remember(database, { ...base, id, text: id, created: 2, renewed: 2 });
    assert.equal(add("last").renewed, false);
    assert.throws(() => add("more"), { code: "TOO_LARGE" });
    assert.equal(add("last").renewed, true);
    const started = performance.now();
    const own = { all: (sql: string, ...params: string[]) => database.prepare(sql).all(...params) };
    const viewer = { tenant: "orchard", principal: "ann", workspace: "w" };
    assert.equal(recall([own], { viewer, query: "pear 77", now: 3, limit: 5 }).memories[0]?.text, "pear 77");
    assert.ok(performance.now() - started < 2_000);
  } finally {
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
});
