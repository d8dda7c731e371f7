import type { CostKey, CostReport, CostRow, CostTokens } from "../../protocol/cost.ts";
import type { Row } from "../storage/database.ts";
import {
  dayName,
  dayOfHour,
  hourName,
  localDaySql,
  localHourSql,
  monthName,
  offsetSql,
  offsetsBetween,
  weekName,
} from "./localTime.ts";
import { decimalOf, picoOfSum, sumOfPico } from "./money.ts";
import { priceDate, priceVersion } from "./prices.ts";
import type { RowSource } from "./report.ts";

export interface CostReportQuery {
  readonly sources: readonly RowSource[];
  readonly tenant: string;
  readonly from: Date;
  readonly to: Date;
  readonly by: readonly CostKey[];
}

/** Tool calls, runs each once, or runs once for each of their models, by the keys that their table has. */
interface Table {
  readonly keys: Partial<Record<CostKey, string>>;
  /** Added up for rows of the report, and for its total. */
  readonly counts: "always" | "withoutModel" | "withModel";
  readonly select: string;
}

const calls: Table = {
  keys: { tool: "tool", client: "client" },
  counts: "always",
  select:
    "count(*) AS calls, 0 AS runs, sum(input_tokens IS NULL) AS uncounted, 0 AS unpriced, " +
    "sum(input_tokens) AS input, sum(output_tokens) AS output FROM calls",
};
const runs: Table = {
  keys: { flow: "flow_name" },
  counts: "withoutModel",
  select: "0 AS calls, count(*) AS runs, sum(unreported IS NOT NULL) AS uncounted FROM runs",
};
const uses: Table = {
  keys: { flow: "flow_name", model: "coalesce(model, '')" },
  counts: "withModel",
  select:
    "0 AS calls, count(*) AS runs, sum(unreported IS NOT NULL) AS uncounted, " +
    "sum(model IS NOT NULL AND cost_pico IS NULL) AS unpriced, sum(input_tokens) AS input, sum(output_tokens) AS " +
    "output, sum(cache_read_tokens) AS cacheRead, sum(cache_write_tokens) AS cacheWrite, sum(reasoning_tokens) AS " +
    `reasoning, sum(audio_tokens) AS audio, ${sumOfPico("cost_pico")} FROM runs LEFT JOIN run_models ON run_id = id`,
};

/** What calls and runs have no name for. */
const none = "";

/** Costs of runs and tokens of all, exact, of the stores of all processes. */
export function costReport(query: CostReportQuery): CostReport {
  const { from, to, by, sources } = query;
  const rows = new Map<string, { readonly key: CostRow["key"]; readonly sum: Sum }>();
  const total = emptySum();
  const offset = offsetSql(usedOffsets(query));
  for (const table of [calls, runs, uses]) {
    const counted = table.counts === "always" || table.counts === (by.includes("model") ? "withModel" : "withoutModel");
    for (const source of sources) {
      for (const row of rowsOf(source, { table, offset, query })) {
        // A run of two models counts once here.
        add(total, row, table.counts !== "withModel");
        // Only how many runs there are, which the rows of their models say.
        if (table === runs && !counted) continue;
        const key = Object.fromEntries(by.map((name) => [name, keyOf(name, row, table)]));
        const id = JSON.stringify(by.map((name) => key[name]));
        const { sum } = rows.get(id) ?? { sum: emptySum() };
        add(sum, row, counted);
        rows.set(id, { key, sum });
      }
    }
  }
  return {
    currency: "USD",
    prices: { version: priceVersion, date: priceDate },
    from: from.toISOString(),
    to: to.toISOString(),
    rows: [...rows.values()]
      .sort((a, b) => compareKeys(a.key, b.key, by))
      .map(({ key, sum }) => ({ key, ...totalOf(sum) })),
    total: totalOf(total),
  };
}

/** Only for as long as there are rows: a query can ask for thousands of years. */
function usedOffsets({ sources, from, to, by }: CostReportQuery) {
  if (!by.some(isTimeKey)) return [];
  const ends = sources.flatMap((source) =>
    ["calls", "runs"].flatMap((table) =>
      ["min", "max"].flatMap((end) => source.all(`SELECT ${end}(at) AS at FROM ${table}`)[0]?.["at"] ?? []),
    ),
  );
  const times = ends.map(Number);
  const start = Math.max(from.getTime(), Math.min(...times));
  const end = Math.min(to.getTime(), Math.max(...times) + 1);
  return start < end ? offsetsBetween(start, end) : [];
}

