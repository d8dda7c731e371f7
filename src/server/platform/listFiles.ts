import { readdir } from "node:fs/promises";
import path from "node:path";
import { throwIfCancelled } from "./errors.ts";
import { isExcluded, isIgnored, rulesOf } from "./ignoreRules.ts";
import type { FolderRules } from "./ignoreRules.ts";
import type { Incomplete } from "./call.ts";

export interface FileList {
  /** Relative to the folder, with "/", sorted by code unit; names only, nothing was opened. */
  readonly files: readonly string[];
  /** Repositories in the folder, relative to it with "/"; "" for the folder itself. */
  readonly repositories: readonly string[];
  /** Files and whole folders that were passed over: named by an ignore file, or by VS Code's default exclusions. */
  readonly leftOut: { readonly ignored: number; readonly excluded: number };
  /** Folders that could not be read and names that cannot be passed on. */
  readonly unread: readonly Incomplete[];
}

export interface ListFilesOptions {
  /** The workspace root, which the folder is or is in: its ignore files count, those above it do not. */
  readonly root: string;
  readonly signal: AbortSignal;
}

const maxFiles = 300_000;
/** Folders that are read at the same time. */
const readers = 8;

interface Found {
  readonly files: string[];
  readonly unread: Incomplete[];
  readonly repositories: string[];
  readonly leftOut: { ignored: number; excluded: number };
}

interface Open {
  /** From the root; "" is the root. */
  readonly name: string;
  readonly rules: readonly FolderRules[];
}

/**
 * The workspace's files in a folder, as VS Code's search lists them: those of nested repositories, submodules and
 * worktrees too, without what .gitignore, .ignore and exclude files name and without VS Code's default exclusions.
 * Git's index and its list of safe folders play no part. Links are not followed. A folder that is passed over itself
 * lists its files all the same, since the caller named it.
 */
export async function listFiles(folder: string, { root, signal }: ListFilesOptions): Promise<FileList> {
  const found: Found = { files: [], unread: [], repositories: [], leftOut: { ignored: 0, excluded: 0 } };
  const start = await startOf(folder, root);
  const waiting: Open[] = [{ name: "", rules: start }];
  while (waiting.length > 0 && found.files.length < maxFiles) {
    throwIfCancelled(signal);
    const next = await Promise.all(waiting.splice(-readers).map((open) => enter(folder, open, found)));
    for (const inner of next.flat()) waiting.push(inner);
  }
  if (waiting.length > 0)
    found.unread.push({ path: ".", reason: `More than ${maxFiles} files: the rest was left out.` });
  const files = found.files.filter((name) => !name.includes("\uFFFD")).sort();
  if (files.length < found.files.length) {
    const unnamed = found.files.filter((name) => name.includes("\uFFFD"));
    for (const name of unnamed) found.unread.push({ path: name, reason: "The name is not UTF-8." });
  }
  return { ...found, files };
}

/** The rules of the folders from the root down to the one above the folder. */
async function startOf(folder: string, root: string): Promise<FolderRules[]> {
  const steps = path.relative(root, folder).split(path.sep);
  if (steps[0] === "" || steps[0] === "..") return [];
  const rules: FolderRules[] = [];
  for (const [depth, step] of steps.entries()) {
    const at = path.join(root, ...steps.slice(0, depth));
    const names = new Set(await readdir(at).catch(() => []));
    const own = await rulesOf(at, prefixTo(steps, depth), names);
    if (own) rules.push(own);
    if (isExcluded(step) || isIgnored(steps.slice(0, depth + 1).join("/"), true, rules)) return [];
  }
  // Names are relative to the folder from here on: rules of the folders around see them with the way down in front.
  return rules.map((own) => ({ ...own, lead: `${steps.join("/")}/`.slice(own.base.length), base: "" }));
}

function prefixTo(steps: readonly string[], depth: number): string {
  return depth === 0 ? "" : `${steps.slice(0, depth).join("/")}/`;
}

async function enter(folder: string, { name, rules }: Open, found: Found): Promise<Open[]> {
  const absolute = path.join(folder, name);
  const entries = await readdir(absolute, { withFileTypes: true }).catch(() => undefined);
  if (!entries) {
    found.unread.push({ path: name === "" ? "." : name, reason: "The folder cannot be read." });
    return [];
  }
  const prefix = name === "" ? "" : `${name}/`;
  const names = new Set(entries.map((entry) => entry.name));
  if (names.has(".git")) found.repositories.push(name);
  const own = await rulesOf(absolute, prefix, names);
  const all = own ? [...rules, own] : rules;
  const inner: Open[] = [];
  for (const entry of entries) {
    const isFolder = entry.isDirectory();
    if (!isFolder && !entry.isFile()) continue;
    const at = prefix + entry.name;
    if (isExcluded(entry.name)) found.leftOut.excluded++;
    else if (isIgnored(at, isFolder, all)) found.leftOut.ignored++;
    else if (isFolder) inner.push({ name: at, rules: all });
    else found.files.push(at);
  }
  return inner;
}
