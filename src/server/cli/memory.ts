import { memorySubcommands } from "./langflowCommands.ts";
import { runGroup } from "./operationGroup.ts";

export const memoryUsage = [
  "memory list [--scope SCOPE] [--query TEXT] [--workspace DIR] [--json], where SCOPE is workspace, flow or user",
  "memory add --text TEXT [--scope SCOPE] [--flow FLOW] [--tag TAG]… [--expires 30d] [--workspace DIR] [--json]",
  "memory edit ID [--text TEXT] [--tag TAG]… [--expires 30d|never] [--workspace DIR] [--json]",
  "memory remove ID [--workspace DIR] [--json]",
  "memory export [--workspace DIR]",
];

/** What agents and the user remember for the next one. */
export function memory(args: readonly string[]): Promise<number> {
  return runGroup(args, {
    name: "memory",
    subcommands: memorySubcommands,
    usage: `Use: ${memoryUsage.join("\n     ")}`,
  });
}
