import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify as tomlText } from "smol-toml";
import { isMap, isScalar, parseDocument } from "yaml";
import type { Document } from "yaml";
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
    : inYaml(shown, found?.text ?? header, wanted);
  const read = parseEnvironments(shown, text);
  const saved = read.all.find(({ name }) => name === wanted.name);
  const isSaved = saved?.url === wanted.url && (wanted.keyVariable ?? saved.keyVariable) === saved.keyVariable;
  if (!isSaved || (wanted.isDefault && read.fallback !== wanted.name)) throw byHand(shown, wanted.name, "changed");
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
  if (read.fallback === name || read.all.some((each) => each.name === name)) throw byHand(found.path, name, "removed");
  await writeFile(found.file, text);
  return read;
}

/** Written in other forms than lines below a name: twice, or by & and *. */
function byHand(shown: string, name: string, what: "changed" | "removed"): ToolError {
  const message = `${shown} has ${name} in a form that no command can change, so it was not ${what}.`;
  return new ToolError("INVALID_ENVIRONMENTS", message, "Change it by hand.");
}

/** As the file is read, see parse.ts: a name such as `on` is a truth value there, and one of another version a text. */
function yamlOf(text: string): Document {
  return parseDocument(text, { version: "1.1", uniqueKeys: false });
}

function withoutInYaml(shown: string, text: string, name: string): string {
  const document = yamlOf(text);
  const listed = document.get("environments");
  if (isMap(listed)) listed.items = listed.items.filter(({ key }) => !isScalar(key) || String(key.value) !== name);
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

function inYaml(shown: string, text: string, { name, url, keyVariable, isDefault }: NewEnvironment): string {
  const document = yamlOf(text);
  // By itself the library would write an ordered map of YAML 1.1.
  const ensureMapping = (...names: string[]): void => {
    if ((document.getIn(names) ?? null) === null) document.setIn(names, document.createNode({}));
  };
  // Where an alias stands for a mapping, nothing can be added.
  try {
    document.contents ??= document.createNode({});
    ensureMapping("environments");
    ensureMapping("environments", name);
    if (isDefault) ensureMapping("defaults");
    document.setIn(["environments", name, "url"], url);
    if (keyVariable !== undefined) document.setIn(["environments", name, "api_key_env"], keyVariable);
    if (isDefault) document.setIn(["defaults", "environment"], name);
    return document.toString({ lineWidth: 0 });
  } catch {
    throw byHand(shown, name, "changed");
  }
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
