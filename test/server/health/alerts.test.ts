import assert from "node:assert/strict";
import type { AlertList } from "../../../src/protocol/alerts.ts";
import { createAlerts } from "../../../src/server/health/alerts.ts";
import { watchLink } from "../../../src/server/health/watchLink.ts";

describe("alerts", () => {
  function watched() {
    let time = Date.UTC(2026, 10, 1);
    const changes: AlertList[] = [];
    const alerts = createAlerts(() => new Date(time));
    alerts.onChange((list) => changes.push(list));
    const observe = watchLink(alerts);
    return {
      alerts,
      changes,
      /** One heartbeat, half a minute after the last one. */
      beat(latencyMs: number, errorRate = 0) {
        time += 30_000;
        const status = {
          state: "connected",
          warnings: [],
          latencyMs,
          errorRate,
          lastHeartbeat: new Date(time).toISOString(),
        } as const;
        observe(status);
        // The link publishes its status for other reasons too.
        observe(status);
      },
      off: () => {
        observe({ state: "off", warnings: [] });
      },
    };
  }

  it("fire on the second slow heartbeat in a row, once, and resolve on the second quick one", () => {
    const { alerts, changes, beat } = watched();
    for (const ms of [1_001, 1_000, 1_500, 900, 2_345]) beat(ms);
    assert.deepEqual(alerts.list(), []);
    beat(1_234);
    const [alert, ...others] = alerts.list();
    assert.ok(alert && others.length === 0);
    const { id, ...facts } = alert;
    assert.deepEqual(facts, {
      rule: "langflowLatency",
      severity: "warning",
      message: "Langflow answers slowly: its last answer took 1.2 s.",
      remedy: "Look at the load of its machine, and at the flows that run there.",
      firedAt: "2026-11-01T00:03:00.000Z",
    });
    for (const ms of [5_000, 800, 1_800, 700]) beat(ms);
    assert.deepEqual(alerts.list(), [alert]);
    beat(1_000);
    assert.deepEqual(alerts.list(), [{ ...alert, resolvedAt: "2026-11-01T00:05:30.000Z" }]);
    assert.deepEqual(
      changes.map((list) => list.map((one) => [one.id, one.resolvedAt !== undefined])),
      [[[id, false]], [[id, true]]],
    );
  });

  it("fire when more than one request of a hundred fails", () => {
    const { alerts, beat } = watched();
    for (const rate of [0.01, 0.02, 0.01, 0.02]) beat(10, rate);
    assert.deepEqual(alerts.list(), []);
    beat(10, 0.03);
    assert.deepEqual(
      alerts.list().map(({ rule, message }) => [rule, message]),
      [["langflowErrors", "Langflow fails too often: 3 % of the last requests."]],
    );
  });

  it("are over when the link is cut, and another begins as a new one", () => {
    const { alerts, beat, off } = watched();
    for (const ms of [1_100, 1_100]) beat(ms);
    off();
    assert.deepEqual(
      alerts.list().map(({ resolvedAt }) => resolvedAt),
      ["2026-11-01T00:01:00.000Z"],
    );
    beat(1_100);
    off();
    beat(1_100);
    assert.equal(alerts.list().length, 1, "what came before the cut does not count");
    beat(1_100);
    assert.equal(new Set(alerts.list().map(({ id }) => id)).size, 2);
  });

  it("that are over are kept, fifty of them, and none that lasts is dropped", () => {
    const { alerts, beat, off } = watched();
    for (let turn = 0; turn < 60; turn++) {
      for (const ms of [1_100, 1_100]) beat(ms);
      if (turn < 59) off();
    }
    assert.equal(alerts.list().length, 51);
    assert.equal(alerts.list()[0]?.resolvedAt, undefined);
  });
});
