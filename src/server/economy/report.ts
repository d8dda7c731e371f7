import type { CostKey } from "../../protocol/cost.ts";
import type { Activity } from "../../protocol/status.ts";
import type { Row, SqlValue } from "../storage/database.ts";
import { summedFigures } from "./callFigures.ts";
import { decimalOf, picoOfSum, sumOfPico } from "./money.ts";
import { priceDate, priceOf } from "./prices.ts";
import type { CallRow } from "./rows.ts";
import type { LedgerTotal, LedgerSummary } from "./types.ts";

/** A source of rows: this process's store or another's. */
export interface RowSource {
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
}

export interface CostReportQuery {
  readonly sources: readonly RowSource[];
  readonly tenant: string;
  /** Both on a quarter of an hour: totals are kept for each. */
  readonly from: Date;
  readonly to: Date;
  readonly by: readonly CostKey[];
}

/** A tool call's money is an estimate for one model: the answer is what the model reads, the arguments what it wrote. */
function estimate(model: string, sum: { calls: number; input: number; output: number }) {
  if (model === "" || sum.calls === 0) return {};
  // Per average call, since prices have tiers by the size of one request.
  const one = { input: sum.output / sum.calls, output: sum.input / sum.calls };
  const cost = priceOf(model, one, new Date());
  return { cost: cost === "unknown" ? cost : cost * sum.calls };
}

export interface ReportQuery {
  readonly sources: readonly RowSource[];
  readonly tenant: string;
  /** Empty: no estimate. */
  readonly model: string;
}

export function recentActivity(query: ReportQuery & { readonly limit: number }): readonly Activity[] {
  const { sources, tenant, limit, model } = query;
  const calls = sources.flatMap((source) =>
    source.all("SELECT * FROM calls WHERE tenant = ? ORDER BY at DESC LIMIT ?", tenant, limit),
  );
  const runs = sources.flatMap((source) =>
    source.all(
      "SELECT r.*, count(m.model) AS models, sum(m.input_tokens) AS input_tokens, sum(m.output_tokens) AS " +
        `output_tokens, count(m.cost_pico) AS priced, ${sumOfPico("m.cost_pico")} FROM runs r ` +
        "LEFT JOIN run_uses m ON m.run_id = r.id AND m.model <> '' WHERE r.tenant = ? GROUP BY r.id ORDER BY r.at DESC LIMIT ?",
      tenant,
      limit,
    ),
  );
  return [...calls.map((row) => storedCall(row, model)), ...runs.map(runActivity)]
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0))
    .slice(0, limit);
}

/** A call as the panel shows it. */
export function callActivity(
  row: CallRow,
  tokens: { readonly input: number; readonly output: number } | undefined,
  model: string,
): Activity {
  const { cost } = tokens ? estimate(model, { calls: 1, ...tokens }) : {};
  return {
    id: row.id,
    kind: "tool",
    name: row.tool,
    client: row.client,
    startedAt: new Date(row.at).toISOString(),
    durationMs: row.durationMs,
    outcome: row.outcome,
    ...(tokens && { inputTokens: tokens.input, outputTokens: tokens.output }),
    ...(typeof cost === "number" && { cost }),
  };
}

function storedCall(row: Row, model: string): Activity {
  const counted = row["input_tokens"] !== null;
  const [input, output] = [Number(row["input_tokens"]), Number(row["output_tokens"])];
  const { cost } = counted ? estimate(model, { calls: 1, input, output }) : {};
  return {
    ...common(row),
    kind: "tool",
    name: String(row["tool"]),
    client: String(row["client"]),
    ...(counted && { inputTokens: input, outputTokens: output }),
    ...(typeof cost === "number" && { cost }),
  };
}

function runActivity(row: Row): Activity {
  return {
    ...common(row),
    kind: "run",
    name: String(row["flow_name"]),
    client: "langflow",
    ...(row["models"] !== 0 && {
      inputTokens: Number(row["input_tokens"]),
      outputTokens: Number(row["output_tokens"]),
    }),
    ...(row["models"] !== 0 && row["priced"] === row["models"] && { cost: dollarsOf(picoOfSum(row)) }),
  };
}

/** For display only: totals are added up before. */
function dollarsOf(pico: bigint): number {
  return Number(decimalOf(pico));
}

