import { z } from "zod";
import { Budget } from "../../protocol/budgets.ts";
import { ToolError } from "../platform/errors.ts";
import type { Mutex } from "../platform/mutex.ts";
import { createSharedFile } from "../platform/sharedFile.ts";

const BudgetFile = z.strictObject({
  budgets: z
    .array(z.strictObject(Budget.unwrap().shape))
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "has a name twice"),
});

/** The budgets of this user, in a file that all their processes share. */
export interface BudgetStore {
  /** As the file is now. A damaged file is an error and never an empty list, which would let every run go. */
  read(): Promise<readonly Budget[]>;
  /** A budget of the same name is replaced. */
  set(budget: Budget, signal: AbortSignal): Promise<void>;
  /** The same, unless `refuse` throws for the budget that would be replaced. */
  replace(budget: Budget, options: { refuse(before: Budget): void; signal: AbortSignal }): Promise<void>;
  /** False when there is none of that name. */
  remove(name: string, signal: AbortSignal): Promise<boolean>;
}

export function createBudgetStore(path: string, mutex: Mutex): BudgetStore {
  const file = createSharedFile({
    ...{ file: path, name: "budgets.json", schema: BudgetFile, mutex },
    damaged: (problem) =>
      new ToolError(
        "INVALID_BUDGETS",
        `The file of budgets ${path} is damaged: ${problem}.`,
        "Correct it, or remove it and set the budgets again with `langflow-connect budget set`. Until then no flow runs, since a hard budget could be in it.",
      ),
  });

  async function read(): Promise<readonly Budget[]> {
    return (await file.read())?.budgets ?? [];
  }

  async function change(signal: AbortSignal, make: (before: readonly Budget[]) => readonly Budget[]): Promise<void> {
    await file.change(signal, (before) => ({ budgets: [...make(before?.budgets ?? [])] }));
  }

  return {
    read,
    set: (budget, signal) => change(signal, (before) => withBudget(before, budget)),
    replace: (budget, { refuse, signal }) =>
      change(signal, (before) => {
        // Under the lock: between a look and a write, the user may have changed it.
        for (const one of before) if (one.name === budget.name) refuse(one);
        return withBudget(before, budget);
      }),
    async remove(name, signal) {
      let found = false;
      await change(signal, (before) => {
        found = before.some((budget) => budget.name === name);
        return before.filter((budget) => budget.name !== name);
      });
      return found;
    },
  };
}

function withBudget(before: readonly Budget[], budget: Budget): readonly Budget[] {
  return [...before.filter(({ name }) => name !== budget.name), budget].sort((a, b) => (a.name < b.name ? -1 : 1));
}
