import { readFile } from "node:fs/promises";
import { ToolError } from "./errors.ts";

/** The API key in a file: its first line. */
export async function readKey(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const key = text?.split("\n", 1)[0]?.trim() ?? "";
  if (/^[\x21-\x7e]{1,512}$/.test(key)) return key;
  throw new ToolError(
    "INVALID_ARGUMENT",
    text === undefined ? `The key file ${file} can't be read.` : `The key file ${file} contains no key.`,
    "Write the API key of Langflow into it as one line.",
  );
}

/** Another secret in a file: its first line, as it is. */
export function readSecret(file: string): Promise<string> {
  return firstLine(file, "secret", "Write the secret into it as one line, or name another file.");
}

/** The password in a file: its first line, as it is. */
export function readPassword(file: string): Promise<string> {
  return firstLine(file, "password", "Write the password of the user into it as one line.");
}

async function firstLine(file: string, what: string, remedy: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const line = text?.split("\n", 1)[0]?.replace(/\r$/, "") ?? "";
  if (line !== "") return line;
  const problem = text === undefined ? "can't be read" : `contains no ${what}`;
  throw new ToolError("INVALID_ARGUMENT", `The file ${file} ${problem}.`, remedy);
}
