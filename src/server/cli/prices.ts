import { priceSubcommands } from "./langflowCommands.ts";
import { runGroup } from "./operationGroup.ts";

const usage = "Use `prices show [MODEL]` or `prices update [--from FILE]`.";

/** Shows what models cost, and takes a newer price list. */
export function prices(args: readonly string[]): Promise<number> {
  return runGroup(args, { name: "prices", subcommands: priceSubcommands, usage });
}
