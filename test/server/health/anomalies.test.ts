import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import { daysLookedAt, unusualFailures, unusualSpend } from "../../../src/server/economy/unusual.ts";
import { createAlerts } from "../../../src/server/health/alerts.ts";
import { watchAnomalies } from "../../../src/server/health/watchAnomalies.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { randomFrom, usageSeries } from "../../support/usageSeries.ts";

const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);
/** Before it, few weekdays were there often enough. */
const firstDay = 60;

/** The first day of a series is a Monday. */
const at = (day: number, hour: number) => new Date(2024, 0, 1 + day, hour);

/** The most alerts that begin within 90 days. */
function mostIn90Days(alerts: readonly number[]): number {
  return Math.max(0, ...alerts.map((day) => alerts.filter((other) => other >= day && other < day + 90).length));
}

describe("An anomaly", () => {
  describe("of the rows of a ledger", function () {
    this.timeout(60_000);
    let folder: string;
    let ledger: ReturnType<typeof createLedger>;
    let alerts: ReturnType<typeof createAlerts>;
    let now: Date;
    let written: number;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "lfc-anomalies-"));
      written = 0;
      alerts = createAlerts(() => now);
      ledger = createLedger({
        workerFile,
        options: { folder, engine: "auto", workspace: "pears", keepDays: 10_000 },
        log: createLogger(() => undefined),
        model: () => "",
        head: () => noHead,
        ownPrices: () => [{ model: "plum-1", input: 1, output: 1 }],
      });
    });
    afterEach(async () => {
      await ledger.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    async function spend(startedAt: Date, dollars: number): Promise<void> {
      if (dollars === 0) return;
      const models = [{ model: "plum-1", inputTokens: Math.round(dollars * 1e6), outputTokens: 0 }];
      await ledger.recordRun(
        {
          id: String(written++),
          flowId: "f",
          flowName: "Digest",
          server: "",
          startedAt,
          durationMs: 1,
          outcome: "ok",
          usage: { reported: true, models },
        },
        localUser,
      );
    }

    async function call(startedAt: Date, outcomes: Readonly<Record<string, number>>): Promise<void> {
      const caller = { face: "mcp", client: "claude", principal: localUser } as const;
      for (const [outcome, count] of Object.entries(outcomes)) {
        const same = Array.from({ length: count }, () => {
          const id = String(written++);
          const texts = { inputText: "{}", outputText: "{}" };
          return ledger.recordCall({ id, tool: "read_file", caller, startedAt, durationMs: 1, outcome, ...texts });
        });
        await Promise.all(same);
      }
    }

    /** What the alerts are at a time, the newest first. */
    async function look(time: Date) {
      now = time;
      await watchAnomalies(alerts, () => ledger.anomalies(time, localUser));
      return alerts.list().map(({ subject, severity, resolvedAt }) => [subject, severity, resolvedAt ?? "lasts"]);
    }

    it("fires at most once in 90 days of each kind of history, and ends with its day", async () => {
      const found = [];
      for (const [index, { days }] of usageSeries(1).entries()) {
        // Two years and a week apart, so that no history sees another; also on a Monday.
        const offset = index * 735;
        await Promise.all(days.map((dollars, day) => spend(at(offset + day, 12), dollars)));
        const fired = new Set<string>();
        for (let day = firstDay; day < days.length; day++) {
          await look(at(offset + day, 18));
          for (const { id, resolvedAt } of alerts.list())
            if (resolvedAt === undefined) fired.add(`${id} ${String(day)}`);
          await look(at(offset + day + 1, 0));
          assert.ok(alerts.list().every(({ resolvedAt }) => resolvedAt !== undefined));
        }
        found.push([...fired].map((one) => Number(one.split(" ")[1])));
      }
      assert.deepEqual(found.map(mostIn90Days), [0, 0, 1]);
      // The level of the last one is four times as high from that day on.
      assert.deepEqual(found[2], [210]);
    });

    it("of spending fires once on the day that costs three times what it would have, with the numbers", async () => {
      const [, , { days } = assert.fail()] = usageSeries(1);
      const day = 150;
      const dollars = days[day] ?? 0;
      await Promise.all(days.slice(0, day).map((each, index) => spend(at(index, 12), each)));
      assert.deepEqual(await look(at(day, 8)), []);
      await spend(at(day, 9), dollars);
      assert.deepEqual(await look(at(day, 10)), [], "as usual");
      await spend(at(day, 11), dollars);
      await spend(at(day, 12), dollars);
      assert.deepEqual(await look(at(day, 13)), [["spending", "warning", "lasts"]]);
      const sameWeekday = Array.from({ length: 10 }, (_, week) => days[day - 7 * (week + 1)] ?? 0).sort(
        (a, b) => a - b,
      );
      const usual = Math.sqrt((sameWeekday[4] ?? 0) * (sameWeekday[5] ?? 0));
      const { message = "", remedy = "" } = alerts.list()[0] ?? {};
      const words = `Flow runs cost unusually much today: $${(3 * dollars).toFixed(2)}, where $${usual.toFixed(2)} is usual for such a day (median of 10) and $`;
      assert.ok(message.startsWith(words), message);
      assert.match(remedy, /cost --by flow,model/);
      await spend(at(day, 14), dollars);
      assert.deepEqual(await look(at(day, 15)), [["spending", "warning", "lasts"]], "it is the same alert");
      const midnight = at(day + 1, 0);
      assert.deepEqual(await look(midnight), [["spending", "warning", midnight.toISOString()]]);
    });

    it("of spending is neither the first run nor cents", async () => {
      await spend(at(0, 9), 50);
      assert.deepEqual(await look(at(0, 10)), []);
      for (let day = 1; day < 40; day++) await spend(at(day, 9), 0.02);
      await spend(at(40, 9), 0.9);
      assert.deepEqual(await look(at(40, 10)), []);
      await spend(at(40, 11), 0.2);
      assert.deepEqual(await look(at(40, 12)), [["spending", "warning", "lasts"]], "over a dollar more than usual");
    });

    it("of failed calls fires once while the last hour fails far more than the hours before, and ends after it", async () => {
      for (let hour = 0; hour < 24; hour++) await call(at(0, hour), { ok: 24, NOT_FOUND: 1, CANCELLED: 0 });
      const times = [0, 20, 40].map((minutes) => new Date(2024, 0, 2, 3, minutes));
      const [first = assert.fail(), second = assert.fail(), third = assert.fail()] = times;
      await call(first, { NOT_FOUND: 9, ok: 3, CANCELLED: 10 });
      assert.deepEqual(await look(first), [], "9 failed calls may be chance");
      await call(second, { INVALID_ARGUMENT: 3 });
      assert.deepEqual(await look(second), [["failed calls", "warning", "lasts"]]);
      assert.equal(
        alerts.list()[0]?.message,
        "Tool calls fail unusually often: 12 of the 25 of the last hour (48 %), where 4.0 % is usual (median of 24 hours) and 24 % the most to expect.",
      );
      await call(third, { ok: 1 });
      assert.deepEqual(await look(third), [["failed calls", "warning", "lasts"]]);
      const later = new Date(2024, 0, 2, 4, 20);
      assert.deepEqual(await look(later), [["failed calls", "warning", later.toISOString()]]);
    });
  });

  it("of spending is there at most once in 90 days, in four histories of each kind", () => {
    const counts = [1, 11, 21, 31].flatMap(usageSeries).map(({ name, days }) => {
      const found: number[] = [];
      for (let day = firstDay; day < days.length; day++) {
        if (unusualSpend(days.slice(Math.max(0, day + 1 - daysLookedAt), day + 1))) found.push(day);
      }
      return { name, most: mostIn90Days(found), count: found.length };
    });
    assert.deepEqual(
      counts.filter(({ most }) => most > 1),
      [],
    );
    // Something is found at all, of which the shift of the level is one in each history that has one.
    assert.equal(
      counts.reduce((sum, { count }) => sum + count, 0),
      13,
    );
  });

  it("of spending is found on nine of ten days of a steady job that cost three times as much", () => {
    const [, , { days } = assert.fail()] = usageSeries(1);
    let found = 0;
    for (let day = firstDay; day < 200; day++) {
      const before = days.slice(Math.max(0, day + 1 - daysLookedAt), day);
      if (unusualSpend([...before, 3 * (days[day] ?? 0)])) found++;
    }
    assert.ok(found / 140 >= 0.9, String(found / 140));
  });

  it("of failed calls is there at most once in 90 days whose hours differ by chance alone", () => {
    for (const [index, share] of [0.01, 0.05, 0.2, 0.4].entries()) {
      const random = randomFrom(index + 1);
      const hours = Array.from({ length: 118 * 24 }, () => {
        const calls = Math.floor(60 * random());
        return { calls, failed: Array.from({ length: calls }, random).filter((chance) => chance < share).length };
      });
      let found = 0;
      for (let hour = 28 * 24; hour < hours.length; hour++) {
        const last = hours[hour];
        if (last && unusualFailures(hours.slice(hour - 28 * 24, hour), last)) found++;
      }
      assert.ok(found <= 1, `${String(found)} of a share of ${String(share)}`);
    }
  });
});
