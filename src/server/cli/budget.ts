import { budgetSubcommands } from "./langflowCommands.ts";
import { runGroup } from "./operationGroup.ts";

const usage = "Use `budget list`, `budget set NAME --limit AMOUNT --period day|week|month`, or `budget remove NAME`.";

/** Lists, sets and removes budgets. */
export function budget(args: readonly string[]): Promise<number> {
  return runGroup(args, { name: "budget", subcommands: budgetSubcommands, usage });
}
