import { meaningSubcommands } from "./langflowCommands.ts";
import { runGroup } from "./operationGroup.ts";

export const meaningUsage = ["meaning status | index | stop | clear [--workspace DIR] [--json]"];

/** The index for the search by meaning. */
export function meaning(args: readonly string[]): Promise<number> {
  return runGroup(args, {
    name: "meaning",
    subcommands: meaningSubcommands,
    usage: `Use: ${meaningUsage.join("\n     ")}`,
  });
}
