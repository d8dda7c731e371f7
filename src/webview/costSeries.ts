import type { CostReport, CostRow } from "../protocol/cost.ts";
import { inCurrency } from "../protocol/currency.ts";
import type { Currency } from "../protocol/currency.ts";
import type { CostSplit } from "../protocol/periods.ts";

export type Measure = "cost" | "tokens" | "runTime" | "callTime";
export type TimeKey = "hour" | "day";

/** What a chart and its table show: for each time the amount of each part. */
export interface CostSeries {
  readonly times: readonly string[];
  readonly parts: readonly Part[];
}

interface Part {
  readonly name: string;
  readonly amounts: readonly Amount[];
}

/** `whole` is false where a part is not known: the amount is then what is known of it. */
export interface Amount {
  readonly value: number;
  readonly whole: boolean;
}

export interface SeriesChoice {
  /** What costs are shown in. */
  readonly currency: Currency;
  readonly measure: Measure;
  readonly split: CostSplit;
  readonly by: TimeKey;
}

/** What is measured by each split: a run of two models, or a call about two files, has no time that is theirs. */
export function measuresOf(split: CostSplit): readonly Measure[] {
  switch (split) {
    case "flow":
      return ["cost", "tokens", "runTime"];
    case "tool":
      return ["tokens", "callTime"];
    case "client":
    case "branch":
      return ["cost", "tokens", "runTime", "callTime"];
    case "model":
    case "component":
    case "file":
    case "folder":
      return ["cost", "tokens"];
  }
}

/** The most used parts, and one more for the others: as many as there are colors that differ well. */
const maxParts = 6;

export function costSeries(report: CostReport, { currency, measure, split, by }: SeriesChoice): CostSeries {
  const times = timesOf(report, by);
  const partOf = (name: string, rows: readonly CostRow[]): Part => {
    const byTime = Map.groupBy(rows, ({ key }) => key[by] ?? "");
    return { name, amounts: times.map((time) => amountOf(byTime.get(time) ?? [], measure)) };
  };
  const measured = report.rows
    .filter((row) => measuredOf(row, measure).count > 0)
    .map((row) => (row.cost === null ? row : { ...row, cost: inCurrency(row.cost, currency) }));
  const named = [...Map.groupBy(measured, ({ key }) => key[split] ?? "")]
    .map(([name, rows]) => ({ name: nameOf(name, split, measure), rows, all: amountOf(rows, measure) }))
    // Runs that called no model have nothing to show.
    .filter(({ all }) => all.value > 0 || !all.whole)
    .sort((a, b) => b.all.value - a.all.value || (a.name < b.name ? -1 : 1));
  const shown = named.length > maxParts ? named.slice(0, maxParts - 1) : named;
  const others = named.slice(shown.length).flatMap(({ rows }) => rows);
  return {
    times,
    parts: [
      ...shown.map(({ name, rows }) => partOf(name, rows)),
      ...(others.length > 0 ? [partOf("Others", others)] : []),
    ],
  };
}

/** What has no name of the split. */
function nameOf(name: string, split: CostSplit, measure: Measure): string {
  if (name !== "") return name;
  switch (split) {
    case "component":
      return "No component";
    case "model":
      // Runs whose model nobody reported have no model either.
      return measure === "tokens" ? "Tool calls" : "Not reported";
    case "flow":
      return "No flow";
    case "tool":
      return "No tool";
    case "client":
      return "Not named";
    case "file":
    case "folder":
      return "No file";
    case "branch":
      return "No branch";
  }
}

interface Measured {
  readonly value: number;
  /** Calls, runs and requests for embeddings that it is of. */
  readonly count: number;
  readonly whole: boolean;
}

function measuredOf(
  { cost, tokens, uncounted, calls, runs, modelCalls, callMs, runMs }: CostRow,
  measure: Measure,
): Measured {
  switch (measure) {
    case "cost":
      return { value: Number(cost ?? 0), count: runs + modelCalls, whole: cost !== null };
    case "tokens":
      return { value: tokens.input + tokens.output, count: calls + runs + modelCalls, whole: uncounted === 0 };
    case "runTime":
      return { value: runMs ?? 0, count: runs, whole: true };
    case "callTime":
      return { value: callMs ?? 0, count: calls, whole: true };
  }
}

/** The total of some rows, or the average of their times. */
function amountOf(rows: readonly CostRow[], measure: Measure): Amount {
  const all = rows.map((row) => measuredOf(row, measure));
  const value = all.reduce((total, part) => total + part.value, 0);
  const count = all.reduce((total, part) => total + part.count, 0);
  return { value: isTime(measure) && count > 0 ? value / count : value, whole: all.every(({ whole }) => whole) };
}

/** An average, whose parts do not add up. */
export function isTime(measure: Measure): boolean {
  return measure === "runTime" || measure === "callTime";
}

/** Every day or hour of the report, those without any use too, as the keys of its rows have them. */
function timesOf({ from, to, rows }: CostReport, by: TimeKey): string[] {
  const times = new Set<string>();
  const end = Date.parse(to);
  for (let at = new Date(from); at.getTime() < end;) {
    times.add(keyOf(at, by));
    at =
      by === "hour" ? new Date(at.getTime() + 3_600_000) : new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1);
  }
  for (const { key } of rows) if (key[by] !== undefined) times.add(key[by]);
  return [...times].sort((a, b) => Date.parse(a) - Date.parse(b));
}

/** The same in few letters, below a bar. */
export function shortTime(time: string, by: TimeKey): string {
  if (by === "hour") return time.slice(11, 16);
  const [year = 0, month = 1, day = 1] = time.split("-").map(Number);
  return new Date(year, month - 1, day).toLocaleDateString("en-US", { month: "short", day: "numeric" });
}

function keyOf(at: Date, by: TimeKey): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  if (by === "day") return day;
  const minutes = -at.getTimezoneOffset();
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${day}T${two(at.getHours())}:00${offset}`;
}
