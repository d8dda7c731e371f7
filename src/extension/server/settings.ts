import { window, workspace } from "vscode";
import type { z } from "zod";
import { ownPricesProblem } from "../../protocol/ownPrices.ts";
import { settingsSchema } from "../../protocol/settings.ts";
import type { InitializationOptions } from "../../protocol/initialization.ts";
import type { Settings } from "../../protocol/settings.ts";

const section = "langflowConnect";

/** The settings as VS Code resolved them; the scopes in the manifest say who may set what. */
export function readSettings(): Settings {
  const values = workspace.getConfiguration(section);
  const given: Partial<Record<keyof z.input<typeof settingsSchema>, unknown>> = {};
  for (const key of settingsSchema.keyof().options) given[key] = values.get(key);
  return settingsSchema.parse(given);
}

let warnedOf: string | undefined;

/** Prices that do not fit count as not set: then flow runs get those of the list, which the user must know. Once for each fault. */
export function warnOfPrices(): void {
  const name = "cost.prices";
  const problem = ownPricesProblem(workspace.getConfiguration(section).get(name) ?? []);
  if (problem !== undefined && problem !== warnedOf) {
    void window.showWarningMessage(`The setting ${section}.${name} does not count: ${problem}.`);
  }
  warnedOf = problem;
}

/** How VS Code reaches the network by its own settings. What a workspace says of it does not count: it could lead keys elsewhere. */
export function readNetwork(): NonNullable<InitializationOptions["network"]> {
  const http = workspace.getConfiguration("http");
  const ofUser = <Value>(key: string, otherwise: Value): Value => {
    const found = http.inspect<Value>(key);
    return found?.globalValue ?? found?.defaultValue ?? otherwise;
  };
  return {
    useProxy: ofUser<string>("proxySupport", "override") !== "off",
    proxy: ofUser("proxy", ""),
    noProxy: ofUser<string[]>("noProxy", []),
    systemCertificates: ofUser("systemCertificates", true),
  };
}

/**
 * What VS Code's own search leaves out. A pattern that depends on a sibling file ("when") is not taken: it hides what
 * another file is made from, and such a file is read all the same.
 */
export function readExclusions(): NonNullable<InitializationOptions["exclusions"]> {
  const search = workspace.getConfiguration("search");
  const all = [workspace.getConfiguration("files").get<object>("exclude"), search.get<object>("exclude")];
  return {
    exclude: all.flatMap((patterns) =>
      Object.entries(patterns ?? {}).flatMap(([glob, on]) => (on === true ? [glob] : [])),
    ),
    useIgnoreFiles: search.get<boolean>("useIgnoreFiles") ?? true,
  };
}
