import { z } from "zod";
import { Budget, BudgetState, scopeForm, ScopeText } from "../../protocol/budgets.ts";
import { defineTool, lines } from "./runner/defineTool.ts";

const { name, limit, period } = Budget.unwrap().shape;

export const setBudget = defineTool({
  name: "set_budget",
  title: "Set budget",
  toolset: "cost",
  effect: "update",
  description: lines(
    "Sets a budget for flow runs, or makes one stricter: a lower limit, or hard instead of soft.",
    "Raising, softening or removing one is for the user. Returns the budget with what is spent of it.",
  ),
  otherWords: "limit cap maximum spending quota stop spend dollars never more",
  needs: ["budgets"],
  input: z.strictObject({
    name: name.describe("Name of the budget"),
    limit: limit.describe("US dollars as a decimal, such as 2.50"),
    period: period.describe("Calendar period, in local time"),
    scope: ScopeText.optional().describe(`${scopeForm}; all runs without`),
    hard: z.boolean().optional().describe("Stop runs once the limit is reached"),
  }),
  output: BudgetState.unwrap(),
  example: { name: "Reviews", limit: "5.00", period: "month", hard: true },
  handler: ({ scope, hard = false, ...budget }, { budgets, signal }) =>
    budgets.tighten({ ...budget, hard, ...(scope && { scope }) }, signal),
});
