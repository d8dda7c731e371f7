import { dayOfHour, localHour } from "./localTime.ts";
import { decimalOf, picoOfSum, sumOfPico } from "./money.ts";
import type { RowSource } from "./report.ts";
import type { Anomalies } from "./types.ts";
import { daysLookedAt, unusualFailures, unusualSpend } from "./unusual.ts";
import type { Calls } from "./unusual.ts";
import { quarterMs } from "./usageSchema.ts";

const perHour = 4;
/** Hours that the last one is compared with: four weeks. */
const hoursLookedAt = 28 * 24;

/** What is unusual now, by what the ledger has of the weeks before. */
export function anomalies(
  sources: readonly RowSource[],
  { tenant, now }: { readonly tenant: string; readonly now: number },
): Anomalies {
  const spend = spendOfDays(sources, { tenant, now });
  const spending = unusualSpend(spend);
  const { last, before } = callsOfHours(sources, { tenant, now });
  const failures = unusualFailures(before, last);
  return {
    ...(spending && { spending: { ...spending, spent: spend.at(-1) ?? 0 } }),
    ...(failures && { failures: { ...failures, ...last } }),
  };
}

interface Asked {
  readonly tenant: string;
  readonly now: number;
}

/** Dollars of each local day, the current one last. What has no known cost is not in it. */
function spendOfDays(sources: readonly RowSource[], { tenant, now }: Asked): readonly number[] {
  const today = dayOf(now);
  const costs = Array.from({ length: daysLookedAt }, () => 0n);
  // A day more: it can have 25 hours.
  const since = now - (daysLookedAt + 1) * 24 * perHour * quarterMs;
  const sql = `SELECT quarter, ${sumOfPico("cost_pico")} FROM run_totals WHERE tenant = ? AND quarter BETWEEN ? AND ? GROUP BY quarter`;
  for (const row of sources.flatMap((source) => source.all(sql, tenant, quarterOf(since), quarterOf(now)))) {
    const at = daysLookedAt - 1 - (today - dayOf(Number(row["quarter"]) * quarterMs));
    if (at >= 0) costs[at] = (costs[at] ?? 0n) + picoOfSum(row);
  }
  return costs.map((pico) => Number(decimalOf(pico)));
}

/** The last hour, up to the quarter that has begun, and the hours before it. */
function callsOfHours(sources: readonly RowSource[], { tenant, now }: Asked) {
  const end = quarterOf(now) + 1;
  const hours = Array.from({ length: hoursLookedAt + 1 }, () => ({ calls: 0, failed: 0 }));
  const sql =
    "SELECT quarter, sum(calls) AS calls, sum(calls * (outcome NOT IN ('ok', 'CANCELLED'))) AS failed FROM call_totals " +
    "WHERE tenant = ? AND quarter >= ? AND quarter < ? GROUP BY quarter";
  const since = end - perHour * hours.length;
  for (const row of sources.flatMap((source) => source.all(sql, tenant, since, end))) {
    const hour = hours[Math.floor((end - 1 - Number(row["quarter"])) / perHour)];
    if (!hour) continue;
    hour.calls += Number(row["calls"]);
    hour.failed += Number(row["failed"]);
  }
  const [last = { calls: 0, failed: 0 }, ...before]: readonly Calls[] = hours;
  return { last, before };
}

function dayOf(time: number): number {
  return dayOfHour(localHour(time).hour);
}

function quarterOf(time: number): number {
  return Math.floor(time / quarterMs);
}
