import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify as tomlText } from "smol-toml";
import { isMap, isScalar, parseDocument } from "yaml";
import { ToolError } from "../../platform/errors.ts";
import { langflowAddress } from "../client/address.ts";
import { environmentOf, findFile, noFile } from "./environments.ts";
import { parseEnvironments } from "./parse.ts";
import type { Environments } from "./parse.ts";

export interface NewEnvironment {
  readonly name: string;
  readonly url: string;
  readonly keyVariable?: string;
  /** Used when no environment is named. */
  readonly isDefault: boolean;
}

const header = `# Langflow servers by name, for lfx and Langflow Connect. Safe to commit: api_key_env is the name of the
# environment variable that contains the API key.
`;

/** Adds an environment to the file of a folder, or changes it there; comments and the other entries stay. */
export async function saveEnvironment(folder: string, environment: NewEnvironment): Promise<Environments> {
  const wanted = { ...environment, url: langflowAddress(environment.url) };
  const found = await findFile(folder);
  const file = found?.file ?? path.join(folder, ".lfx", "environments.yaml");
  const shown = found?.path ?? ".lfx/environments.yaml";
  if (found) parseEnvironments(shown, found.text);
  const text = file.endsWith(".toml")
    ? inToml(shown, found?.text ?? "", wanted)
    : inYaml(found?.text ?? header, wanted);
  const read = parseEnvironments(shown, text);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return read;
}

/** Removes an environment from the file of a folder, also as its default; comments and the other entries stay. */
export async function removeEnvironment(folder: string, name: string): Promise<Environments> {
  const found = await findFile(folder);
  if (!found) throw noFile(name);
  environmentOf(parseEnvironments(found.path, found.text), name);
  if (found.file.endsWith(".toml")) throw tomlUnchanged(found.path);
  const text = withoutInYaml(found.path, found.text, name);
  const read = parseEnvironments(found.path, text);
  await writeFile(found.file, text);
  return read;
}

function withoutInYaml(shown: string, text: string, name: string): string {
  const document = parseDocument(text, { uniqueKeys: false });
  // A name that YAML reads as a number or a truth value is no string there.
  const listed = document.get("environments");
  const key = isMap(listed)
    ? listed.items.findLast(({ key: each }) => isScalar(each) && String(each) === name)?.key
    : name;
  document.deleteIn(["environments", key]);
  if (document.getIn(["defaults", "environment"]) === name) document.deleteIn(["defaults", "environment"]);
  const defaults = document.get("defaults");
  if (isMap(defaults) && defaults.items.length === 0) document.delete("defaults");
  try {
    return document.toString({ lineWidth: 0 });
  } catch {
    throw new ToolError(
      "INVALID_ENVIRONMENTS",
      `${shown} uses what ${name} says in other entries (by & and *), so it was not removed.`,
      "Remove it by hand.",
    );
  }
}

function tomlUnchanged(shown: string): ToolError {
  return new ToolError(
    "TOML_UNCHANGED",
    `${shown} has that entry, and entries of a TOML file are not changed by a command.`,
    "Change it by hand, or use .lfx/environments.yaml.",
  );
}

function inYaml(text: string, { name, url, keyVariable, isDefault }: NewEnvironment): string {
  const document = parseDocument(text, { uniqueKeys: false });
  document.setIn(["environments", name, "url"], url);
  if (keyVariable !== undefined) document.setIn(["environments", name, "api_key_env"], keyVariable);
  if (isDefault) document.setIn(["defaults", "environment"], name);
  return document.toString({ lineWidth: 0 });
}

/** A new table at the end leaves the file as it is; no library changes TOML and keeps its comments. */
function inToml(shown: string, text: string, { name, url, keyVariable, isDefault }: NewEnvironment): string {
  const { all, fallback } = parseEnvironments(shown, text);
  if (all.some((each) => each.name === name) || (isDefault && fallback !== name && fallback !== undefined)) {
    throw tomlUnchanged(shown);
  }
  const table = { url, ...(keyVariable !== undefined && { api_key_env: keyVariable }) };
  const added = {
    environments: { [name]: table },
    ...(isDefault && fallback === undefined && { defaults: { environment: name } }),
  };
  return `${text.trimEnd()}\n\n${tomlText(added)}\n`.trimStart();
}
