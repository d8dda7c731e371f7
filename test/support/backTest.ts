import assert from "node:assert/strict";
import { forecast } from "../../src/server/economy/forecast.ts";

/** Days of a period. */
export const periods = { day: 1, week: 7, month: 30 } as const;
export type Period = keyof typeof periods;

/** Sums over all forecasts of a back-test, in the unit of the days. */
export interface BackTest {
  readonly count: number;
  readonly actual: number;
  readonly ours: number;
  readonly lastPeriod: number;
  readonly straightLine: number;
  /** Periods that were within the band. */
  readonly within: number;
}

export interface Origins {
  /** The first day that is forecast: what is before it is only history. */
  readonly from: number;
  readonly step?: number;
}

/** Each forecast of a period is made of the days before it, and compared with what the period then had. */
export function backTest(days: readonly number[], period: Period, { from, step = 1 }: Origins): BackTest {
  const length = periods[period];
  const total = { count: 0, actual: 0, ours: 0, lastPeriod: 0, straightLine: 0, within: 0 };
  for (let day = from; day + length <= days.length; day += step) {
    const history = days.slice(0, day);
    const actual = sum(days.slice(day, day + length));
    const found = forecast(history, { days: length, today: 1 });
    assert.ok(found);
    total.count++;
    total.actual += actual;
    total.ours += Math.abs(found.expected - actual);
    total.lastPeriod += Math.abs(sum(history.slice(-length)) - actual);
    total.straightLine += Math.abs(straightLine(history, length) - actual);
    total.within += Number(actual >= found.low && actual <= found.high);
  }
  return total;
}

export function together(one: BackTest, other: BackTest): BackTest {
  return {
    count: one.count + other.count,
    actual: one.actual + other.actual,
    ours: one.ours + other.ours,
    lastPeriod: one.lastPeriod + other.lastPeriod,
    straightLine: one.straightLine + other.straightLine,
    within: one.within + other.within,
  };
}

/** The sum of so many further days of the line with the least squares. */
function straightLine(history: readonly number[], days: number): number {
  const middle = (history.length - 1) / 2;
  const mean = sum(history) / history.length;
  const slope =
    sum(history.map((cost, day) => (day - middle) * (cost - mean))) / sum(history.map((_, day) => (day - middle) ** 2));
  const ahead = Array.from({ length: days }, (_, day) => mean + slope * (history.length + day - middle));
  return sum(ahead.map((cost) => Math.max(0, cost)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
