import { parseArgs } from "node:util";
import type { ParseArgsOptionsConfig } from "node:util";
import path from "node:path";
import { createLogger } from "../platform/logger.ts";
import { dataFolder } from "../platform/dataFolder.ts";
import { systemCode } from "../platform/errors.ts";
import type { EditPolicy } from "../workspace/edits/edits.ts";

/** Wrong use: the command ends with code 2 and says how it is used. */
export class UsageError extends Error {}

const currentFolder: string[] = ["."];

/** Options that several commands share. */
export const shared = {
  workspace: { type: "string", multiple: true, default: currentFolder },
  data: { type: "string" },
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

export function dataOf(values: { readonly data?: string | undefined }): string {
  return values.data === undefined ? dataFolder(process.env) : path.resolve(values.data);
}

export function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError("--port must be a number from 0 to 65535.");
}

/** Without an editor there is nobody to ask, so the choice is between writing at once and not at all. */
export function headlessEdits(): () => EditPolicy {
  const value = process.env["LFC_EDITS"] ?? "auto";
  if (value !== "auto" && value !== "off") throw new UsageError("LFC_EDITS must be auto or off.");
  return () => value;
}

/** No positional arguments beyond these. */
export function expectPositionals(positionals: readonly string[], most: number): void {
  if (positionals.length > most) throw new UsageError(`Too many arguments: ${positionals.slice(most).join(" ")}`);
}

export const cliLog = createLogger((line) => process.stderr.write(`${line}\n`), "warn");

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What is not the result: progress, hints, warnings. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
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
