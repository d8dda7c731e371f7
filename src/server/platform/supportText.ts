import { isSecretField } from "../../protocol/secretField.ts";
import { redactSecrets } from "./redact.ts";

/** A folder of this machine, and what stands for it. */
export interface NamedFolder {
  readonly path: string;
  readonly name: string;
}

/** The names of secret fields in running text, without quotes. A number is a count of tokens. */
const secretWord =
  /((?:passw(?:or)?d|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization|cookie)["']?\s{0,4}[=:]\s{0,4}["']?)(?!\d+\b)[^\s"',;&{}]{3,512}/gi;

const urlUser = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>]{1,256}@/gi;
const urlQuery = /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s?#"'<>]{1,2048})[?#][^\s"'<>]{1,8192}/gi;

/** Cleans texts for a file that leaves this machine: it removes more than what is shown on the machine itself. */
export interface SupportText {
  text(text: string): string;
  /** JSON of a value, every text in it cleaned. */
  json(value: object): string;
  /** JSON lines; one that is none is cleaned as text. */
  lines(lines: readonly string[]): string;
}

export function createSupportText(folders: readonly NamedFolder[]): SupportText {
  // The longest first, since a workspace lies in the home folder.
  const named = folders.filter(({ path }) => path.length > 1).toSorted((a, b) => b.path.length - a.path.length);

  function text(given: string): string {
    let short = given;
    for (const { path, name } of named)
      short = short.replaceAll(path, name).replaceAll(path.replaceAll("\\", "/"), name);
    return redactSecrets(short).replace(urlUser, "$1***@").replace(urlQuery, "$1?***").replace(secretWord, "$1***");
  }

  const clean = (field: string, part: unknown) => {
    if (typeof part !== "string") return part;
    return part !== "" && isSecretField(field) ? "***" : text(part);
  };

  function line(given: string): string {
    try {
      return JSON.stringify(JSON.parse(given), clean);
    } catch {
      return text(given);
    }
  }

  return {
    text,
    json: (value) => JSON.stringify(value, clean, 2),
    lines: (lines) => lines.map((one) => `${line(one)}\n`).join(""),
  };
}
