import type { CostKey } from "../../protocol/cost.ts";
import type { Activity } from "../../protocol/status.ts";
import type { Row, SqlValue } from "../storage/database.ts";
import { summedFigures } from "./callFigures.ts";
import { decimalOf, picoOfSum, sumOfPico } from "./money.ts";
import { listVersion, priceOf } from "./prices.ts";
import type { CallRow } from "./rows.ts";
import { quarterMs } from "./usageSchema.ts";
import type { LedgerTotal, LedgerSummary } from "./types.ts";

/** A source of rows: this process's store or another's. */
export interface RowSource {
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
}

export interface CostReportQuery {
  readonly sources: readonly RowSource[];
  readonly tenant: string;
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
    source.all(runsWithUse("SELECT * FROM runs WHERE tenant = ? ORDER BY at DESC LIMIT ?"), tenant, limit),
  );
  return [...calls.map((row) => storedCall(row, model)), ...runs.map(runActivity)]
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0))
    .slice(0, limit);
}

function runsWithUse(runs: string): string {
  return (
    "SELECT r.*, count(m.model) AS models, sum(m.input_tokens) AS input_tokens, sum(m.output_tokens) AS " +
    `output_tokens, count(m.cost_pico) AS priced, ${sumOfPico("m.cost_pico")} FROM (${runs}) r ` +
    "LEFT JOIN run_uses m ON m.run_id = r.id AND m.model <> '' GROUP BY r.id"
  );
}

/** One run, with its row; undefined where there is none. */
export function storedRun(sources: readonly RowSource[], id: string): StoredActivity | undefined {
  const sql = runsWithUse("SELECT * FROM runs WHERE id = ?");
  for (const source of sources) for (const row of source.all(sql, id)) return { activity: runActivity(row), row };
  return undefined;
}

/** The same of a call. */
export function storedCallOf(sources: readonly RowSource[], id: string, model: string): StoredActivity | undefined {
  const sql = "SELECT * FROM calls WHERE id = ?";
  for (const source of sources) for (const row of source.all(sql, id)) return { activity: storedCall(row, model), row };
  return undefined;
}

interface StoredActivity {
  readonly activity: Activity;
  readonly row: Row;
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

const callTotals =
  "sum(calls) AS calls, sum(calls * (outcome <> 'ok')) AS failed, sum(input_tokens) AS input, sum(output_tokens) AS " +
  "output, sum(uncounted) AS uncounted, sum(duration_ms) AS duration FROM call_totals";

const flowTotals =
  "SELECT flow_name AS name, sum(runs) AS calls, sum(runs * (outcome <> 'ok')) AS failed, sum(input_tokens) AS input, " +
  "sum(output_tokens) AS output, sum(runs * unreported) AS uncounted, sum(duration_ms) AS duration, " +
  `sum(unpriced) AS unpriced, ${sumOfPico("cost_pico")} FROM run_totals`;

/** Since the quarter of an hour that a time is in. */
export function summarize(query: ReportQuery & { readonly since: Date }): LedgerSummary {
  const { sources, tenant, since, model } = query;
  const quarter = Math.floor(since.getTime() / quarterMs);
  const rowsOf = (sql: string) =>
    sources.flatMap((source) => source.all(`${sql} WHERE quarter >= ? AND tenant = ? GROUP BY name`, quarter, tenant));
  const calls = (name: string) =>
    merged([...rowsOf(`SELECT ${name} AS name, ${callTotals}`), ...figuresOf(name)]).map(
      ({ sum, input, output }): LedgerTotal => {
        const counted = sum.calls - sum.uncounted;
        return { ...sum, ...estimate(model, { calls: counted, input, output }) };
      },
    );
  /** Of figures that the totals do not have. */
  const figuresOf = (name: string) => {
    if (otherFigures.length === 0) return [];
    const columns = otherFigures.map(({ column, sum }) => `sum(${column}) AS ${sum}`).join(", ");
    return rowsOf(
      `SELECT ${name} AS name, ${columns} FROM (SELECT *, at / ${String(quarterMs)} AS quarter FROM calls)`,
    );
  };
  const flows = merged(rowsOf(flowTotals)).map(({ sum, cost, unpriced }): LedgerTotal => {
    return { ...sum, cost: unpriced > 0 || sum.uncounted > 0 ? "unknown" : cost };
  });
  return {
    since: since.toISOString(),
    tools: calls("tool"),
    flows,
    clients: calls("client"),
    days: calls(`strftime('%Y-%m-%d', quarter * ${String(quarterMs / 1000)}, 'unixepoch')`).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    ),
    prices: { date: listVersion().date, ...(model !== "" && { model }) },
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
const otherFigures = summedFigures.filter(({ sum }) => sum !== "duration");

/** Totals of several stores by name, the most used first. */
function merged(rows: readonly Row[]): Merged[] {
  return [...Map.groupBy(rows, (row) => String(row["name"]))]
    .map(([name, parts]) => {
      const total = (field: string) => parts.reduce((sum, row) => sum + Number(row[field] ?? 0), 0);
      const calls = total("calls");
      const figures = Object.fromEntries(
        otherFigures.flatMap(({ sum: name }) => (parts.some((row) => name in row) ? [[name, total(name)]] : [])),
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
