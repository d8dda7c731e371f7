import { z } from "zod";
import { Budget } from "../../protocol/budgets.ts";
import { readKept, writePrivate } from "../platform/dataFolder.ts";
import { ToolError } from "../platform/errors.ts";
import type { Mutex } from "../platform/mutex.ts";

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

export function createBudgetStore(file: string, mutex: Mutex): BudgetStore {
  async function read(): Promise<readonly Budget[]> {
    let problem: string;
    try {
      const text = await readKept(file);
      if (text === undefined) return [];
      const parsed = BudgetFile.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data.budgets;
      problem = parsed.error.issues.map(({ path, message }) => [path.join("."), message].join(" ").trim()).join("; ");
    } catch (error) {
      problem = error instanceof SyntaxError ? "it is not JSON" : "it cannot be read";
    }
    throw new ToolError(
      "INVALID_BUDGETS",
      `The file of budgets ${file} is damaged: ${problem}.`,
      "Correct it, or remove it and set the budgets again with `langflow-connect budget set`. Until then no flow runs, since a hard budget could be in it.",
    );
  }

  /** One after the other, so that of two processes that change it at once neither loses the other's change. */
  async function change(signal: AbortSignal, make: (before: readonly Budget[]) => readonly Budget[]): Promise<void> {
    const acquired = await mutex.acquire(["budgets.json"], { signal });
    try {
      await writePrivate(file, `${JSON.stringify({ budgets: make(await read()) }, null, 2)}\n`);
    } finally {
      acquired.release();
    }
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
