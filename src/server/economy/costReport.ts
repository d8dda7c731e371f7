import path from "node:path";
import type { CostKey, CostReport, CostRow } from "../../protocol/cost.ts";
import type { Row } from "../storage/database.ts";
import { add, addPart, emptySum, isEmpty, minus, totalOf } from "./costSum.ts";
import type { Part, Sum } from "./costSum.ts";
import { fileParts } from "./fileParts.ts";
import { dayName, dayOfHour, hourName, localHour, monthName, weekName } from "./localTime.ts";
import { sumOfPico } from "./money.ts";
import { listVersion } from "./prices.ts";
import type { CostReportQuery, RowSource } from "./report.ts";
import { quarterMs } from "./usageSchema.ts";

/** Totals of tool calls, or of what runs used, by the keys that they have. */
interface Table {
  readonly name: "call_totals" | "run_totals" | "model_totals";
  readonly keys: Partial<Record<CostKey, string>>;
  /** With the kinds of tokens that few report only where somebody does: they cost a quarter of the query. */
  select(by: readonly CostKey[], hasKinds: boolean): string;
}

const calls: Table = {
  name: "call_totals",
  keys: { tool: "tool", client: "client", commit: "commit_id", branch: "branch" },
  select: () =>
    "sum(calls) AS calls, 0 AS runs, sum(uncounted) AS uncounted, 0 AS unpriced, sum(input_tokens) AS input, " +
    "sum(output_tokens) AS output, sum(duration_ms) AS call_ms, sum(saved_by_budget) AS saved_by_budget, " +
    "sum(saved_by_unchanged) AS saved_by_unchanged",
};
const uses: Table = {
  name: "run_totals",
  keys: { flow: "flow_name", component: "component", model: "model", commit: "commit_id", branch: "branch" },
  select: (by, hasKinds) => {
    const runs = runCount(by);
    return (
      `0 AS calls, sum(uses) AS uses, sum(${runs}) AS runs, sum(${runs} * unreported) AS uncounted, sum(runs) AS all_runs, ` +
      "sum(runs * unreported) AS all_uncounted, sum(duration_ms) AS run_ms, sum(unpriced) AS unpriced, sum(input_tokens) AS input, " +
      `sum(output_tokens) AS output, ${sumOfPico("cost_pico")}${hasKinds ? `, ${tokenKinds}` : ""}`
    );
  },
};

const modelCalls: Table = {
  name: "model_totals",
  keys: { model: "model", commit: "commit_id", branch: "branch" },
  select: () =>
    "0 AS calls, 0 AS runs, sum(calls) AS uses, sum(calls) AS model_calls, sum(uncounted) AS uncounted, " +
    `sum(unpriced) AS unpriced, sum(input_tokens) AS input, sum(output_tokens) AS output, ${sumOfPico("cost_pico")}`,
};

/** The column that adds up to how many runs there are: a run of two models is in the rows of both. */
function runCount(by: readonly CostKey[]): string {
  if (by.includes("model")) return by.includes("component") ? "uses" : "runs_by_model";
  return by.includes("component") ? "runs_by_component" : "runs";
}

function reported(kind: string, name: string): string {
  return `CASE WHEN sum(${kind}_reported) > 0 THEN sum(${kind}_tokens) END AS ${name}`;
}

const tokenKinds = [
  reported("cache_read", "cacheRead"),
  reported("cache_write", "cacheWrite"),
  reported("reasoning", "reasoning"),
  reported("audio", "audio"),
].join(", ");

/** What calls and runs have no name for. */
const none = "";

interface Group {
  readonly key: CostRow["key"];
  readonly sum: Sum;
}

/** Costs of runs and tokens of all, exact, of the stores of all processes. */
export function costReport(asked: CostReportQuery): CostReport {
  const query = inQuarters(asked);
  const { from, to, by } = query;
  const { groups, total } = totals({ ...query, by: by.filter((key) => key !== "file" && key !== "folder") });
  const rows = by.includes("file") || by.includes("folder") ? byFile(groups, query) : [...groups.values()];
  const { version, date } = listVersion();
  return {
    currency: "USD",
    prices: { version, date },
    from: from.toISOString(),
    to: to.toISOString(),
    rows: rows
      .sort((a, b) => compareKeys(a.key, b.key, by))
      .map(({ key, sum }) => ({ key, ...totalOf(sum), ...sharedTimes(by) })),
    total: totalOf(total),
  };
}

/** The time of a run of two models is that of neither. */
function sharedTimes(by: readonly CostKey[]) {
  const isByFile = by.includes("file") || by.includes("folder");
  const isByUse = by.includes("model") || by.includes("component");
  return { ...(isByFile && { callMs: null, saved: null }), ...((isByFile || isByUse) && { runMs: null }) };
}

/** Totals are kept for a quarter of an hour: a part of one is counted whole, and the answer's times say so. */
function inQuarters(query: CostReportQuery): CostReportQuery {
  const from = new Date(Math.floor(query.from.getTime() / quarterMs) * quarterMs);
  const to = new Date(Math.ceil(query.to.getTime() / quarterMs) * quarterMs);
  return { ...query, from, to };
}

