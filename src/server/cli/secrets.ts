import { createInterface } from "node:readline";
import { dataFiles, openDataFolder } from "../platform/dataFolder.ts";
import { ToolError } from "../platform/errors.ts";
import { createMutex } from "../platform/mutex.ts";
import { createSecretStore } from "../web/secretStore.ts";
import { UsageError, expectPositionals, note, parseOptions, print, stopSignal } from "./options.ts";
import { readSettings, settingFlags } from "./settings.ts";

export const secretsUsage = [
  "secrets list [--json]",
  "secrets set NAME --origin URL…, with the value as the first line of standard input",
  "secrets remove NAME",
];

const options = {
  ...settingFlags("other"),
  origin: { type: "string", multiple: true },
  json: { type: "boolean", default: false },
} as const;

/** The values that tools name and never see. */
export async function secrets(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  const [verb = "", name] = positionals;
  expectPositionals(positionals, verb === "list" ? 1 : 2);
  if (values.origin && verb !== "set") throw wrongUse();
  const { data } = readSettings(values);
  const files = dataFiles(data, "");
  const store = createSecretStore(files.secrets, createMutex(files.locks));
  if (verb === "list") {
    const all = (await store.list()).map((secret) => ({ name: secret.name, origins: secret.origins }));
    const lines = all.map((secret) => `${secret.name}  ${secret.origins.join(", ")}`);
    print(values.json ? JSON.stringify(all) : lines.join("\n") || "No secrets. Use `secrets set NAME --origin URL`.");
    return 0;
  }
  if (name === undefined) throw wrongUse();
  const { signal } = stopSignal();
  await openDataFolder(data);
  if (verb === "set") {
    if (!values.origin) throw wrongUse();
    if (process.stdin.isTTY) note(`Type the value of ${name}, then Enter. It is shown while you type.`);
    await store.set({ name, value: await firstLine(), origins: values.origin }, signal);
    print(`${name} is kept.`);
    return 0;
  }
  if (verb !== "remove") throw wrongUse();
  if (!(await store.remove(name, signal))) {
    throw new ToolError("NOT_FOUND", `There is no secret ${name}.`, "See `langflow-connect secrets list`.");
  }
  print(`${name} is removed.`);
  return 0;
}

function wrongUse(): UsageError {
  return new UsageError(`Use: ${secretsUsage.join("\n     ")}`);
}

/** Neither a command line nor an environment is a good position for a secret: others can read them. */
async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return "";
}
