import assert from "node:assert/strict";
import type { MachineSample } from "../../../src/protocol/health.ts";
import { forecast } from "../../../src/server/health/forecast.ts";
import { createHistory } from "../../../src/server/health/history.ts";
import { minutes, seconds, testClock } from "./clock.ts";

const gigabyte = 1e9;

describe("A forecast", () => {
  /** A history of samples 10 s apart, in which the used bytes follow a function of the minutes. */
  function after(time: number, used: (minute: number) => number) {
    const clock = testClock();
    const history = createHistory();
    for (let passed = 0; passed <= time; passed += seconds(10)) {
      const sample: MachineSample = {
        at: clock.now().toISOString(),
        processMemory: 1,
        disk: { used: used(passed / minutes(1)), total: 100 * gigabyte },
        eventLoopDelayMs: 0,
        calls: 1,
        failedCalls: 0,
        callMs: 0,
      };
      history.add(sample);
      clock.pass(seconds(10));
    }
    return { history, found: forecast({ fine: history.fine(), coarse: history.coarse() }) };
  }

  it("says when a disk that fills steadily is full", () => {
    // From 70 GB, 0.1 GB a minute: full after 300 minutes.
    const { found } = after(minutes(40), (minute) => (70 + 0.1 * minute) * gigabyte);
    assert.equal(found.length, 1);
    const [{ what, runsOutAt } = assert.fail()] = found;
    assert.equal(what, "disk");
    assert.ok(Math.abs(Date.parse(runsOutAt) - Date.parse("2026-11-01T05:00:00.000Z")) < minutes(1), runsOutAt);
  });

  it("says nothing of what was measured for less than half an hour", () => {
    assert.deepEqual(after(minutes(29), (minute) => (70 + 0.5 * minute) * gigabyte).found, []);
  });

  it("says nothing of what goes up and down, gets less, or jumped once", () => {
    const shapes: readonly ((minute: number) => number)[] = [
      (minute) => 70 + 10 * Math.sin(minute),
      (minute) => 70 - 0.1 * minute,
      () => 70,
      (minute) => (minute < 55 ? 70 : 90),
    ];
    for (const shape of shapes) {
      assert.deepEqual(after(minutes(60), (minute) => shape(minute) * gigabyte).found, [], String(shape));
    }
  });

  it("says nothing of what is further away than ten times the time that was measured", () => {
    assert.deepEqual(after(minutes(60), (minute) => (70 + 0.01 * minute) * gigabyte).found, []);
  });

  it("is made from a bounded history: an hour of samples, and a day of five minutes each", () => {
    const { history } = after(minutes(26 * 60), () => gigabyte);
    assert.equal(history.fine().length, 360);
    assert.equal(history.coarse().length, 288);
    assert.equal(history.coarse()[0]?.calls, 30);
  });
});
