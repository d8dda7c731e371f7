import path from "node:path";
import { headlessFacts, headlessSchema } from "../../protocol/settings.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { defaultDataFolder } from "../platform/dataFolder.ts";
import { UsageError } from "./options.ts";

// The only reader of the process's environment.

const headless = Object.entries(headlessSchema.shape).map(([key, schema]) => {
  const facts = headlessFacts.get(schema);
  if (!facts) throw new Error(`The setting ${key} has no facts.`);
  return { key, schema, ...facts };
});

/** A variable that a file names, such as the one with the key of an environment. */
export const readVariable = (name: string): string | undefined => process.env[name];

/** The flags of `serve`, or those that every command has, for `parseArgs`. */
export function settingFlags(command: "serve" | "other") {
  const flags = headless.flatMap(({ flag, everywhere = false, schema }) =>
    flag !== undefined && (everywhere || command === "serve")
      ? [[flag, { type: "string", multiple: schema.safeParse([]).success }] as const]
      : [],
  );
  return Object.fromEntries(flags);
}

/** `[--port 0]` and so on, in the order of the registry. */
export const serveFlagsUsage = headless.flatMap(({ flag, takes = "VALUE", schema }) =>
  flag === undefined ? [] : [`[--${flag} ${takes}]${schema.safeParse([]).success ? "…" : ""}`],
);

/** The settings of the flags, else of the environment, else their defaults. An empty variable counts as not set. */
export function readSettings(
  flags: Readonly<Record<string, unknown>> = {},
  env: NodeJS.ProcessEnv = process.env,
): HeadlessSettings {
  const given = headless.map(({ key, flag, variable, schema, valid }) => {
    const byFlag = flag === undefined ? undefined : flags[flag];
    const inEnvironment = variable === undefined ? "" : (env[variable] ?? "");
    const value = byFlag ?? (inEnvironment === "" ? undefined : inEnvironment);
    if (value !== undefined && !schema.safeParse(value).success) {
      const name = byFlag === undefined ? variable : `--${String(flag)}`;
      throw new UsageError(`${String(name)} must be ${valid ?? "valid"}.`);
    }
    return [key, value] as const;
  });
  const settings = headlessSchema.parse(Object.fromEntries(given));
  const { data, "endpoint.tokenFile": tokenFile } = settings;
  return {
    ...settings,
    data: data === "" ? defaultDataFolder(env) : path.resolve(data),
    "endpoint.tokenFile": tokenFile === "" ? "" : path.resolve(tokenFile),
  };
}
