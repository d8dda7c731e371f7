import assert from "node:assert/strict";
import type { CostReport, CostRow } from "../../src/protocol/cost.ts";
import { usDollars } from "../../src/protocol/currency.ts";
import { costSeries, measuresOf, shortTime } from "../../src/webview/costSeries.ts";

const tokens = { input: 0, output: 0, cacheRead: null, cacheWrite: null, reasoning: null, audio: null };

function row(key: CostRow["key"], more: Partial<CostRow>): CostRow {
  return {
    key,
    calls: 0,
    runs: 1,
    modelCalls: 0,
    tokens,
    uncounted: 0,
    callMs: 0,
    runMs: 0,
    saved: null,
    cost: "0",
    ...more,
  };
}

function report(from: string, to: string, rows: readonly CostRow[]): CostReport {
  const { key: _key, ...total } = row({}, {});
  return { currency: "USD", prices: { version: "1", date: "2026-09-23" }, from, to, rows, total };
}

describe("the series of the cost chart", () => {
  const days = (rows: readonly CostRow[]) =>
    report(new Date(2026, 9, 30, 9).toISOString(), new Date(2026, 10, 2, 9).toISOString(), rows);

  it("has every day of the period, over the end of a month, and models by what they cost", () => {
    const series = costSeries(
      days([
        row({ day: "2026-10-30", model: "small" }, { cost: "0.25" }),
        row({ day: "2026-11-01", model: "small" }, { cost: "0.5" }),
        row({ day: "2026-11-01", model: "large" }, { cost: "12.125" }),
        row({ day: "2026-11-01", model: "" }, { calls: 7, runs: 0 }),
        // A run that called no model.
        row({ day: "2026-11-02", model: "" }, { cost: "0" }),
      ]),
      { currency: usDollars, measure: "cost", split: "model", by: "day" },
    );
    const values = (index: number) => series.parts[index]?.amounts.map(({ value }) => value);
    assert.deepEqual(series.times, ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"]);
    assert.deepEqual(
      series.parts.map(({ name }) => name),
      ["large", "small"],
    );
    assert.deepEqual(
      [values(0), values(1)],
      [
        [0, 0, 12.125, 0],
        [0.25, 0, 0.5, 0],
      ],
    );
    assert.deepEqual(
      series.times.map((time) => shortTime(time, "day")),
      ["Oct 30", "Oct 31", "Nov 1", "Nov 2"],
    );
  });

  it("says of an amount that lacks a part that it is not whole", () => {
    const { parts } = costSeries(
      days([
        row({ day: "2026-10-30", model: "odd" }, { cost: null, unknown: ["odd"] }),
        row({ day: "2026-10-31", model: "" }, { cost: null, uncounted: 1 }),
      ]),
      { currency: usDollars, measure: "cost", split: "model", by: "day" },
    );
    assert.deepEqual(
      parts.map(({ name, amounts }) => [name, amounts.map(({ value, whole }) => [value, whole])]),
      [
        [
          "Not reported",
          [
            [0, true],
            [0, false],
            [0, true],
            [0, true],
          ],
        ],
        [
          "odd",
          [
            [0, false],
            [0, true],
            [0, true],
            [0, true],
          ],
        ],
      ],
    );
  });

  it("counts tokens of tool calls, and puts what is beyond six models together", () => {
    const used = (input: number, output: number) => ({ tokens: { ...tokens, input, output } });
    const { parts } = costSeries(
      days([
        row({ day: "2026-10-30", model: "" }, { calls: 3, runs: 0, ...used(1000, 2000) }),
        ...[1, 2, 3, 4, 5, 6].map((size) => row({ day: "2026-10-31", model: `m${String(size)}` }, used(size, size))),
      ]),
      { currency: usDollars, measure: "tokens", split: "model", by: "day" },
    );
    assert.deepEqual(
      parts.map(({ name, amounts }) => [name, amounts.reduce((sum, { value }) => sum + value, 0)]),
      [
        ["Tool calls", 3000],
        ["m6", 12],
        ["m5", 10],
        ["m4", 8],
        ["m3", 6],
        ["Others", 6],
      ],
    );
  });

  it("shows average times of flows, of all runs of a day together", () => {
    const series = costSeries(
      days([
        row({ day: "2026-10-30", flow: "slow" }, { runs: 2, runMs: 9000 }),
        row({ day: "2026-10-31", flow: "quick" }, { runs: 4, runMs: 4000 }),
        row({ day: "2026-10-31", flow: "slow" }, { runs: 1, runMs: 3000 }),
        row({ day: "2026-10-31", flow: "" }, { runs: 0, calls: 5, callMs: 700 }),
      ]),
      { currency: usDollars, measure: "runTime", split: "flow", by: "day" },
    );
    assert.deepEqual(
      series.parts.map(({ name, amounts }) => [name, amounts.map(({ value }) => value)]),
      [
        ["slow", [4500, 3000, 0, 0]],
        ["quick", [0, 1000, 0, 0]],
      ],
    );
    assert.deepEqual(measuresOf("model"), ["cost", "tokens"]);
  });

  it("has every hour of a day, by the clock of this machine", () => {
    const from = new Date(2026, 5, 1, 22, 30);
    const { times } = costSeries(report(from.toISOString(), new Date(2026, 5, 2, 1).toISOString(), []), {
      currency: usDollars,
      measure: "tokens",
      split: "model",
      by: "hour",
    });
    assert.deepEqual(
      times.map((time) => shortTime(time, "hour")),
      ["22:00", "23:00", "00:00"],
    );
    assert.equal(Date.parse(times[0] ?? ""), new Date(2026, 5, 1, 22).getTime());
  });
});
