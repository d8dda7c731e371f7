import type { BudgetState } from "../protocol/budgets.ts";
import { usDollars } from "../protocol/currency.ts";
import { localTime, money } from "../protocol/format.ts";

/** Each budget with what is spent of it, in US dollars as its limit. */
export function Budgets({ budgets }: { readonly budgets: readonly BudgetState[] }) {
  if (budgets.length === 0) return null;
  return (
    <ul className="budgets" aria-label="Budgets">
      {budgets.map((budget) => (
        <li key={budget.name}>
          <span className="head">
            <strong>{titleOf(budget)}</strong>
            <span>
              {money(budget.spent, usDollars)} of {money(budget.limit, usDollars)}, until {localTime(budget.periodEnd)}
            </span>
          </span>
          <progress
            className={shareOf(budget) < 1 ? "" : "full"}
            value={Math.min(1, shareOf(budget))}
            aria-label={`${budget.name}: ${stateOf(budget)}`}
          />
          <span>{stateOf(budget)}</span>
        </li>
      ))}
    </ul>
  );
}

function titleOf({ name, scope }: BudgetState): string {
  return scope ? `${name} (${scope.kind} ${scope.value})` : name;
}

/** The one of which the largest share is used. */
export function nearestBudget(budgets: readonly BudgetState[]): BudgetState | undefined {
  return budgets.toSorted((a, b) => shareOf(b) - shareOf(a))[0];
}

function shareOf({ spent, limit }: BudgetState): number {
  return Number(limit) === 0 ? 1 : Number(spent) / Number(limit);
}

function stateOf(budget: BudgetState): string {
  const { hard, scope, unknownRuns } = budget;
  const where = scope?.kind === "branch" ? " while the branch is checked out" : "";
  const share = `${String(Math.floor(shareOf(budget) * 100))} % used`;
  const effect = shareOf(budget) < 1 ? "" : hard ? `, no further run begins${where}` : `, each run warns${where}`;
  const runs = unknownRuns === 1 ? "1 run is" : `${String(unknownRuns)} runs are`;
  return `${share}${effect}${unknownRuns === 0 ? "" : `; ${runs} not wholly in the sum`}.`;
}
