import { costSubcommands } from "./langflowCommands.ts";
import { runGroup } from "./operationGroup.ts";

/** What one run of a flow will cost. */
export function estimate(args: readonly string[]): Promise<number> {
  return runGroup(["estimate", ...args], {
    subcommands: costSubcommands,
    usage: "Use `estimate FLOW [--input TEXT]`.",
  });
}

/** What could cost less; applies and takes back single suggestions. */
export function optimizations(args: readonly string[]): Promise<number> {
  return runGroup(["optimizations", ...args], {
    subcommands: costSubcommands,
    usage: "Use `optimizations [--apply ID | --undo ID]`.",
  });
}

/** What flow runs will have cost at the end of the day, the week and the month. */
export function forecast(args: readonly string[]): Promise<number> {
  return runGroup(["forecast", ...args], { subcommands: costSubcommands, usage: "Use `forecast`." });
}
