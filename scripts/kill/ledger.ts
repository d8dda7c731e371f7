// Every call that was answered before the kill has its row in the ledger, on either storage engine.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startServer } from "../../test/support/server.ts";
import type { RunningServer } from "../../test/support/server.ts";
import { scratchWorkspace } from "../../test/support/workspaces.ts";

export type Engine = "node" | "sqljs";

export interface Scenario {
  readonly name: string;
  /** What it says goes into the report. */
  run(options: { rounds: number }): Promise<string>;
}

export function ledgerScenario(engine: Engine): Scenario {
  return { name: `ledger-${engine}`, run: ({ rounds }) => killRounds(engine, rounds) };
}

async function killRounds(engine: Engine, rounds: number): Promise<string> {
  const workspace = await scratchWorkspace({ "notes.txt": "one\n".repeat(50) });
  const data = await mkdtemp(path.join(tmpdir(), "lfc-kill-ledger-"));
  const answered = new Set<string>();
  const sent = { count: 0 };
  try {
    for (let round = 0; round < rounds; round++)
      await killRound({ engine, round, folder: workspace.folder, data, answered, sent });
    const clients = readRows(engine, path.join(data, "ledger"), "SELECT client FROM calls");
    const rows = clients.filter((client) => client.startsWith("kill-"));
    const found = new Set(rows);
    const lost = [...answered].filter((id) => !found.has(id));
    assert.deepEqual(lost, [], `${lost.length} of ${answered.size} answered calls have no row`);
    assert.equal(found.size, rows.length, "no call has two rows");
    assert.ok(answered.size >= rounds * 3, `${answered.size} answered calls show nothing`);
    const names = await readdir(path.join(data, "ledger"));
    // A kill in the middle of the one write of the key leaves its temporary file, which a start a minute later removes.
    const left = names.filter((name) => name.endsWith(".tmp") && !name.startsWith("answers.key."));
    assert.deepEqual(left, []);
    return `${rounds} kills, ${sent.count} calls sent, ${answered.size} answered, 0 lost`;
  } finally {
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  }
}

interface Round {
  readonly engine: Engine;
  readonly round: number;
  readonly folder: string;
  readonly data: string;
  readonly answered: Set<string>;
  readonly sent: { count: number };
}

async function killRound({ engine, round, folder, data, answered, sent }: Round) {
  const server = await startServer({ folders: [folder], data, env: { LFC_STORAGE_ENGINE: engine } });
  let alive = true;
  const started = Promise.withResolvers<undefined>();
  async function callUntilKilled(lane: number) {
    for (let count = 0; alive; count++) {
      // The ledger contains no arguments: the client's name distinguishes one call from another.
      const id = `kill-${round}-${lane}-${count}`;
      sent.count++;
      try {
        if (await callOnce(server, id)) answered.add(id);
        started.resolve(undefined);
      } catch {
        return;
      }
    }
  }
  const lanes = [0, 1, 2, 3].map(callUntilKilled);
  // From the first answer on: a busy machine starts slowly, and a kill before any answer shows nothing.
  await started.promise;
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
  server.kill("SIGKILL");
  alive = false;
  await Promise.all(lanes);
  await server.stop();
}

/** True once the whole answer is here, and it is the tool's. */
async function callOnce(server: RunningServer, id: string) {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${server.token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
      "user-agent": id,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "read_file", arguments: { path: "notes.txt" } },
    }),
    signal: AbortSignal.timeout(10_000),
  });
  return (await response.text()).includes("etag");
}

/** A query's first column, by a reader that is not ours where there is one: sql.js's journal has no other. */
export function readRows(engine: Engine, folder: string, query: string): string[] {
  const output =
    engine === "node"
      ? execFileSync("sqlite3", [path.join(folder, "ledger.db"), query, "PRAGMA integrity_check"], options)
      : execFileSync(
          process.execPath,
          ["--disable-warning=ExperimentalWarning", "scripts/kill/readSqljs.ts", folder, query],
          options,
        );
  const rows = output.split("\n").slice(0, -1);
  if (engine === "node") assert.equal(rows.pop(), "ok", "integrity_check");
  return rows;
}

const options = { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 } as const;
