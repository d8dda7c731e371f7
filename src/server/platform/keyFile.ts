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
export async function readSecret(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const secret = text?.split("\n", 1)[0]?.replace(/\r$/, "") ?? "";
  if (secret !== "") return secret;
  throw new ToolError(
    "INVALID_ARGUMENT",
    text === undefined ? `The file ${file} can't be read.` : `The file ${file} contains no secret.`,
    "Write the secret into it as one line, or name another file.",
  );
}

/** The password in a file: its first line, as it is. */
export async function readPassword(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const password = text?.split("\n", 1)[0]?.replace(/\r$/, "") ?? "";
  if (password !== "") return password;
  throw new ToolError(
    "INVALID_ARGUMENT",
    text === undefined ? `The file ${file} can't be read.` : `The file ${file} contains no password.`,
    "Write the password of the user into it as one line.",
  );
}
