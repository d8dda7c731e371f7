import type { BudgetPeriod } from "../../protocol/budgets.ts";

/** From `start` up to `end`, without it. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}

/**
 * The calendar period of local time that contains a moment. Made of calendar days, never of 24 hours: a day on which the
 * clock changes has 23 or 25.
 */
export function periodOf(period: BudgetPeriod, now: Date): Period {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  switch (period) {
    case "day":
      return { start: new Date(year, month, day), end: new Date(year, month, day + 1) };
    case "week": {
      const monday = day - ((now.getDay() + 6) % 7);
      return { start: new Date(year, month, monday), end: new Date(year, month, monday + 7) };
    }
    case "month":
      return { start: new Date(year, month, 1), end: new Date(year, month + 1, 1) };
  }
}
