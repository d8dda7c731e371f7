import type { PricesShown } from "../../protocol/prices.ts";
import type { Database } from "../storage/database.ts";
import { costOf, costOfTotal, listFacts, shownModel } from "./prices.ts";
import type { RowSource } from "./report.ts";
import { label } from "./rows.ts";

export interface PricesQuery {
  readonly tenant: string;
  /** All that flow runs have used without one. */
  readonly model?: string;
}

const ofTenant = "FROM runs r JOIN run_uses m ON m.run_id = r.id WHERE m.model <> '' AND r.tenant = ?";

/** The models that flow runs have used, the most used first, with what they cost now. */
export async function usedPrices(sources: readonly RowSource[], { tenant, model }: PricesQuery): Promise<PricesShown> {
  const sql =
    "SELECT m.model AS model, count(DISTINCT r.id) AS runs, count(DISTINCT CASE WHEN m.cost_pico IS NULL THEN r.id END) " +
    `AS unknown_runs ${ofTenant} GROUP BY m.model`;
  const rows = sources.flatMap((source) => source.all(sql, tenant));
  const used = Map.groupBy(rows, (row) => String(row["model"]));
  const wanted = model === undefined ? [...used.keys()] : [label(model)];
  const now = new Date();
  const models = wanted.map((name) => {
    const total = (column: string) => (used.get(name) ?? []).reduce((sum, row) => sum + Number(row[column]), 0);
    return { model: name, ...shownModel(name, now), runs: total("runs"), unknownRuns: total("unknown_runs") };
  });
  return {
    list: await listFacts(),
    models: models.sort((a, b) => b.runs - a.runs || (a.model < b.model ? -1 : 1)),
    unknownRuns: countUnknown(sources, tenant),
  };
}

/** Flow runs with a model whose price is not known. */
export function countUnknown(sources: readonly RowSource[], tenant: string): number {
  const sql = `SELECT count(DISTINCT r.id) AS runs ${ofTenant} AND m.cost_pico IS NULL`;
  return sources.reduce((sum, source) => sum + Number(source.all(sql, tenant)[0]?.["runs"] ?? 0), 0);
}

/** Prices what has no cost, by the price of its time, and changes no known cost. How many runs have all their costs now. */
export function priceUnknown(database: Database, tenant: string): number {
  const unknown = database
    .prepare(
      "SELECT r.id AS id, r.at AS at, m.component AS component, m.model AS model, m.input_tokens AS input, " +
        `m.output_tokens AS output, m.cache_read_tokens AS cacheRead, m.cache_write_tokens AS cacheWrite ${ofTenant} AND m.cost_pico IS NULL`,
    )
    .all(tenant);
  const set = database.prepare(
    "UPDATE run_uses SET cost_pico = CAST(? AS INTEGER), price_date = ? " +
      "WHERE run_id = ? AND component = ? AND model = ? AND cost_pico IS NULL",
  );
  const left = new Set<string>();
  database.transaction(() => {
    priceModelCalls(database, tenant);
    for (const row of unknown) {
      const [id, model] = [String(row["id"]), String(row["model"])];
      const tokens = { input: Number(row["input"]), output: Number(row["output"]), ...cacheOf(row) };
      const { pico, source } = costOfTotal(model, tokens, new Date(Number(row["at"])));
      if (pico === undefined) left.add(id);
      else set.run(String(pico), source, id, String(row["component"]), model);
    }
  });
  return new Set(unknown.map((row) => String(row["id"]))).size - left.size;
}

/** The same of calls of models that are no part of a run. */
function priceModelCalls(database: Database, tenant: string): void {
  const unknown = database
    .prepare(
      "SELECT id, at, model, input_tokens, output_tokens FROM model_calls WHERE tenant = ? AND cost_pico IS NULL AND input_tokens IS NOT NULL",
    )
    .all(tenant);
  const set = database.prepare("UPDATE model_calls SET cost_pico = CAST(? AS INTEGER), price_date = ? WHERE id = ?");
  for (const { id = null, at, model, input_tokens: input, output_tokens: output } of unknown) {
    const { pico, source } = costOf(
      String(model),
      { input: Number(input), output: Number(output) },
      new Date(Number(at)),
    );
    if (pico !== undefined) set.run(String(pico), source, id);
  }
}

function cacheOf({ cacheRead = null, cacheWrite = null }: Readonly<Record<string, unknown>>) {
  return {
    ...(cacheRead !== null && { cacheRead: Number(cacheRead) }),
    ...(cacheWrite !== null && { cacheWrite: Number(cacheWrite) }),
  };
}
