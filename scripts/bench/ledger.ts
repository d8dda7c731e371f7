// Reports over a ledger of a million rows, as the server answers them, beside the same totals by the sqlite3 program over
// the rows themselves. Twenty tools, three clients, twenty flows and four models in the working hours of 90 days.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { CostKey } from "../../src/protocol/cost.ts";
import { createLedger } from "../../src/server/economy/ledger.ts";
import { ledgerMigrations } from "../../src/server/economy/schema.ts";
import { localUser } from "../../src/server/platform/call.ts";
import { noHead } from "../../src/server/platform/gitHead.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import { migrate } from "../../src/server/storage/migrate.ts";
import { openStore } from "../../src/server/storage/open.ts";
import { medianOf5, ms } from "../lib/bench.ts";
import type { Row } from "../lib/bench.ts";

const run = promisify(execFile);
const calls = 700_000;
const runs = 300_000;
const days = 90;
const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const limitMs = 300;

export async function measure(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  try {
    await writeRows(folder);
    const ledger = createLedger({
      workerFile: new URL("../../dist/server/ledgerWorker.mjs", import.meta.url),
      options: { folder, engine: "node", workspace: "app", keepDays: 3650 },
      log: createLogger(() => undefined),
      model: () => "",
      head: () => noHead,
    });
    const period = { from: new Date(start).toISOString(), to: new Date(start + days * dayMs).toISOString() };
    const rows: Row[] = [];
    try {
      for (const by of [["day"], ["day", "model"], ["flow", "model"], ["tool"]] as const satisfies CostKey[][]) {
        const ours = await medianOf5(() => ledger.cost({ ...period, by: [...by] }, localUser));
        rows.push({
          what: `cost of 1,000,000 calls and runs by ${by.join(" and ")}`,
          ours: ms(ours),
          ...(by.length === 1 && by[0] === "day" && { beside: `sqlite3 ${ms(await bySqlite(folder))}` }),
          limit: `≤ ${String(limitMs)} ms`,
          ok: ours <= limitMs,
        });
      }
      const since = new Date(start + 60 * dayMs);
      const panel = await medianOf5(() => ledger.summary(since, localUser));
      rows.push({
        what: "the panel's totals of 30 days of them",
        ours: ms(panel),
        limit: "≤ 300 ms",
        ok: panel <= limitMs,
      });
    } finally {
      await ledger.dispose();
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bySqlite(folder: string): Promise<number> {
  const sql =
    "SELECT date(at / 1000, 'unixepoch'), count(*), sum(input_tokens) FROM calls GROUP BY 1; SELECT date(r.at / 1000, " +
    "'unixepoch'), count(DISTINCT r.id), sum(u.cost_pico) FROM runs r JOIN run_uses u ON u.run_id = r.id GROUP BY 1;";
  return medianOf5(() => run("sqlite3", [path.join(folder, "ledger.db"), sql], { maxBuffer: 64 * 1024 * 1024 }));
}

async function writeRows(folder: string): Promise<void> {
  const { database } = await openStore({ folder, name: "ledger", engine: "node", wasm: "", notice: () => undefined });
  migrate(database, ledgerMigrations);
  const call = database.prepare(
    "INSERT INTO calls (id, at, duration_ms, workspace, tool, face, client, outcome, input_bytes, output_bytes, " +
      "input_tokens, output_tokens, branch, commit_id) VALUES (?, ?, 7, 'app', ?, 'mcp', ?, 'ok', 1, 1, ?, ?, ?, ?)",
  );
  const oneRun = database.prepare(
    "INSERT INTO runs (id, at, duration_ms, workspace, flow_id, flow_name, server, outcome, branch, commit_id) " +
      "VALUES (?, ?, 4000, 'app', ?, ?, '', 'ok', ?, ?)",
  );
  const use = database.prepare(
    "INSERT INTO run_uses (run_id, component, model, input_tokens, output_tokens, cost_pico, price_date, first_of_run, " +
      "first_of_model, first_of_component) VALUES (?, 'Agent', ?, ?, ?, ?, '', 1, 1, 1)",
  );
  let state = 20_261_130;
  const below = (limit: number): number => {
    // The generator of Park and Miller.
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  /** Ten hours of a day. */
  const time = () => start + below(days) * dayMs + 7 * 3_600_000 + below(36_000_000);
  const headAt = (at: number) => [
    `branch ${String(Math.floor(at / dayMs) % 7)}`,
    `commit ${String(Math.floor(at / 7_200_000))}`,
  ];
  const batches = 100;
  for (let batch = 0; batch < batches; batch++) {
    database.transaction(() => {
      for (let index = 0; index < calls / batches; index++) {
        const at = time();
        const names = [`tool ${String(below(20))}`, `client ${String(below(3))}`];
        call.run(`${String(batch)}-${String(index)}`, at, ...names, below(2_000), below(9_000), ...headAt(at));
      }
      for (let index = 0; index < runs / batches; index++) {
        const [id, at, flow] = [`${String(batch)}-${String(index)}`, time(), `flow ${String(below(20))}`];
        oneRun.run(id, at, flow, flow, ...headAt(at));
        use.run(id, `model ${String(below(4))}`, below(20_000), below(900), below(1_000_000_000));
      }
    });
  }
  database.close();
}
