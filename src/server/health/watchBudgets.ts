import type { BudgetState } from "../../protocol/budgets.ts";
import type { Alerts, Wrong } from "./alerts.ts";

const periodWords = { day: "today", week: "this week", month: "this month" } as const;

/** Looks which budgets are used up. A budget that is removed, raised or in its next period is well again. */
export async function watchBudgets(
  alerts: Pick<Alerts, "report" | "end" | "list">,
  list: () => Promise<readonly BudgetState[]>,
): Promise<void> {
  const budgets = await list();
  for (const budget of budgets) alerts.report("budget", budget.name, wrongOf(budget));
  for (const { rule, subject, resolvedAt } of alerts.list()) {
    if (rule !== "budget" || resolvedAt !== undefined || subject === undefined) continue;
    if (!budgets.some(({ name }) => name === subject)) alerts.end("budget", subject);
  }
}

function wrongOf({ name, limit, spent, left, period, hard, scope }: BudgetState): Wrong | undefined {
  // Exact: the text is a decimal number of dollars.
  if (Number(left) > 0) return undefined;
  return {
    severity: hard ? "error" : "warning",
    message: `The budget "${name}" is used up: $${spent} of $${limit} spent ${periodWords[period]}.`,
    remedy: hard
      ? scope?.kind === "branch"
        ? `It stops further flow runs while the branch "${scope.value}" is checked out. Check out another one, raise it with \`langflow-connect budget set\`, or wait until its period ends.`
        : "It stops further flow runs. Raise it with `langflow-connect budget set`, or wait until its period ends."
      : "Raise it with `langflow-connect budget set`, or wait until its period ends.",
  };
}