interface Asked {
  readonly table: Table;
  readonly offset: string;
  readonly query: CostReportQuery;
}

function rowsOf(source: RowSource, { table, offset, query }: Asked): readonly Row[] {
  const { tenant, from, to, by } = query;
  const groups = [
    ...(by.includes("hour")
      ? [`${localHourSql(offset)} AS hour`, `${offset} AS offset`]
      : by.some(isTimeKey)
        ? [`${localDaySql(offset)} AS day`]
        : []),
    ...by.flatMap((key) => (table.keys[key] === undefined ? [] : [`${table.keys[key]} AS ${key}_key`])),
    // Which models have no price.
    ...(table === uses && !by.includes("model") ? ["coalesce(model, '') AS model_key"] : []),
  ];
  const columns = [...groups, table.select].join(", ");
  const grouped = groups.length === 0 ? "" : ` GROUP BY ${groups.map((_, index) => String(index + 1)).join(", ")}`;
  const sql = `SELECT ${columns} WHERE tenant = ? AND at >= ? AND at < ?${grouped}`;
  // Without groups, SQL has a row of nothing as well.
  return source.all(sql, tenant, from.getTime(), to.getTime()).filter((row) => row["calls"] !== 0 || row["runs"] !== 0);
}

function isTimeKey(key: CostKey): boolean {
  return key === "hour" || key === "day" || key === "week" || key === "month";
}

function keyOf(key: CostKey, row: Row, table: Table): string {
  const hour = Number(row["hour"]);
  const day = () => ("hour" in row ? dayOfHour(hour) : Number(row["day"]));
  switch (key) {
    case "hour":
      return hourName(hour, Number(row["offset"]));
    case "day":
      return dayName(day());
    case "week":
      return weekName(day());
    case "month":
      return monthName(day());
    case "client":
      return table === calls ? String(row["client_key"]) : "langflow";
    case "flow":
    case "model":
    case "tool":
      return table.keys[key] === undefined ? none : String(row[`${key}_key`]);
  }
}

interface Sum {
  calls: number;
  runs: number;
  uncounted: number;
  tokens: { -readonly [Kind in keyof CostTokens]: CostTokens[Kind] };
  pico: bigint;
  /** No part lacks a price or its usage. */
  whole: boolean;
  readonly unpriced: Set<string>;
}

const kinds = ["cacheRead", "cacheWrite", "reasoning", "audio"] as const;

function emptySum(): Sum {
  const tokens = { input: 0, output: 0, cacheRead: null, cacheWrite: null, reasoning: null, audio: null };
  return { calls: 0, runs: 0, uncounted: 0, tokens, pico: 0n, whole: true, unpriced: new Set() };
}

function add(sum: Sum, row: Row, counted: boolean): void {
  const number = (column: string) => Number(row[column] ?? 0);
  if (counted) {
    sum.calls += number("calls");
    sum.runs += number("runs");
    sum.uncounted += number("uncounted");
  }
  sum.tokens.input += number("input");
  sum.tokens.output += number("output");
  for (const kind of kinds) {
    const tokens = row[kind] ?? null;
    if (tokens !== null) sum.tokens[kind] = (sum.tokens[kind] ?? 0) + Number(tokens);
  }
  sum.pico += picoOfSum(row);
  // Calls have no cost that could be missing.
  if (number("runs") > 0 && number("uncounted") + number("unpriced") > 0) sum.whole = false;
  if (number("unpriced") > 0) sum.unpriced.add(String(row["model_key"]));
}

function totalOf({ unpriced, pico, whole, ...sum }: Sum): CostReport["total"] {
  const { calls: callCount, runs: runCount, tokens, uncounted } = sum;
  return {
    calls: callCount,
    runs: runCount,
    tokens,
    uncounted,
    cost: whole ? decimalOf(pico) : null,
    ...(unpriced.size > 0 && { unknown: [...unpriced].sort() }),
  };
}

/** By the first key, then by the second, and so on; hours as they came. */
function compareKeys(a: CostRow["key"], b: CostRow["key"], by: readonly CostKey[]): number {
  for (const name of by) {
    const [left = "", right = ""] = [a[name], b[name]];
    if (left === right) continue;
    const hours = name === "hour" ? Date.parse(left) - Date.parse(right) : 0;
    return hours !== 0 ? hours : left < right ? -1 : 1;
  }
  return 0;
}
