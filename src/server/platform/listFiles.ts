import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import ignore from "ignore";
import type { Ignore } from "ignore";
import { throwIfCancelled } from "./errors.ts";
import { git } from "./git.ts";

export interface FileList {
  /** Relative to the folder, with "/", sorted by code unit; names only, nothing was opened. */
  readonly files: readonly string[];
  /** How they were found: git's tracked and untracked files that are not ignored, or a walk of the folder. */
  readonly source: "git" | "walk";
  /** Folders that could not be read and names that cannot be passed on. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** Folders and files that no listing wants: version control, installed packages, caches. */
const usualIgnores = new Set(
  (
    ".git .hg .svn .jj node_modules bower_components jspm_packages __pycache__ .venv venv .tox .nox .eggs " +
    ".mypy_cache .pytest_cache .ruff_cache .ipynb_checkpoints .gradle .terraform .next .nuxt .svelte-kit .turbo " +
    ".parcel-cache .cache .nyc_output coverage .DS_Store Thumbs.db"
  ).split(" "),
);
const maxFiles = 300_000;

/**
 * The files of a folder. With git: `git ls-files -co --exclude-standard`, which also names deleted files, links and
 * nested repositories: the caller looks at each. Without git: every file but the usual ignores and what the folder's
 * own .gitignore files name; links are not followed.
 */
export async function listFiles(folder: string, signal: AbortSignal): Promise<FileList> {
  const listed = await git(["ls-files", "-coz", "--exclude-standard"], { cwd: folder, signal });
  if (!listed.ok) return walk(folder, signal);
  const names = [...new Set(listed.stdout.split("\0"))].filter((name) => name !== "");
  // A folder that a repository around it ignores, such as an installed package, has no files for git.
  if (names.length === 0 && (await isIgnoredByGit(folder, signal))) {
    return walk(folder, signal);
  }
  const { files, unread } = passable(names);
  return { files: files.sort(), source: "git", unread };
}

/** Whether a repository around the folder ignores all of it. */
async function isIgnoredByGit(folder: string, signal: AbortSignal): Promise<boolean> {
  return (await git(["check-ignore", "-q", "."], { cwd: folder, signal })).ok;
}

function passable(names: readonly string[]): { files: string[]; unread: { path: string; reason: string }[] } {
  const files = names.filter((name) => !name.includes("\uFFFD"));
  const unread = names
    .filter((name) => name.includes("\uFFFD"))
    .map((name) => ({ path: name, reason: "The name is not UTF-8." }));
  return { files, unread };
}

interface Rules {
  readonly base: string;
  readonly rules: Ignore;
}

async function walk(folder: string, signal: AbortSignal): Promise<FileList> {
  const found: string[] = [];
  const unread: { path: string; reason: string }[] = [];
  const open: { relative: string; rules: readonly Rules[] }[] = [{ relative: "", rules: [] }];
  for (let at = open.pop(); at && found.length < maxFiles; at = open.pop()) {
    throwIfCancelled(signal);
    const { relative } = at;
    const absolute = path.join(folder, relative);
    const entries = await readdir(absolute, { withFileTypes: true }).catch(() => undefined);
    if (!entries) {
      unread.push({ path: relative === "" ? "." : relative, reason: "The folder cannot be read." });
      continue;
    }
    const hasIgnoreFile = entries.some((entry) => entry.name === ".gitignore" && entry.isFile());
    const rules = hasIgnoreFile ? [...at.rules, await rulesOf(absolute, relative)] : at.rules;
    for (const entry of entries) {
      const name = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (usualIgnores.has(entry.name) || isIgnored(name, entry.isDirectory(), rules)) continue;
      if (entry.isDirectory()) open.push({ relative: name, rules });
      else if (entry.isFile()) found.push(name);
    }
  }
  if (open.length > 0) unread.push({ path: ".", reason: `More than ${maxFiles} files: the rest was left out.` });
  const names = passable(found);
  return { files: names.files.sort(), source: "walk", unread: [...unread, ...names.unread] };
}

async function rulesOf(absolute: string, relative: string): Promise<Rules> {
  const text = await readFile(path.join(absolute, ".gitignore"), "utf8").catch(() => "");
  return { base: relative === "" ? "" : `${relative}/`, rules: ignore().add(text) };
}

/** The deepest .gitignore that has an opinion decides. */
function isIgnored(name: string, isFolder: boolean, rules: readonly Rules[]): boolean {
  for (const { base, rules: own } of [...rules].reverse()) {
    const verdict = own.test(name.slice(base.length) + (isFolder ? "/" : ""));
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}
