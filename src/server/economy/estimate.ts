import type { CostEstimate, ModelEstimate } from "../../protocol/estimate.ts";
import { ToolError } from "../platform/errors.ts";
import type { Row } from "../storage/database.ts";
import { decimalOf } from "./money.ts";
import { costOf } from "./prices.ts";
import type { RowSource } from "./report.ts";
import { label } from "./rows.ts";
import type { EstimateQuery } from "./types.ts";

/** Older runs say less of what the flow is now. */
const mostRuns = 100;

/** By the past runs of a flow, whose id or name it is; each use of a model is priced now. */
export function estimate(sources: readonly RowSource[], query: EstimateQuery): CostEstimate {
  const { flow, models, inputTokens } = query;
  const now = new Date();
  const inputCost = (model: string) =>
    inputTokens === undefined ? {} : { inputCost: money(costOf(model, { input: inputTokens, output: 0 }, now).pico) };
  const rows = usesOf(sources, query);
  const [newest] = rows;
  if (!newest) {
    const named = models.map((model) => ({ model, runs: 0, cost: null, ...inputCost(model) }));
    return { ...facts(query), flow, runs: 0, models: named, cost: null, unknown: unknownWithoutRuns(models) };
  }
  const uses = rows.map((row) => useOf(row, now));
  const runs = [...Map.groupBy(uses, ({ run }) => run).values()];
  const byModel = Map.groupBy(uses, ({ model }) => model);
  const unpriced = [...byModel].flatMap(([model, all]) => (all.some(({ pico }) => pico === undefined) ? [model] : []));
  return {
    ...facts(query),
    flow: { id: String(newest["flow_id"]), name: String(newest["flow_name"]) },
    runs: runs.length,
    models: [...byModel].map(([model, all]): ModelEstimate => {
      const ofRuns = [...Map.groupBy(all, ({ run }) => run).values()];
      const tokens = (kind: "input" | "output") =>
        range(ofRuns.map((parts) => parts.reduce((sum, part) => sum + part[kind], 0)));
      return {
        model,
        runs: ofRuns.length,
        input: tokens("input"),
        output: tokens("output"),
        cost: costRange(ofRuns),
        ...inputCost(model),
      };
    }),
    cost: costRange(runs),
    unknown: unpriced.map((model) => `No price is known for ${model}.`),
  };
}

function facts({ inputTokens }: EstimateQuery) {
  return { currency: "USD", ...(inputTokens !== undefined && { inputTokens }) } as const;
}

function unknownWithoutRuns(models: readonly string[]): readonly string[] {
  if (models.length === 0) return ["The flow has no run with known usage yet, and names no model."];
  return [
    "The flow has no run with known usage yet: what its models will write, and read besides the input, is not known.",
  ];
}

interface Use {
  readonly run: string;
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly pico: bigint | undefined;
}

function useOf(row: Row, now: Date): Use {
  const [model, input, output] = [String(row["model"]), Number(row["input"]), Number(row["output"])];
  const cache = (kind: string) => (row[kind] === null ? {} : { [kind]: Number(row[kind]) });
  const tokens = { input, output, ...cache("cacheRead"), ...cache("cacheWrite") };
  return { run: String(row["id"]), model, input, output, pico: costOf(model, tokens, now).pico };
}

function usesOf(sources: readonly RowSource[], { tenant, flow }: EstimateQuery): readonly Row[] {
  const runs = (column: "flow_id" | "flow_name") =>
    `SELECT id, at, flow_id, flow_name FROM runs WHERE tenant = ? AND ${column} = ? AND unreported IS NULL AND outcome = 'ok' ` +
    `AND id IN (SELECT run_id FROM run_uses WHERE model <> '') ORDER BY at DESC LIMIT ${String(mostRuns)}`;
  const ask = (column: "flow_id" | "flow_name", value: string) =>
    sources.flatMap((source) =>
      source.all(
        "SELECT r.id AS id, r.at AS at, r.flow_id AS flow_id, r.flow_name AS flow_name, m.model AS model, " +
          "m.input_tokens AS input, m.output_tokens AS output, m.cache_read_tokens AS cacheRead, " +
          `m.cache_write_tokens AS cacheWrite FROM (${runs(column)}) r JOIN run_uses m ON m.run_id = r.id`,
        tenant,
        value,
      ),
    );
  const byId = ask("flow_id", flow.id ?? flow.name);
  // A flow that was found elsewhere is known by its id alone: another one can have its name.
  const found = byId.length > 0 || flow.id !== undefined ? byId : ask("flow_name", label(flow.name));
  const ids = new Set(found.map((row) => String(row["flow_id"])));
  if (ids.size > 1) {
    throw new ToolError(
      "AMBIGUOUS",
      `The ledger has runs of ${String(ids.size)} flows of the name ${JSON.stringify(flow.name)}.`,
      `Give the id of one: ${[...ids].join(", ")}.`,
    );
  }
  const newest = [...new Map(found.map((row) => [String(row["id"]), Number(row["at"])]))]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostRuns);
  const kept = new Map(newest);
  return found
    .filter((row) => kept.has(String(row["id"])))
    .sort((a, b) => Number(b["at"]) - Number(a["at"]) || (String(a["model"]) < String(b["model"]) ? -1 : 1));
}

/** The costs of runs, each of some uses; null as soon as one of them is not known. */
function costRange(runs: readonly (readonly Use[])[]): ModelEstimate["cost"] {
  const costs: bigint[] = [];
  for (const uses of runs) {
    let cost = 0n;
    for (const { pico } of uses) {
      if (pico === undefined) return null;
      cost += pico;
    }
    costs.push(cost);
  }
  const { low, median, high } = range(costs);
  return { low: decimalOf(low), median: decimalOf(median), high: decimalOf(high) };
}

/** By the nearest rank: figures that runs had. */
function range<Value extends number | bigint>(values: readonly Value[]) {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (part: number): Value => {
    const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
    if (value === undefined) throw new Error("A range of nothing was asked for.");
    return value;
  };
  return { low: at(0.1), median: at(0.5), high: at(0.9) };
}

function money(pico: bigint | undefined): string | null {
  return pico === undefined ? null : decimalOf(pico);
}
