import assert from "node:assert/strict";
import { forecast, leastDays } from "../../../src/server/economy/forecast.ts";
import { backTest, together } from "../../support/backTest.ts";
import type { BackTest, Period } from "../../support/backTest.ts";
import { usageSeries } from "../../support/usageSeries.ts";

const names: readonly Period[] = ["day", "week", "month"];

describe("the forecast of spending", () => {
  // Four histories of each kind, and each fifth day of two years as the day of a forecast.
  const errors = new Map<string, BackTest>();
  before(function () {
    this.timeout(120_000);
    for (const seed of [1, 11, 21, 31]) {
      for (const { name, days } of usageSeries(seed)) {
        for (const period of names) {
          const key = `${name}, by ${period}`;
          const found = backTest(days, period, { from: 60, step: 5 });
          const before = errors.get(key);
          errors.set(key, before ? together(before, found) : found);
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

  it("has a band that contains 80 to 97 of 100 periods, for each kind of history and period", () => {
    for (const [key, { within, count }] of errors) {
      assert.ok(within / count >= 0.8 && within / count <= 0.97, `${key}: ${String(within / count)}`);
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
