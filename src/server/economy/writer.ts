import type { Database } from "../storage/database.ts";
import { callFigures } from "./callFigures.ts";
import { picoOf } from "./money.ts";
import { priceDate, priceOf } from "./prices.ts";
import type { CallRow, RunRow, UsedModel } from "./rows.ts";

export interface CallTokens {
  readonly id: string;
  readonly input: number;
  readonly output: number;
}

/** What one commit of the ledger writes. */
export interface LedgerBatch {
  readonly calls: readonly CallRow[];
  readonly runs: readonly RunRow[];
  readonly tokens: readonly CallTokens[];
}

export interface LedgerWriter {
  /** All of it in one commit. A row that is there already, after a failure whose commit did last, is left as it is. */
  write(batch: LedgerBatch): void;
}

const callColumns = [
  ...["id", "at", "workspace", "tool", "face", "client", "outcome", "principal", "tenant"],
  ...callFigures.map(({ column }) => column),
];

export function createLedgerWriter(database: Database, workspace: string): LedgerWriter {
  const call = database.prepare(
    `INSERT OR IGNORE INTO calls (${callColumns.join(", ")}) VALUES (${callColumns.map(() => "?").join(", ")})`,
  );
  const tokens = database.prepare("UPDATE calls SET input_tokens = ?, output_tokens = ? WHERE id = ?");
  const run = database.prepare(
    "INSERT OR REPLACE INTO runs (id, at, duration_ms, workspace, flow_id, flow_name, server, outcome, unreported, " +
      "principal, tenant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const forget = database.prepare("DELETE FROM run_models WHERE run_id = ?");
  const model = database.prepare(
    // As text, because a number loses digits above 2^53.
    "INSERT INTO run_models (run_id, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, " +
      "reasoning_tokens, audio_tokens, cost_pico, price_date) VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?)",
  );

  function writeRun(row: RunRow): void {
    const { id, at, durationMs, flowId, flowName, server, outcome, unreported = null } = row;
    const { name: who, tenant } = row.principal;
    run.run(id, at, durationMs, workspace, flowId, flowName, server, outcome, unreported, who, tenant);
    forget.run(id);
    for (const used of row.models) {
      const { model: name, inputTokens, outputTokens, cacheRead, cacheWrite, reasoning, audio } = used;
      const kinds = [cacheRead, cacheWrite, reasoning, audio].map((tokens) => tokens ?? null);
      // Priced now: prices change, and a run cost what it cost on its day.
      model.run(id, name, inputTokens, outputTokens, ...kinds, costOf(used, new Date(at)), priceDate);
    }
  }

  return {
    write(batch) {
      database.transaction(() => {
        for (const row of batch.calls) {
          const { id, at, tool, face, client, outcome, principal, figures } = row;
          call.run(id, at, workspace, tool, face, client, outcome, principal.name, principal.tenant, ...figures);
        }
        for (const row of batch.runs) writeRun(row);
        for (const { id, input, output } of batch.tokens) tokens.run(input, output, id);
      });
    },
  };
}

/** In 10^-12 dollars, as text; null where no price is known. */
function costOf({ model, calls }: UsedModel, at: Date): string | null {
  let pico = 0n;
  for (const { inputTokens, outputTokens, cacheRead, cacheWrite } of calls) {
    const cost = priceOf(model, { input: inputTokens, output: outputTokens, cacheRead, cacheWrite }, at);
    if (cost === "unknown") return null;
    pico += picoOf(cost);
  }
  return String(pico);
}
