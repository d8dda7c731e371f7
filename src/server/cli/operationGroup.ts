import { operations } from "../../protocol/operations.ts";
import { callOperation } from "../endpoint/askServer.ts";
import { needsArgument, optionsOf, paramsOf } from "./langflowCommands.ts";
import type { Subcommand } from "./langflowCommands.ts";
import { cliCaller, openApp } from "./openApp.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags, shownCurrency } from "./settings.ts";

interface Group {
  /** What stands before the subcommand on the command line; nothing when left out. */
  readonly name?: string;
  readonly subcommands: ReadonlyMap<string, Subcommand>;
  readonly usage: string;
  /** The subcommand that is meant when the first word names none. */
  readonly unnamed?: string;
}

/** Subcommands that need no connection: through the running server of the folder, whose ledger has all rows, or here. */
export async function runGroup(
  args: readonly string[],
  { name: group = "", subcommands, usage, unnamed }: Group,
): Promise<number> {
  const flags = optionsOf(subcommands);
  const { values, positionals } = parseOptions(args, { ...shared, ...settingFlags("other"), ...flags });
  const [first] = positionals;
  if (unnamed !== undefined && first !== undefined && !subcommands.has(first)) positionals.unshift(unnamed);
  const [verb = "", argument] = positionals;
  const subcommand = subcommands.get(verb);
  if (!subcommand) throw new UsageError(usage);
  const { operation, command } = subcommand;
  expectPositionals(positionals, command.argument === undefined ? 1 : 2);
  if (needsArgument(subcommand) && argument === undefined) throw new UsageError(usage);
  const given: Readonly<Record<string, unknown>> = values;
  const foreign = Object.keys(flags).find((flag) => !subcommand.flags.has(flag) && given[flag] !== undefined);
  if (foreign !== undefined) throw new UsageError(`${`${group} ${verb}`.trim()} has no --${foreign}.`);
  const params = {
    ...(command.argument !== undefined && argument !== undefined && { [command.argument]: argument }),
    ...paramsOf(subcommand, values),
  };
  // Wrong use, before anything is started.
  operations[operation.name].params.parse(params);
  const settings = readSettings(values);
  const { signal } = stopSignal();
  const server = await findRunning(values.workspace, settings.data);
  const request = { name: operation.name, params, signal, progress: note };
  const answer = server ? await callOperation(server, request) : await runHere();
  print(values.json ? JSON.stringify(answer) : command.show(answer, shownCurrency(settings)));
  return 0;

  async function runHere(): Promise<unknown> {
    const app = await openApp(values.workspace, settings);
    try {
      return await app.operate(operation.name, params, { caller: cliCaller, signal, progress: note });
    } finally {
      await app.shutdown("done");
    }
  }
}
