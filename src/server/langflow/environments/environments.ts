import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { ToolError, systemCode } from "../../platform/errors.ts";
import { parseEnvironments } from "./parse.ts";
import type { Environment, Environments } from "./parse.ts";

/** In a folder and in each above it, up to the one with `.git`; the first that exists counts. */
const names = [".lfx/environments.yaml", ".lfx/environments.yml", ".lfx/environments.toml"];
/** Only in the folder itself, and last: the form of an older `lfx`. */
const oldName = "langflow-environments.toml";

/** The environments of a folder, found where `lfx` finds them; undefined without a file. */
export async function findEnvironments(folder: string): Promise<Environments | undefined> {
  const found = await findFile(folder);
  return found && parseEnvironments(found.path, found.text);
}

interface FoundFile {
  readonly file: string;
  /** As users see it. */
  readonly path: string;
  readonly text: string;
}

export async function findFile(folder: string): Promise<FoundFile | undefined> {
  const [own, ...above] = await foldersUp(folder);
  const inFolder = (each: string) => names.map((name) => path.join(each, name));
  const candidates = [
    ...inFolder(own ?? folder),
    // Without `.git` these can be folders that everybody writes into, such as /tmp.
    ...(await ownedByUser(above.flatMap(inFolder))),
    ...inFolder(homedir()),
    path.join(folder, oldName),
  ];
  for (const file of candidates) {
    const text = await readText(file);
    if (text !== undefined) return { file, path: displayPath(folder, file), text };
  }
  return undefined;
}

async function ownedByUser(files: readonly string[]): Promise<readonly string[]> {
  const user = process.getuid?.();
  if (user === undefined) return files;
  const owners = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return files.filter((_, index) => owners[index]?.uid === user);
}

async function foldersUp(folder: string): Promise<readonly string[]> {
  const parent = path.dirname(folder);
  // In a worktree or a submodule it is a file.
  const isTop = parent === folder || (await exists(path.join(folder, ".git")));
  return isTop ? [folder] : [folder, ...(await foldersUp(parent))];
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error))) return undefined;
    throw new ToolError("INVALID_ENVIRONMENTS", `${file} can't be read.`, "Make it a file that you can read.");
  }
}

/** Relative inside the folder, whole elsewhere. */
function displayPath(folder: string, file: string): string {
  const relative = path.relative(folder, file);
  return relative.startsWith("..") ? file : relative.split(path.sep).join("/");
}

/** Where a Langflow is, and what opens it. */
export interface ServerAddress {
  readonly url: string;
  readonly apiKey?: string;
}

export interface EnvironmentSource {
  readonly folder: string;
  /** The value of an environment variable of this process. */
  variable(name: string): string | undefined;
}

export async function namedEnvironment(name: string, { folder }: EnvironmentSource): Promise<Environment> {
  const found = await findEnvironments(folder);
  if (found) return environmentOf(found, name);
  throw noFile(name);
}

export function noFile(name: string): ToolError {
  return new ToolError(
    "NOT_FOUND",
    `There is no environment ${name}: no file .lfx/environments.yaml was found.`,
    "Write one with `langflow-connect environments add NAME --url URL`, or give --url.",
  );
}

/** The environment that the file names as its default; undefined without one. */
export async function defaultEnvironment({ folder }: EnvironmentSource): Promise<Environment | undefined> {
  const found = await findEnvironments(folder);
  return found?.fallback === undefined ? undefined : environmentOf(found, found.fallback);
}

/** Fails with the names that there are. */
export function environmentOf({ path: file, all }: Environments, name: string): Environment {
  const found = all.find((each) => each.name === name);
  if (found) return found;
  const known = all.map((each) => each.name).join(", ");
  throw new ToolError(
    "NOT_FOUND",
    `${file} has no environment ${name}.`,
    known === "" ? "Write it into the file." : `It has ${known}.`,
  );
}

/** Without its key when the variable is not set: Langflow's auto-login may do. */
export function addressOf(
  { name, url, keyVariable, keyInFile }: Environment,
  source: EnvironmentSource,
): ServerAddress {
  if (keyInFile) {
    throw new ToolError(
      "KEY_IN_FILE",
      `The environment ${name} has its API key in the file, where it can get into git.`,
      "Put the key into an environment variable, and write the variable's name as api_key_env instead.",
    );
  }
  const key = keyVariable === undefined ? undefined : source.variable(keyVariable);
  return { url, ...(key !== undefined && key !== "" && { apiKey: key }) };
}

/** A failure that a missing key explains says which variable should have contained it. */
export function explainMissingKey(
  error: unknown,
  { name, keyVariable }: Environment,
  source: EnvironmentSource,
): unknown {
  if (!(error instanceof ToolError) || error.code !== "KEY_NEEDED") return error;
  const isSet = keyVariable !== undefined && (source.variable(keyVariable) ?? "") !== "";
  const remedy = isSet
    ? `Put a valid API key of that Langflow into the environment variable ${keyVariable}.`
    : keyVariable === undefined
      ? `Name the variable with its API key as api_key_env of ${name}, or give --key-file.`
      : `Set the environment variable ${keyVariable} to an API key of that Langflow, or give --key-file.`;
  return new ToolError("KEY_NEEDED", error.message, remedy);
}

export interface EnvironmentList {
  read(): Promise<readonly (Pick<Environment, "name" | "url" | "keyVariable"> & { readonly isDefault: boolean })[]>;
}

export function createEnvironmentList({ folder }: Pick<EnvironmentSource, "folder">): EnvironmentList {
  return {
    async read() {
      const found = await findEnvironments(folder);
      return (found?.all ?? []).map(({ keyInFile: _keyInFile, ...environment }) => ({
        ...environment,
        isDefault: environment.name === found?.fallback,
      }));
    },
  };
}
