import type { Environments } from "../langflow/environments/parse.ts";
import { findEnvironments } from "../langflow/environments/environments.ts";
import { removeEnvironment, saveEnvironment } from "../langflow/environments/write.ts";
import { environmentSource } from "./chooseServer.ts";
import { UsageError, expectPositionals, parseOptions, print, shared } from "./options.ts";

const options = {
  ...shared,
  url: { type: "string" },
  "api-key-env": { type: "string" },
  default: { type: "boolean", default: false },
} as const;

/** The named Langflow servers of a folder: lists them, adds or removes one. */
export async function environments(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  expectPositionals(positionals, 2);
  const [verb, name] = positionals;
  const { folder } = environmentSource(values.workspace);
  if (verb === undefined) {
    const found = await findEnvironments(folder);
    print(values.json ? JSON.stringify(found ?? { all: [] }) : describe(found));
    return 0;
  }
  if (verb === "remove" && name !== undefined) {
    const given = ["url", "api-key-env"].find((flag) => Object.hasOwn(values, flag)) ?? (values.default && "default");
    if (given) throw new UsageError(`environments remove has no --${given}.`);
    const left = await removeEnvironment(folder, name);
    print(values.json ? JSON.stringify(left) : describe(left));
    return 0;
  }
  if (verb !== "add" || name === undefined || values.url === undefined) {
    throw new UsageError("Use `environments`, `environments add NAME --url URL`, or `environments remove NAME`.");
  }
  if (!/^[\w.-]+$/.test(name)) throw new UsageError("A name has letters, digits, dots, - and _ alone.");
  const keyVariable = values["api-key-env"];
  // A key in its stead would be written into a file that is meant for Git; so it is not repeated here either.
  if (keyVariable !== undefined && !/^[A-Z_][A-Z0-9_]*$/i.test(keyVariable)) {
    throw new UsageError("--api-key-env is the name of a variable of the environment, not the key.");
  }
  const saved = await saveEnvironment(folder, {
    name,
    url: values.url,
    ...(keyVariable !== undefined && { keyVariable }),
    isDefault: values.default,
  });
  print(values.json ? JSON.stringify(saved) : describe(saved));
  return 0;
}

function describe(found: Environments | undefined): string {
  if (!found) return "No environments: `environments add NAME --url URL` writes .lfx/environments.yaml.";
  const lines = found.all.map(({ name, url, keyVariable }) => {
    const more = [
      ...(keyVariable === undefined ? [] : [`key in ${keyVariable}`]),
      ...(name === found.fallback ? ["default"] : []),
    ];
    return `${name}  ${url}${more.length === 0 ? "" : `  (${more.join(", ")})`}`;
  });
  return [`${found.path}:`, ...lines].join("\n");
}
