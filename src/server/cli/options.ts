import { parseArgs } from "node:util";
import type { ParseArgsOptionsConfig } from "node:util";
import { createLogger } from "../platform/logger.ts";
import { systemCode } from "../platform/errors.ts";
import { shownOn } from "./terminal.ts";

/** Wrong use: the command ends with code 2 and says how it is used. */
export class UsageError extends Error {}

const currentFolder: string[] = ["."];

/** Options that several commands share. */
export const shared = {
  workspace: { type: "string", multiple: true, default: currentFolder },
  json: { type: "boolean", default: false },
} as const;

/** `parseArgs` of Node, whose complaints are about wrong use. */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    if (error instanceof Error && systemCode(error).startsWith("ERR_PARSE_ARGS")) throw new UsageError(error.message);
    throw error;
  }
}

/** No positional arguments beyond these. */
export function expectPositionals(positionals: readonly string[], most: number): void {
  if (positionals.length > most) throw new UsageError(`Too many arguments: ${positionals.slice(most).join(" ")}`);
}

export const cliLog = createLogger((line) => process.stderr.write(`${line}\n`), "warn");

export function print(text: string): void {
  process.stdout.write(shownOn(process.stdout, `${text}\n`));
}

/** What is not the result: progress, hints, warnings. */
export function note(text: string): void {
  process.stderr.write(shownOn(process.stderr, `${text}\n`));
}

/** Fires on the first interrupt. */
export function stopSignal(): { readonly signal: AbortSignal; readonly reason: Promise<string> } {
  const controller = new AbortController();
  const reason = new Promise<string>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.once(name, () => {
        controller.abort();
        resolve(name);
      });
    }
  });
  return { signal: controller.signal, reason };
}