function common(row: Row) {
  return {
    id: String(row["id"]),
    startedAt: new Date(Number(row["at"])).toISOString(),
    durationMs: Number(row["duration_ms"]),
    outcome: String(row["outcome"]),
  };
}

const figureTotals = summedFigures.map(({ column, sum }) => `sum(${column}) AS ${sum}`).join(", ");

const callTotals =
  "count(*) AS calls, sum(outcome <> 'ok') AS failed, sum(input_tokens) AS input, sum(output_tokens) AS output, " +
  `sum(input_tokens IS NULL) AS uncounted, ${figureTotals} FROM calls WHERE tenant = ? AND at >= ? GROUP BY name`;

/** Per run first: a run of two models has two rows, and one without a price makes the whole run's cost unknown. */
const flowTotals =
  "SELECT flow_name AS name, count(*) AS calls, sum(outcome <> 'ok') AS failed, sum(input) AS input, sum(output) AS " +
  "output, sum(unreported IS NOT NULL) AS uncounted, sum(duration_ms) AS duration, sum(cost_high) AS cost_high, " +
  "sum(cost_low) AS cost_low, sum(unpriced) AS unpriced FROM (SELECT r.*, sum(m.input_tokens) AS input, " +
  `sum(m.output_tokens) AS output, ${sumOfPico("m.cost_pico")}, count(m.model) - count(m.cost_pico) AS unpriced ` +
  "FROM runs r LEFT JOIN run_uses m " +
  "ON m.run_id = r.id AND m.model <> '' WHERE r.tenant = ? AND r.at >= ? GROUP BY r.id) GROUP BY flow_name";

export function summarize(query: ReportQuery & { readonly since: Date }): LedgerSummary {
  const { sources, tenant, since, model } = query;
  const totalsOf = (sql: string) => merged(sources.flatMap((source) => source.all(sql, tenant, since.getTime())));
  const calls = (name: string) =>
    totalsOf(`SELECT ${name} AS name, ${callTotals}`).map(({ sum, input, output }): LedgerTotal => {
      const counted = sum.calls - sum.uncounted;
      return { ...sum, ...estimate(model, { calls: counted, input, output }) };
    });
  const flows = totalsOf(flowTotals).map(({ sum, cost, unpriced }): LedgerTotal => {
    return { ...sum, cost: unpriced > 0 || sum.uncounted > 0 ? "unknown" : cost };
  });
  return {
    since: since.toISOString(),
    tools: calls("tool"),
    flows,
    clients: calls("client"),
    days: calls("strftime('%Y-%m-%d', at / 1000, 'unixepoch')").sort((a, b) => (a.name < b.name ? -1 : 1)),
    prices: { date: priceDate, ...(model !== "" && { model }) },
  };
}

interface Merged {
  readonly sum: LedgerTotal;
  readonly input: number;
  readonly output: number;
  readonly cost: number;
  readonly unpriced: number;
}

/** Of a figure that only tool calls have, totals of runs say nothing. */
const otherFigures = summedFigures.map(({ sum }) => sum).filter((sum) => sum !== "duration");

/** Totals of several stores by name, the most used first. */
function merged(rows: readonly Row[]): Merged[] {
  return [...Map.groupBy(rows, (row) => String(row["name"]))]
    .map(([name, parts]) => {
      const total = (field: string) => parts.reduce((sum, row) => sum + Number(row[field] ?? 0), 0);
      const calls = total("calls");
      const figures = Object.fromEntries(
        otherFigures.flatMap((figure) => (parts.some((row) => figure in row) ? [[figure, total(figure)]] : [])),
      );
      const sum = {
        name,
        calls,
        failed: total("failed"),
        inputTokens: total("input"),
        outputTokens: total("output"),
        uncounted: total("uncounted"),
        averageMs: Math.round(total("duration") / calls),
        ...figures,
      };
      return {
        sum,
        input: sum.inputTokens,
        output: sum.outputTokens,
        cost: dollarsOf(parts.reduce((all, row) => all + picoOfSum(row), 0n)),
        unpriced: total("unpriced"),
      };
    })
    .sort((a, b) => b.sum.calls - a.sum.calls || (a.sum.name < b.sum.name ? -1 : 1));
}
