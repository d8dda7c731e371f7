import type { CostReport, CostRow } from "../protocol/cost.ts";

export type Measure = "cost" | "tokens";
export type TimeKey = "hour" | "day";

/** What a chart and its table show: for each time the amount of each model. */
export interface CostSeries {
  readonly times: readonly string[];
  readonly models: readonly { readonly name: string; readonly amounts: readonly Amount[] }[];
}

/** `whole` is false where a part is not known: the amount is then what is known of it. */
export interface Amount {
  readonly value: number;
  readonly whole: boolean;
}

/** Tool calls are of no model. */
export const toolCalls = "Tool calls";

/** The most used models, and one more for the others: as many as there are colors that differ well. */
const maxModels = 6;

export function costSeries(report: CostReport, { measure, by }: { measure: Measure; by: TimeKey }): CostSeries {
  const times = timesOf(report, by);
  const rows = report.rows.filter((row) => measure === "tokens" || row.runs > 0);
  const byModel = Map.groupBy(rows, ({ key }) => (key.model === undefined || key.model === "" ? "" : key.model));
  const models = [...byModel].map(([name, own]) => {
    const byTime = Map.groupBy(own, ({ key }) => key[by] ?? "");
    const amounts = times.map((time) => sum((byTime.get(time) ?? []).map((row) => amountOf(row, measure))));
    return { name: nameOf(name, measure), amounts };
  });
  // Runs that called no model have nothing to show.
  const used = models.filter(({ amounts }) => amounts.some(({ value, whole }) => value > 0 || !whole));
  const sorted = used.sort((a, b) => sum(b.amounts).value - sum(a.amounts).value || (a.name < b.name ? -1 : 1));
  if (sorted.length <= maxModels) return { times, models: sorted };
  const others = sorted.slice(maxModels - 1);
  const amounts = times.map((_, index) => sum(others.flatMap((model) => model.amounts[index] ?? [])));
  return { times, models: [...sorted.slice(0, maxModels - 1), { name: "Other models", amounts }] };
}

/** Runs whose model nobody reported have no model either. */
function nameOf(model: string, measure: Measure): string {
  if (model !== "") return model;
  return measure === "tokens" ? toolCalls : "Not reported";
}

function amountOf({ cost, tokens, uncounted }: CostRow, measure: Measure): Amount {
  if (measure === "tokens") return { value: tokens.input + tokens.output, whole: uncounted === 0 };
  return { value: Number(cost ?? 0), whole: cost !== null };
}

function sum(amounts: readonly Amount[]): Amount {
  return {
    value: amounts.reduce((total, { value }) => total + value, 0),
    whole: amounts.every(({ whole }) => whole),
  };
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
