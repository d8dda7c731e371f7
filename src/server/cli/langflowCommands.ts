import path from "node:path";
import { z } from "zod";
import { operations } from "../../protocol/operations.ts";
import type { Operation } from "../operations/defineOperation.ts";
import { allOperations } from "../operations/index.ts";
import { UsageError } from "./options.ts";

// The subcommands of `langflow`, `flow`, `component`, `budget`, `prices`, `memory`, `meaning` and `ingest`, as they follow from the operations.

export interface Subcommand {
  readonly operation: Operation;
  readonly command: NonNullable<Operation["command"]>;
  /** The params that are flags, by their names on the command line. */
  readonly flags: ReadonlyMap<string, Flag>;
}

interface Flag {
  readonly param: string;
  readonly type: "string" | "boolean";
  readonly required: boolean;
  /** Can stand several times. */
  readonly multiple: boolean;
  /** A path, relative to where the command runs. */
  readonly file: boolean;
  readonly description: string;
  /** What it can be, for the help; its name stands there when left out. */
  readonly choices: string | undefined;
}

function subcommandsOf(wanted: NonNullable<Subcommand["command"]["group"]>): ReadonlyMap<string, Subcommand> {
  return new Map(
    allOperations.flatMap((operation) => {
      const { command } = operation;
      if (!command || (command.group ?? "langflow") !== wanted) return [];
      return [[command.name, { operation, command, flags: flagsOf(operation) }] as const];
    }),
  );
}

export const subcommands = subcommandsOf("langflow");
export const flowSubcommands = subcommandsOf("flow");
export const componentSubcommands = subcommandsOf("component");
export const budgetSubcommands = subcommandsOf("budget");
export const priceSubcommands = subcommandsOf("prices");
export const meaningSubcommands = subcommandsOf("meaning");
export const memorySubcommands = subcommandsOf("memory");
export const ingestSubcommands = subcommandsOf("ingest");
export const costSubcommands = subcommandsOf("cost");

/** Every param is a flag but the argument, and what must not stand on a command line. */
function flagsOf({ name, command }: Operation): ReadonlyMap<string, Flag> {
  const { params } = operations[name];
  const { required = [] } = z.toJSONSchema(params, { io: "input" });
  const flags = new Map<string, Flag>();
  for (const [param, schema] of Object.entries(params.shape)) {
    if (!(schema instanceof z.ZodType)) continue;
    const { secret, flag, file, choices, description = "" } = schema.meta() ?? {};
    if (param === command?.argument || param === command?.second || secret === true || flag === false) continue;
    const isFlag = schema.safeParse(true).success;
    const type = isFlag ? "boolean" : "string";
    const multiple = schema.safeParse([]).success;
    const isRequired = required.includes(param);
    flags.set(kebab(param), {
      param,
      type,
      required: isRequired,
      multiple,
      file: file === true,
      description,
      choices: typeof choices === "string" ? choices : undefined,
    });
  }
  return flags;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `push TEMPLATE [--overwrite]`, and so on. */
export const langflowUsage: readonly string[] = [...subcommands.values()].map(usageOf);
export const flowUsage: readonly string[] = [...flowSubcommands.values()].map(usageOf);
export const componentUsage: readonly string[] = [...componentSubcommands.values()].map(usageOf);

function usageOf(subcommand: Subcommand): string {
  const { command, flags } = subcommand;
  const name = command.argument?.toUpperCase();
  const single = name === undefined || needsArgument(subcommand) ? name : `[${name}]`;
  const argument = isList(subcommand) ? `[${name?.replace(/S$/, "") ?? ""}…]` : single;
  const words = [command.name, ...(argument === undefined ? [] : [argument])];
  if (command.second !== undefined) {
    const second = command.second.toUpperCase();
    words.push(needsSecond(subcommand) ? second : `[${second}]`);
  }
  for (const [flag, { type, required, multiple, choices }] of flags) {
    const value = choices ?? flag.split("-").at(-1)?.toUpperCase() ?? "";
    const text = type === "boolean" ? `--${flag}` : `--${flag} ${value}`;
    words.push(required ? text : `[${text}]${multiple ? "…" : ""}`);
  }
  return words.join(" ");
}

export function needsSecond({ operation, command }: Subcommand): boolean {
  return isRequired(operation, command.second);
}

export function needsArgument({ operation, command }: Subcommand): boolean {
  return isRequired(operation, command.argument);
}

function isRequired({ name }: Operation, param: string | undefined): boolean {
  const { required = [] } = z.toJSONSchema(operations[name].params, { io: "input" });
  return param !== undefined && required.includes(param);
}

/** Whether the argument takes what is left of the line. */
export function isList({ operation, command }: Subcommand): boolean {
  if (command.argument === undefined) return false;
  const schema: unknown = operations[operation.name].params.shape[command.argument];
  return schema instanceof z.ZodType && schema.safeParse([]).success;
}

/** The flags of some subcommands, for `parseArgs`. */
export function optionsOf(commands: ReadonlyMap<string, Subcommand>) {
  return Object.fromEntries(
    [...commands.values()].flatMap(({ flags }) =>
      [...flags].map(([flag, { type, multiple }]) => [flag, { type, multiple }] as const),
    ),
  );
}

/** The params that the flags give. */
export function paramsOf({ command, flags }: Subcommand, values: Readonly<Record<string, unknown>>) {
  const params: Record<string, unknown> = {};
  for (const [flag, { param, required, file, description }] of flags) {
    const value = values[flag];
    if (value === undefined && required) throw new UsageError(`${command.name} needs --${flag}. ${description}.`);
    if (value !== undefined) params[param] = file ? resolved(value) : value;
  }
  return params;
}

function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  return typeof value === "string" ? path.resolve(value) : value;
}
