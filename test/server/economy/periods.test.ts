import assert from "node:assert/strict";
import { periodOf } from "../../../src/server/economy/periods.ts";
import type { BudgetPeriod } from "../../../src/protocol/budgets.ts";

/** Borders in UTC, worked out by hand from the zones' published clock changes. */
const cases: readonly {
  readonly about: string;
  readonly zone: string;
  readonly period: BudgetPeriod;
  readonly now: string;
  readonly start: string;
  readonly end: string;
}[] = [
  {
    about: "a day of 23 hours, its first moment",
    ...{ zone: "Europe/Berlin", period: "day", now: "2026-03-28T23:00:00.000Z" },
    ...{ start: "2026-03-28T23:00:00.000Z", end: "2026-03-29T22:00:00.000Z" },
  },
  {
    about: "the last moment before a day of 23 hours",
    ...{ zone: "Europe/Berlin", period: "day", now: "2026-03-28T22:59:59.999Z" },
    ...{ start: "2026-03-27T23:00:00.000Z", end: "2026-03-28T23:00:00.000Z" },
  },
  {
    about: "a day of 25 hours, in its 25th",
    ...{ zone: "Europe/Berlin", period: "day", now: "2026-10-25T22:30:00.000Z" },
    ...{ start: "2026-10-24T22:00:00.000Z", end: "2026-10-25T23:00:00.000Z" },
  },
  {
    about: "a day of 23 hours",
    ...{ zone: "America/New_York", period: "day", now: "2026-03-08T12:00:00.000Z" },
    ...{ start: "2026-03-08T05:00:00.000Z", end: "2026-03-09T04:00:00.000Z" },
  },
  {
    about: "a day without a midnight",
    ...{ zone: "America/Sao_Paulo", period: "day", now: "2018-11-04T12:00:00.000Z" },
    ...{ start: "2018-11-04T03:00:00.000Z", end: "2018-11-05T02:00:00.000Z" },
  },
  {
    about: "a day with two midnights, of which the first counts",
    ...{ zone: "America/Havana", period: "day", now: "2026-11-01T12:00:00.000Z" },
    ...{ start: "2026-11-01T04:00:00.000Z", end: "2026-11-02T05:00:00.000Z" },
  },
  {
    about: "a week with a clock change, on its Sunday",
    ...{ zone: "Europe/Berlin", period: "week", now: "2026-03-29T21:59:59.999Z" },
    ...{ start: "2026-03-22T23:00:00.000Z", end: "2026-03-29T22:00:00.000Z" },
  },
  {
    about: "a week on its Monday",
    ...{ zone: "America/New_York", period: "week", now: "2026-03-09T04:00:00.000Z" },
    ...{ start: "2026-03-09T04:00:00.000Z", end: "2026-03-16T04:00:00.000Z" },
  },
  {
    about: "a week over the end of a year",
    ...{ zone: "Pacific/Auckland", period: "week", now: "2026-12-31T11:00:00.000Z" },
    ...{ start: "2026-12-27T11:00:00.000Z", end: "2027-01-03T11:00:00.000Z" },
  },
  {
    about: "a month with a clock change",
    ...{ zone: "Europe/Berlin", period: "month", now: "2026-03-31T21:59:59.999Z" },
    ...{ start: "2026-02-28T23:00:00.000Z", end: "2026-03-31T22:00:00.000Z" },
  },
  {
    about: "February of a leap year, on its 29th",
    ...{ zone: "America/New_York", period: "month", now: "2028-03-01T04:59:59.999Z" },
    ...{ start: "2028-02-01T05:00:00.000Z", end: "2028-03-01T05:00:00.000Z" },
  },
  {
    about: "December",
    ...{ zone: "Asia/Kolkata", period: "month", now: "2026-12-31T18:29:59.999Z" },
    ...{ start: "2026-11-30T18:30:00.000Z", end: "2026-12-31T18:30:00.000Z" },
  },
];

describe("the periods of budgets", () => {
  const zone = process.env["TZ"];
  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  for (const { about, zone: place, period, now, start, end } of cases) {
    it(`are those of the calendar: ${about} (${place})`, () => {
      process.env["TZ"] = place;
      const found = periodOf(period, new Date(now));
      assert.deepEqual([found.start.toISOString(), found.end.toISOString()], [start, end]);
    });
  }
});
