import assert from "node:assert/strict";
import type { AlertList, AlertRuleName } from "../../../src/protocol/alerts.ts";
import type { BudgetState } from "../../../src/protocol/budgets.ts";
import { createAlerts } from "../../../src/server/health/alerts.ts";
import { createCallWindow } from "../../../src/server/health/callWindow.ts";
import { watchBudgets } from "../../../src/server/health/watchBudgets.ts";
import { watchMachine } from "../../../src/server/health/watchMachine.ts";
import { minutes, seconds, testClock } from "./clock.ts";

describe("the rules of alerts", () => {
  function watched() {
    const clock = testClock();
    const alerts = createAlerts(clock.now);
    const changes: AlertList[] = [];
    alerts.onChange((list) => changes.push(list));
    const calls = createCallWindow(clock.now);
    const observe = watchMachine(alerts, calls.summary);
    return {
      clock,
      alerts,
      changes,
      calls,
      /** So many samples, 10 s apart. */
      sample(count: number, { cpu = 0.1, memory = 0.1, disk = 0.1 } = {}) {
        for (let at = 0; at < count; at++) {
          clock.pass(seconds(10));
          observe({
            at: clock.now().toISOString(),
            cpu,
            memory: { used: memory * 1000, total: 1000 },
            processMemory: 1,
            disk: { used: disk * 1000, total: 1000 },
            eventLoopDelayMs: 0,
            calls: 0,
            failedCalls: 0,
            callMs: 0,
          });
          alerts.tick();
        }
      },
      inForce: () => alerts.list().flatMap(({ rule, resolvedAt }) => (resolvedAt === undefined ? [rule] : [])),
    };
  }

  const lasting = [
    ["cpu", 0.81, 0.8, "The processors of this machine are busy: 81 %, over 80 % for 5 minutes."],
    ["memory", 0.86, 0.85, "The memory of this machine is nearly used up: 86 %, over 85 % for 5 minutes."],
  ] as const;
  for (const [rule, tooHigh, well, message] of lasting) {
    it(`${rule}: fires once after 5 minutes over the limit, and ends once after a minute at it`, () => {
      const { alerts, changes, sample, inForce } = watched();
      sample(30, { [rule]: tooHigh });
      sample(1, { [rule]: well });
      // The first value is of the moment 0 of the five minutes.
      sample(30, { [rule]: tooHigh });
      assert.deepEqual(inForce(), [], "interrupted, it begins again");
      sample(1, { [rule]: tooHigh });
      assert.deepEqual(inForce(), [rule]);
      assert.equal(alerts.list()[0]?.message, message);
      assert.equal(alerts.list()[0]?.firedAt, "2026-11-01T00:10:20.000Z");
      sample(20, { [rule]: tooHigh });
      sample(6, { [rule]: well });
      assert.equal(changes.length, 1);
      sample(1, { [rule]: well });
      assert.deepEqual(inForce(), []);
      assert.equal(alerts.list()[0]?.resolvedAt, "2026-11-01T00:14:50.000Z");
      sample(60, { [rule]: well });
      assert.equal(changes.length, 2);
    });
  }

  it("cpu: the time that a machine slept does not count", () => {
    const { clock, sample, inForce } = watched();
    sample(2, { cpu: 1 });
    clock.pass(minutes(480));
    sample(30, { cpu: 1 });
    assert.deepEqual(inForce(), []);
    sample(1, { cpu: 1 });
    assert.deepEqual(inForce(), ["cpu"]);
  });

  it("disk: fires on the second sample over 90 %, and ends on the second at it", () => {
    const { sample, inForce, changes } = watched();
    for (const disk of [0.91, 0.9, 0.91]) sample(1, { disk });
    assert.deepEqual(inForce(), []);
    sample(1, { disk: 0.91 });
    assert.deepEqual(inForce(), ["disk"]);
    for (const disk of [0.9, 0.95, 0.9]) sample(1, { disk });
    assert.deepEqual(inForce(), ["disk"]);
    sample(1, { disk: 0.9 });
    assert.deepEqual(inForce(), []);
    assert.equal(changes.length, 2);
  });

  it("toolErrors: counts internal errors alone, of at least 20 calls of the last 10 minutes", () => {
    const { calls, sample, inForce, alerts } = watched();
    const add = (count: number, outcome: string) => {
      for (let at = 0; at < count; at++) calls.add({ tool: "read_file", outcome, durationMs: 5 });
    };
    add(50, "INVALID_ARGUMENT");
    add(49, "NOT_FOUND");
    sample(2);
    assert.deepEqual(inForce(), []);
    add(1, "INTERNAL");
    sample(5);
    assert.deepEqual(inForce(), [], "1 of 100 is not more than 1 %");
    add(1, "INTERNAL");
    sample(2);
    assert.deepEqual(inForce(), ["toolErrors"]);
    assert.equal(alerts.list()[0]?.message, "Tool calls fail too often: 2.0 % of those of the last 10 minutes.");
    sample(62);
    assert.deepEqual(inForce(), [], "the window is empty again");
    add(19, "INTERNAL");
    sample(5);
    assert.deepEqual(inForce(), []);
  });

  it("budget: fires once for each budget that is used up, and ends when it is not, or removed", async () => {
    const { alerts, changes } = watched();
    const state = (name: string, left: string, hard = false): BudgetState => ({
      name,
      limit: "2.50",
      period: "day",
      hard,
      spent: "2.51",
      left,
      periodEnd: "2026-11-02T00:00:00.000Z",
      unknownRuns: 0,
    });
    const look = (...budgets: readonly BudgetState[]) => watchBudgets(alerts, () => Promise.resolve(budgets));
    await look(state("pear", "0.000000000001"), state("plum", "0"));
    await look(state("pear", "0", true), state("plum", "0"));
    await look(state("pear", "0", true), state("plum", "0"));
    assert.deepEqual(
      alerts.list().map(({ subject, severity, message }) => [subject, severity, message]),
      [
        ["pear", "error", 'The budget "pear" is used up: $2.51 of $2.50 spent today.'],
        ["plum", "warning", 'The budget "plum" is used up: $2.51 of $2.50 spent today.'],
      ],
    );
    await look(state("pear", "1"));
    assert.deepEqual(
      alerts.list().map(({ resolvedAt }) => resolvedAt !== undefined),
      [true, true],
    );
    assert.equal(changes.length, 4);
  });

  it("budget: says of a hard one how flows go on, of a branch also by another one", async () => {
    const { alerts } = watched();
    const scope = { kind: "branch", value: "try/pears" } as const;
    const used = { limit: "2", period: "day", hard: true, spent: "2", left: "0", unknownRuns: 0 } as const;
    const states = [{ name: "all" }, { name: "pears", scope }].map((one) => ({ ...used, ...one, periodEnd: "" }));
    await watchBudgets(alerts, () => Promise.resolve(states));
    assert.deepEqual(
      alerts.list().map(({ remedy }) => remedy),
      [
        'It stops further flow runs while the branch "try/pears" is checked out. Check out another one, raise it with `langflow-connect budget set`, or wait until its period ends.',
        "It stops further flow runs. Raise it with `langflow-connect budget set`, or wait until its period ends.",
      ],
    );
  });

  const delays: readonly (readonly [AlertRuleName, number])[] = [
    ["langflowLatency", 30],
    ["langflowErrors", 30],
    ["cpu", 30],
    ["memory", 15],
    ["disk", 60],
    ["toolErrors", 30],
  ];
  for (const [rule, delay] of delays) {
    it(`${rule}: a warning becomes an error once, after ${String(delay)} minutes`, () => {
      const { alerts, changes, clock } = watched();
      for (let at = 0; at < 40; at++) {
        clock.pass(seconds(10));
        alerts.observe(rule, 1e6);
      }
      assert.equal(changes.length, 1);
      const firedAt = Date.parse(alerts.list()[0]?.firedAt ?? "");
      clock.pass(firedAt + minutes(delay) - clock.now().getTime() - 1);
      alerts.tick();
      assert.equal(alerts.list()[0]?.severity, "warning");
      clock.pass(1);
      alerts.tick();
      alerts.tick();
      assert.equal(changes.length, 2);
      const [alert] = alerts.list();
      assert.equal(alert?.severity, "error");
      assert.equal(alert.escalatedAt, new Date(firedAt + minutes(delay)).toISOString());
    });
  }

  it("a silence marks the alerts of a rule, also later ones, until its end", () => {
    const { alerts, sample, clock } = watched();
    assert.equal(alerts.silence("disc", minutes(60)), false);
    assert.equal(alerts.silence("disk", minutes(60)), true);
    sample(2, { disk: 0.95 });
    const [alert] = alerts.list();
    assert.equal(alert?.silencedUntil, "2026-11-01T01:00:00.000Z");
    assert.equal(alerts.silence(alert.id, minutes(90)), true);
    assert.equal(alerts.list()[0]?.silencedUntil, "2026-11-01T01:30:20.000Z");
    assert.equal(alerts.silence(alert.id, 0), true);
    assert.equal(alerts.list()[0]?.silencedUntil, "2026-11-01T01:00:00.000Z");
    clock.pass(minutes(60) - seconds(20) - 1);
    alerts.tick();
    assert.ok(alerts.list()[0]?.silencedUntil);
    clock.pass(1);
    alerts.tick();
    assert.equal(alerts.list()[0]?.silencedUntil, undefined);
  });
});
