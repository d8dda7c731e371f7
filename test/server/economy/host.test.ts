import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createLedgerHost } from "../../../src/server/economy/host.ts";
import type { LedgerEvent } from "../../../src/server/economy/messages.ts";
import { ledgerMigrations } from "../../../src/server/economy/schema.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { migrate } from "../../../src/server/storage/migrate.ts";
import { loadNodeSqlite, openNodeDatabase } from "../../../src/server/storage/nodeEngine.ts";

const slice = 64 * 1024;

describe("the ledger's worker", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-host-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  interface Made {
    countTokens(text: string): Promise<number>;
    emit(event: LedgerEvent): void;
  }

  async function makeHost(parts: Made) {
    const sqlite = await loadNodeSqlite();
    assert.ok(sqlite);
    const database = openNodeDatabase(sqlite, path.join(folder, "ledger.db"));
    migrate(database, ledgerMigrations);
    return createLedgerHost({
      openAnswerHash: () => Promise.resolve(() => 0),
      workspace: "app",
      open: () => Promise.resolve({ engine: "node", database, intact: () => true, others: () => Promise.resolve([]) }),
      describe: (error) => ({ code: "failed", message: String(error), remedy: "", detail: "" }),
      ...parts,
    });
  }

  /** Characters counted in each turn of the thread, and the messages that reported of the calls. */
  async function countAll(texts: readonly string[]): Promise<{ turns: number[]; messages: number }> {
    const turns = [0];
    const events: LedgerEvent[] = [];
    const host = await makeHost({
      countTokens(text) {
        turns.push((turns.pop() ?? 0) + text.length);
        return Promise.resolve(1);
      },
      emit: (event) => void events.push(event),
    });
    for (const [id, outputText] of texts.entries())
      void host.write([{ model: "", call: { row: row(String(id)), inputText: "{}", outputText } }]);
    const store = { closed: false };
    void host.close(undefined).then(() => (store.closed = true));
    while (!store.closed) {
      turns.push(0);
      await nextTurn();
    }
    const reported = events.flatMap((event) => (event.kind === "counted" ? [event.activities] : []));
    assert.deepEqual(
      reported.flat().map(({ id, outputTokens }) => [id, (outputTokens ?? 0) > 0]),
      texts.map((_, id) => [String(id), true]),
    );
    return { turns: turns.filter((chars) => chars > 0), messages: reported.length };
  }

  it("counts small texts together, and tells of them in one message", async () => {
    const { turns, messages } = await countAll(Array.from({ length: 500 }, () => "x".repeat(100)));
    assert.equal(turns.length, 1);
    assert.equal(messages, 1);
  });

  it("lets a row that comes in meanwhile wait for one slice of text, be it of a large one or of many", async () => {
    const { turns } = await countAll(["x".repeat(20 * slice), ...Array.from({ length: 100 }, () => "x".repeat(5000))]);
    assert.ok(Math.max(...turns) < 2 * slice, `${String(Math.max(...turns))} characters in one turn`);
    assert.ok(turns.length > 20);
  });

  it("goes on without the tokens when their tables cannot be read, as after an update that removed them", async () => {
    const events: LedgerEvent[] = [];
    const host = await makeHost({
      countTokens: () => Promise.reject(new Error("ENOENT")),
      emit: (event) => void events.push(event),
    });
    await host.warmUp();
    for (const id of ["first", "second"]) {
      await host.write([{ model: "", call: { row: row(id), inputText: "{}", outputText: "{}" } }]);
      await nextTurn();
    }
    await host.close(undefined);
    const counted = events.flatMap((event) => (event.kind === "counted" ? event.activities : []));
    assert.deepEqual(
      counted.map(({ id, outputTokens }) => [id, outputTokens]),
      [
        ["first", undefined],
        ["second", undefined],
      ],
    );
  });
});

function row(id: string) {
  return {
    id,
    at: 0,
    durationMs: 1,
    tool: "read_file",
    face: "mcp",
    client: "tester",
    principal: localUser,
    outcome: "ok",

    head: noHead,
    figures: [1, 2, 3],
  };
}
