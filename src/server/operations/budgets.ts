import type { BudgetState } from "../../protocol/budgets.ts";
import { localTime } from "../../protocol/format.ts";
import { defineOperation } from "./defineOperation.ts";

export const budgetOperations = [
  defineOperation("budgets.list", {
    needs: ["budgets"],
    command: {
      group: "budget",
      name: "list",
      show: (all) => all.map(describeBudget).join("\n") || "No budgets. Use `budget set NAME` to make one.",
    },
    run: (_, __, { budgets }) => budgets.list(),
  }),
  defineOperation("budgets.set", {
    needs: ["budgets"],
    command: { group: "budget", name: "set", argument: "name", show: describeBudget },
    run: (budget, { signal }, { budgets }) => budgets.set(budget, signal),
  }),
  defineOperation("budgets.remove", {
    needs: ["budgets"],
    command: { group: "budget", name: "remove", argument: "name", show: () => "Removed." },
    async run({ name }, { signal }, { budgets }) {
      await budgets.remove(name, signal);
      return {};
    },
  }),
];

function describeBudget({
  name,
  limit,
  period,
  scope,
  hard,
  spent,
  left,
  periodEnd,
  unknownRuns,
}: BudgetState): string {
  const facts = [hard ? "hard" : "soft", ...(scope ? [`${scope.kind} ${scope.value}`] : [])].join(", ");
  const line = `${name}  $${spent} of $${limit} a ${period} spent, $${left} left until ${localTime(periodEnd)} (${facts})`;
  if (unknownRuns === 0) return line;
  const runs = unknownRuns === 1 ? "1 run is" : `${String(unknownRuns)} runs are`;
  return `${line}\n  ${runs} not, or not wholly, in the sum: no usage was reported, or no price is known.`;
}
