import { writeFile } from "node:fs/promises";
import path from "node:path";
import { runRow } from "../../src/server/economy/rows.ts";
import { ledgerMigrations } from "../../src/server/economy/schema.ts";
import { createLedgerWriter } from "../../src/server/economy/writer.ts";
import { localUser } from "../../src/server/platform/call.ts";
import { migrate } from "../../src/server/storage/migrate.ts";
import { openStore } from "../../src/server/storage/open.ts";

const dayMs = 86_400_000;

/** A ledger as a month of a flow's author leaves it: two flows, three models, one of them without a price. */
export async function writeUsage(data: string): Promise<void> {
  const folder = path.join(data, "ledger");
  const { database } = await openStore({ folder, name: "ledger", engine: "node", wasm: "", notice: () => undefined });
  migrate(database, ledgerMigrations);
  const runs = [];
  for (let day = 29; day >= 0; day--) {
    for (let turn = 0; turn < 3 + ((day * 5) % 4); turn++) {
      const review = turn % 3 !== 0;
      const model = review ? "gpt-4o" : day === 2 ? "orchard-large-9" : "claude-sonnet-4-5";
      const inputTokens = 18_000 + 2_500 * ((day + turn) % 5);
      const record = {
        id: `shot-${String(day)}-${String(turn)}`,
        flowId: review ? "review" : "notes",
        flowName: review ? "Review of a pull request" : "Release notes",
        server: "http://127.0.0.1:7860",
        startedAt: new Date(Date.now() - day * dayMs - (turn + 1) * 600_000),
        durationMs: 21_000 + turn * 3_000,
        outcome: "ok",
        usage: { reported: true, models: [{ model, inputTokens, outputTokens: 900 + 150 * turn }] },
      } as const;
      runs.push(runRow(record, localUser));
    }
  }
  createLedgerWriter(database, "bookshop").write({ calls: [], runs, tokens: [] });
  database.close();
  const budgets = [
    { name: "team", limit: "20", period: "month", hard: true },
    {
      name: "reviews",
      limit: "0.1",
      period: "day",
      scope: { kind: "flow", value: "Review of a pull request" },
      hard: false,
    },
  ];
  await writeFile(path.join(data, "budgets.json"), JSON.stringify({ budgets }), { mode: 0o600 });
}
