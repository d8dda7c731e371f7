import { z } from "zod";

/** Calendar periods in the local time of the server; a week begins on Monday. */
export const BudgetPeriod = z.enum(["day", "week", "month"]);
export type BudgetPeriod = z.output<typeof BudgetPeriod>;

export const BudgetScopeKind = z.enum(["workspace", "flow", "model", "client", "branch"]);

const BudgetScope = z
  .object({
    kind: BudgetScopeKind,
    value: z
      .string()
      .min(1)
      .describe(
        "Names of the workspace's folders joined by a comma, id or name of a flow, name of a model, or name of the git branch that was checked out when a run began. Every flow run is of the client `langflow`: another client has no runs.",
      ),
  })
  .readonly();
export type BudgetScope = z.output<typeof BudgetScope>;

/** Exact to the smallest price: 10^-12 dollars. */
const Dollars = z.string().regex(/^\d{1,9}(\.\d{1,12})?$/, "must be US dollars as a decimal, such as 2.50");

export const Budget = z
  .object({
    name: z
      .string()
      .regex(/^[\w.-]{1,60}$/, "has letters, digits, dots, - and _ alone, 60 at most")
      .describe("Name of the budget"),
    limit: Dollars.describe("US dollars for a period"),
    period: BudgetPeriod.describe("Calendar period in local time; a week begins on Monday"),
    scope: BudgetScope.exactOptional().describe("All runs of this user when absent"),
    hard: z.boolean().describe("Stops further runs once the limit is reached; without, a run only warns"),
  })
  .readonly();
export type Budget = z.output<typeof Budget>;

/** A budget with what was spent of it in the current period. */
export const BudgetState = Budget.unwrap()
  .extend({
    spent: z.string().describe("US dollars, exact, of the runs whose cost is known"),
    left: z.string().describe("US dollars; 0 once the limit is reached"),
    periodEnd: z.string().describe("ISO time, exclusive"),
    unknownRuns: z
      .int()
      .describe("Runs of the period that are not in the sum: no usage was reported, or no price is known"),
  })
  .readonly();
export type BudgetState = z.output<typeof BudgetState>;

/** How a scope is written. */
export const scopeForm = `KIND=VALUE, KIND one of ${BudgetScopeKind.options.join(", ")}`;

/** On the command line and in the API a scope is one word. */
export const ScopeText = z
  .string()
  .regex(new RegExp(`^(?:${BudgetScopeKind.options.join("|")})=.`), `must be ${scopeForm}`)
  .transform((text) => {
    const at = text.indexOf("=");
    return BudgetScope.parse({ kind: text.slice(0, at), value: text.slice(at + 1) });
  });
