import assert from "node:assert/strict";
import { forecast, leastDays } from "../../../src/server/economy/forecast.ts";
import { usageSeries } from "../../support/usageSeries.ts";

const periods = { day: 1, week: 7, month: 30 };

interface Errors {
  ours: number;
  lastPeriod: number;
  straightLine: number;
  within: number;
  count: number;
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

describe("the forecast of spending", () => {
  // Four histories of each kind, and each fifth day of two years as the day of a forecast.
  const errors = new Map<string, Errors>();
  before(function () {
    this.timeout(60_000);
    for (const seed of [1, 11, 21, 31]) {
      for (const { name, days } of usageSeries(seed)) {
        for (const [period, length] of Object.entries(periods)) {
          const key = `${name}, by ${period}`;
          const total = errors.get(key) ?? { ours: 0, lastPeriod: 0, straightLine: 0, within: 0, count: 0 };
          errors.set(key, total);
          for (let day = 60; day + length <= days.length; day += 5) {
            const history = days.slice(0, day);
            const actual = sum(days.slice(day, day + length));
            const found = forecast(history, { days: length, today: 1 });
            assert.ok(found);
            total.ours += Math.abs(found.expected - actual);
            total.lastPeriod += Math.abs(sum(history.slice(-length)) - actual);
            total.straightLine += Math.abs(straightLine(history, length) - actual);
            total.within += Number(actual >= found.low && actual <= found.high);
            total.count++;
          }
        }
      }
    }
  });

  it("is nearer than the last period and than a straight line, for each kind of history and period", () => {
    assert.equal(errors.size, 9);
    for (const [key, { ours, lastPeriod, straightLine: line }] of errors) {
      assert.ok(ours < lastPeriod && ours < line, `${key}: ${String(ours)}, ${String(lastPeriod)}, ${String(line)}`);
    }
  });

  it("has a band that contains 75 to 90 of 100 periods, for each kind of history and period", () => {
    for (const [key, { within, count }] of errors) {
      assert.ok(within / count >= 0.75 && within / count <= 0.9, `${key}: ${String(within / count)}`);
    }
  });

  it("says nothing with less history than it needs", () => {
    assert.equal(
      forecast(
        Array.from({ length: leastDays - 1 }, () => 1),
        { days: 7, today: 1 },
      ),
      undefined,
    );
  });

  it("goes on as before where each week is the same, with the part of today that is left", () => {
    const weeks = Array.from({ length: 70 }, (_, day) => (day % 7 < 5 ? 2 : 0));
    const found = forecast(weeks, { days: 7, today: 0.5 });
    // Monday to Friday, of Monday a half; that all weekdays are alike still counts a little.
    assert.ok(Math.abs((found?.expected ?? 0) - 9) < 0.25, JSON.stringify(found));
    const flat = Array.from({ length: 20 }, () => 3);
    assert.deepEqual(forecast(flat, { days: 3, today: 1 }), { expected: 9, low: 9, high: 9 });
  });

  it("expects nothing after days without cost", () => {
    const none = Array.from({ length: 20 }, () => 0);
    assert.deepEqual(forecast(none, { days: 7, today: 1 }), { expected: 0, low: 0, high: 0 });
  });
});
