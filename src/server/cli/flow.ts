import { optionsOfGroup, runConnected } from "./connected.ts";
import { gitCommands, gitUsage } from "./flowGit.ts";
import { flowSubcommands, flowUsage } from "./langflowCommands.ts";
import { parseOptions, stopSignal } from "./options.ts";

/** Flows as files. */
export async function flow(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, optionsOfGroup(flowSubcommands));
  const [name = "", ...rest] = positionals;
  const local = gitCommands.get(name);
  if (local) {
    return await local(rest, { workspace: values.workspace[0] ?? ".", dir: values.dir, signal: stopSignal().signal });
  }
  return runConnected(args, { name: "flow", subcommands: flowSubcommands, usage: [...flowUsage, ...gitUsage] });
}