function totals(query: CostReportQuery) {
  const { by, sources } = query;
  const groups = new Map<string, Group>();
  const total = emptySum();
  const nameOfTime = createTimeNames();
  for (const table of [calls, uses, modelCalls]) {
    for (const source of sources) {
      for (const row of rowsOf(source, { table, query })) {
        // A run of two models counts once in the total.
        const counts = table === uses ? { runs: "all_runs", uncounted: "all_uncounted" } : undefined;
        add(total, row, counts);
        const names = by.map((name) => keyOf(name, row, { table, nameOfTime }));
        add(groupOf(groups, names, by).sum, row);
      }
    }
  }
  return { groups, total };
}

/** The group of these names, one for each key. */
function groupOf(groups: Map<string, Group>, names: readonly string[], by: readonly CostKey[]): Group {
  const id = JSON.stringify(names);
  const known = groups.get(id);
  if (known) return known;
  const group = { key: Object.fromEntries(by.map((key, index) => [key, names[index]])), sum: emptySum() };
  groups.set(id, group);
  return group;
}

/** Each group by the files that its calls, and the calls of its runs, were about; the rest of it has no file. */
function byFile(whole: ReadonlyMap<string, Group>, query: CostReportQuery): Group[] {
  const { by } = query;
  const others = by.filter((key) => key !== "file" && key !== "folder");
  const groups = new Map<string, Group>();
  const taken = new Map<string, Group>();
  for (const part of fileParts(query)) {
    const namesOf = (keys: readonly CostKey[]) => keys.map((key) => keyOfPart(key, part));
    addPart(groupOf(groups, namesOf(by), by).sum, part);
    // Of a part that is left, it stays unknown what it cost.
    const known = part.isWhole ? part : { ...part, unpriced: false, isUnreported: false };
    addPart(groupOf(taken, namesOf(others), others).sum, known);
  }
  const rest = [...whole].flatMap(([id, { key, sum }]) => {
    const part = taken.get(id);
    const left = part ? minus(sum, part.sum) : sum;
    return isEmpty(left) ? [] : [{ key: { ...key, ...withoutFile(by) }, sum: left }];
  });
  return [...groups.values(), ...rest];
}

function withoutFile(by: readonly CostKey[]): CostRow["key"] {
  return { ...(by.includes("file") && { file: none }), ...(by.includes("folder") && { folder: none }) };
}

function keyOfPart(key: CostKey, part: Part): string {
  if (isTimeKey(key)) return timeKey(key, part.at);
  switch (key) {
    case "file":
      return part.path;
    case "folder":
      return path.posix.dirname(part.path);
    default:
      return part.names[key] ?? none;
  }
}

const rareKinds = "max(cache_read_reported + cache_write_reported + reasoning_reported + audio_reported) AS kinds";

interface Asked {
  readonly table: Table;
  readonly query: CostReportQuery;
}

function rowsOf(source: RowSource, { table, query }: Asked): readonly Row[] {
  const { tenant, from, to, by } = query;
  const inTime = "WHERE quarter >= ? AND quarter < ? AND tenant = ?";
  const params = [from.getTime() / quarterMs, to.getTime() / quarterMs, tenant];
  const rare = `max(unpriced) AS unpriced, ${table === uses ? rareKinds : "0 AS kinds"}`;
  const facts = table === calls ? undefined : source.all(`SELECT ${rare} FROM ${table.name} ${inTime}`, ...params)[0];
  const [hasUnpriced, hasKinds] = [Number(facts?.["unpriced"] ?? 0) > 0, Number(facts?.["kinds"] ?? 0) > 0];
  const groups = [
    // In the order of the table, which costs less than grouping by days; they are added up here.
    ...(by.some(isTimeKey) ? ["quarter"] : []),
    ...by.flatMap((key) => (table.keys[key] === undefined ? [] : [`${table.keys[key]} AS ${key}_key`])),
    // Which models have no price; a further group costs more than the query, and most have one.
    ...(hasUnpriced && !by.includes("model") ? ["model AS model_key"] : []),
  ];
  const columns = [...groups, table.select(by, hasKinds)].join(", ");
  const grouped = groups.length === 0 ? "" : ` GROUP BY ${groups.map((_, index) => String(index + 1)).join(", ")}`;
  const sql = `SELECT ${columns} FROM ${table.name} ${inTime}${grouped}`;
  const rows = source.all(sql, ...params);
  // Without groups, SQL has a row of nothing as well.
  return rows.filter((row) => Number(row["calls"] ?? 0) + Number(row["uses"] ?? 0) > 0);
}

function isTimeKey(key: CostKey): boolean {
  return key === "hour" || key === "day" || key === "week" || key === "month";
}

interface Naming {
  readonly table: Table;
  nameOfTime(key: CostKey, at: number): string;
}

function keyOf(key: CostKey, row: Row, { table, nameOfTime }: Naming): string {
  if (isTimeKey(key)) return nameOfTime(key, Number(row["quarter"]) * quarterMs);
  if (key === "client" && table === uses) return "langflow";
  return table.keys[key] === undefined ? none : String(row[`${key}_key`]);
}

/** Each quarter of an hour comes in many rows. */
function createTimeNames(): Naming["nameOfTime"] {
  const names = new Map<string, string>();
  return (key, at) => {
    const id = `${key} ${String(at)}`;
    const name = names.get(id) ?? timeKey(key, at);
    names.set(id, name);
    return name;
  };
}

function timeKey(key: CostKey, at: number): string {
  const { hour, offset } = localHour(at);
  switch (key) {
    case "hour":
      return hourName(hour, offset);
    case "week":
      return weekName(dayOfHour(hour));
    case "month":
      return monthName(dayOfHour(hour));
    default:
      return dayName(dayOfHour(hour));
  }
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
