import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import type { Mutex } from "../platform/mutex.ts";
import { isLoopback } from "../platform/network.ts";
import { createSharedFile } from "../platform/sharedFile.ts";

/** A value that callers name and never see, for these origins only. */
export interface Secret {
  readonly name: string;
  readonly value: string;
  /** Such as https://api.example.com. */
  readonly origins: readonly string[];
}

const nameForm = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
/** A shorter one could not be masked without other words. */
const shortest = 8;

const SecretFile = z.strictObject({
  secrets: z.array(
    z.strictObject({
      name: z.string().regex(nameForm),
      value: z.string().min(shortest).max(8_192),
      origins: z.array(z.string()).min(1),
    }),
  ),
});

/** The secrets of this user, in a file that only they can read and all their processes share. */
export interface SecretStore {
  list(): Promise<readonly Secret[]>;
  /** One of the same name is replaced. */
  set(secret: Secret, signal: AbortSignal): Promise<void>;
  /** False when there is none of that name. */
  remove(name: string, signal: AbortSignal): Promise<boolean>;
}

export function createSecretStore(path: string, mutex: Mutex): SecretStore {
  const file = createSharedFile({
    ...{ file: path, name: "secrets.json", schema: SecretFile, mutex },
    // What is wrong could quote a value.
    damaged: () =>
      new ToolError(
        "NOT_READY",
        "The file of secrets in the data folder is damaged.",
        "Remove secrets.json there and set the secrets again with `langflow-connect secrets set`.",
      ),
  });

  return {
    list: async () => (await file.read())?.secrets ?? [],
    async set(secret, signal) {
      const checked = { ...checkedSecret(secret), origins: secret.origins.map(originOf) };
      await file.change(signal, (before) => ({
        secrets: [...(before?.secrets ?? []).filter(({ name }) => name !== secret.name), checked].sort((a, b) =>
          a.name < b.name ? -1 : 1,
        ),
      }));
    },
    async remove(name, signal) {
      let found = false;
      await file.change(signal, (before) => {
        const all = before?.secrets ?? [];
        found = all.some((secret) => secret.name === name);
        return { secrets: all.filter((secret) => secret.name !== name) };
      });
      return found;
    },
  };
}

function checkedSecret({ name, value }: Secret): { name: string; value: string } {
  if (!nameForm.test(name)) {
    throw wrong("The name of a secret is made of letters, digits, _ and -.", "Give one such as github_token.");
  }
  if (value.length < shortest || value.length > 8_192 || !/^[\x20-\x7e]+$/.test(value)) {
    throw wrong(
      `A secret has ${String(shortest)} to 8192 characters, all of them ASCII, on one line.`,
      "Give the value on standard input.",
    );
  }
  return { name, value };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !["https:", "http:"].includes(url.protocol) || (url.protocol === "http:" && !isLoopback(url.href))) {
    throw wrong(
      "A secret is sent over https, or to this machine.",
      "Give the origin as --origin https://api.example.com.",
    );
  }
  return url.origin;
}

function wrong(message: string, remedy: string): ToolError {
  return new ToolError("INVALID_ARGUMENT", message, remedy);
}
