import { runConnected } from "./connected.ts";
import { componentSubcommands, componentUsage } from "./langflowCommands.ts";

/** Components of the user's own, as Python files. */
export function component(args: readonly string[]): Promise<number> {
  return runConnected(args, { name: "component", subcommands: componentSubcommands, usage: componentUsage });
}
