import path from "node:path";
import { currencyOf } from "../../protocol/currency.ts";
import type { Currency } from "../../protocol/currency.ts";
import { headlessFacts, headlessSchema } from "../../protocol/settings.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import type { Proxies } from "../app/network.ts";
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

/** The flags of `serve`, of a command that connects to Langflow by itself, or of any other, for `parseArgs`. */
export function settingFlags(command: "serve" | "connecting" | "other") {
  const flags = headless.flatMap(({ flag, alsoOf, schema }) =>
    flag !== undefined && (command === "serve" || alsoOf === "every" || alsoOf === command)
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
    const { error } = value === undefined ? {} : schema.safeParse(value);
    if (error) {
      const name = byFlag === undefined ? variable : `--${String(flag)}`;
      const problem = valid === undefined ? `: ${String(error.issues[0]?.message)}` : ` must be ${valid}`;
      throw new UsageError(`${String(name)}${problem}.`);
    }
    return [key, value] as const;
  });
  const settings = headlessSchema.parse(Object.fromEntries(given));
  // Before any work, whose answer could not be shown.
  shownCurrency(settings);
  return {
    ...settings,
    data: settings.data === "" ? defaultDataFolder(env) : path.resolve(settings.data),
    "endpoint.tokenFile": whole(settings["endpoint.tokenFile"]),
    "tls.caFile": whole(settings["tls.caFile"]),
    "tls.clientCert": whole(settings["tls.clientCert"]),
    "tls.clientKey": whole(settings["tls.clientKey"]),
    "alerts.webhookSecretFile": whole(settings["alerts.webhookSecretFile"]),
    "alerts.mailPasswordFile": whole(settings["alerts.mailPasswordFile"]),
    "embeddings.keyFile": whole(settings["embeddings.keyFile"]),
  };
}

/** What amounts are shown in. */
export function shownCurrency(settings: HeadlessSettings): Currency {
  const currency = currencyOf(settings["cost.currency"], settings["cost.exchangeRate"]);
  if (currency) return currency;
  throw new UsageError(
    `LFC_COST_CURRENCY is ${settings["cost.currency"]}: set LFC_COST_EXCHANGE_RATE to how much of it one US dollar is, such as 0.92.`,
  );
}

function whole(file: string): string {
  return file === "" ? "" : path.resolve(file);
}

/** The proxies that the environment names, in small letters first; `ALL_PROXY` is not read. */
export function readProxies(env: NodeJS.ProcessEnv = process.env): Proxies {
  const variable = (name: string) => env[name.toLowerCase()] ?? env[name.toUpperCase()] ?? "";
  return {
    proxies: { http: variable("http_proxy"), https: variable("https_proxy") },
    noProxy: variable("no_proxy"),
  };
}
