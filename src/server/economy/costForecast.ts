import type { CostForecast } from "../../protocol/forecast.ts";
import { costReport } from "./costReport.ts";
import { forecast, leastDays, mostDays } from "./forecast.ts";
import { decimalOf, picoOf, picoOfDecimal } from "./money.ts";
import { periodOf } from "./periods.ts";
import type { RowSource } from "./report.ts";

const dayMs = 24 * 3600_000;

/** By the costs of the local days since the first run. The current day counts by the part of it that is left. */
export function costForecast(
  sources: readonly RowSource[],
  { tenant, now }: { readonly tenant: string; readonly now: Date },
): CostForecast {
  const today = periodOf("day", now);
  const from = dayBefore(today.start, mostDays);
  // Models apart: of a day with a price that is not known, the others still count.
  const { rows } = costReport({ sources, tenant, from, to: today.end, by: ["day", "model"] });
  const costs = new Map<string, bigint>();
  const unknown = new Set<string>();
  for (const { key, runs, cost } of rows) {
    if (runs === 0 || key.day === undefined) continue;
    costs.set(key.day, (costs.get(key.day) ?? 0n) + (cost === null ? 0n : picoOfDecimal(cost)));
    if (cost === null) unknown.add(key.day);
  }
  const [first] = [...costs.keys()].sort();
  const days = daysBefore(today.start, first);
  const history = days.map((day) => Number(decimalOf(costs.get(day) ?? 0n)));
  const left = (today.end.getTime() - now.getTime()) / (today.end.getTime() - today.start.getTime());
  return {
    currency: "USD",
    days: history.length,
    leastDays,
    unknownDays: [...unknown].sort(),
    periods: (["day", "week", "month"] as const).map((period) => {
      const { start, end } = periodOf(period, now);
      const spent = [...costs].reduce((sum, [day, cost]) => (day >= dayName(start) ? sum + cost : sum), 0n);
      const ahead = Math.round((end.getTime() - today.start.getTime()) / dayMs);
      const rest = forecast(history, { days: ahead, today: left });
      const at = (dollars: number) => decimalOf(spent + picoOf(Number(dollars.toFixed(6))));
      const figures = rest && { expected: at(rest.expected), low: at(rest.low), high: at(rest.high) };
      return { period, end: end.toISOString(), spent: decimalOf(spent), ...figures };
    }),
  };
}

function dayBefore(date: Date, days: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days);
}

/** From a first day to the one before today; none when there is no first. */
function daysBefore(today: Date, first: string | undefined): readonly string[] {
  const days: string[] = [];
  for (let back = 1; first !== undefined && back <= mostDays; back++) {
    const day = dayName(dayBefore(today, back));
    if (day < first) break;
    days.unshift(day);
  }
  return days;
}

/** As the report names local days: YYYY-MM-DD. */
function dayName(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
