import { z } from "zod";
import { BudgetPeriod } from "./budgets.ts";

const Dollars = z.string().regex(/^\d+(?:\.\d+)?$/);

const ExpectedSpending = z
  .object({
    period: BudgetPeriod,
    end: z.string().describe("ISO time, exclusive"),
    spent: Dollars.describe("US dollars, exact, of the runs whose cost is known"),
    expected: Dollars.exactOptional().describe("US dollars at the end; absent for want of history"),
    low: Dollars.exactOptional().describe("Four of five times the end is between low and high"),
    high: Dollars.exactOptional(),
  })
  .readonly();

/** What flow runs will have cost at the end of the current day, week and month, by what they cost each day until now. */
export const CostForecast = z
  .object({
    currency: z.literal("USD"),
    days: z.int().describe("Whole days of history since the first flow run, at most 400"),
    leastDays: z.int().describe("Days of history that a forecast needs"),
    unknownDays: z.array(z.string()).readonly().describe("Days with runs of unknown cost, which is not in the figures"),
    periods: z.array(ExpectedSpending).readonly(),
  })
  .readonly();
export type CostForecast = z.output<typeof CostForecast>;
