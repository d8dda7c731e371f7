import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { throwIfCancelled } from "./errors.ts";
import { createExcluder, defaultExclusions, ignoreFilesIn, ignoreStamp, isIgnored, rulesOf } from "./ignoreRules.ts";
import type { Excluder, Exclusions, FolderRules } from "./ignoreRules.ts";
import type { Incomplete } from "./call.ts";
import { stampOf } from "./stamps.ts";

export interface FileList {
  /** Relative to the folder, with "/", sorted by code unit; names only, nothing was opened. */
  readonly files: readonly string[];
  /** Repositories in the folder, relative to it with "/"; "" for the folder itself. */
  readonly repositories: readonly string[];
  /** Files and whole folders that were passed over: named by an ignore file, or excluded by a setting or VS Code's defaults. */
  readonly leftOut: { readonly ignored: number; readonly excluded: number };
  /** Folders that could not be read and names that cannot be passed on. */
  readonly unread: readonly Incomplete[];
}

export interface ListFilesOptions {
  /** The workspace root, which the folder is or is in: its ignore files count, those above it do not. */
  readonly root: string;
  readonly signal: AbortSignal;
}

export type FileLister = (folder: string, options: ListFilesOptions) => Promise<FileList>;

const maxFiles = 300_000;
/** Folders that are read at the same time. */
const readers = 8;

/** A folder as it was at the last look. */
interface Seen {
  /** Of the folder and of its ignore files; undefined when it may have changed since without another stamp. */
  readonly stamp: string | undefined;
  readonly ignoreFiles: readonly string[];
  /** The rules around it, and those for what is in it. */
  readonly outer: readonly FolderRules[];
  readonly rules: readonly FolderRules[];
  readonly isRepository: boolean;
  /** From where the listing starts, as are the folders to look into. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly ignored: number;
  readonly excluded: number;
}

interface Rules {
  readonly isExcluded: Excluder;
  readonly useIgnoreFiles: boolean;
}

interface Memory {
  readonly seen: ReadonlyMap<string, Seen>;
  readonly list: FileList;
}

interface Open {
  /** From where the listing starts; "" for that folder. */
  readonly name: string;
  readonly rules: readonly FolderRules[];
}

interface Walk extends Rules {
  readonly folder: string;
  /** From the root to the folder: empty or with "/" at its end. */
  readonly lead: string;
  readonly before: ReadonlyMap<string, Seen> | undefined;
  readonly seen: Map<string, Seen>;
  readonly unread: Incomplete[];
  /** Whether every folder was as before. */
  unchanged: boolean;
}

/** The workspace's files in a folder, by a lister that remembers nothing. */
export const listFiles: FileLister = (folder, options) => createFileLister()(folder, options);

/**
 * The workspace's files in a folder, as VS Code's search lists them: those of nested repositories, submodules and
 * worktrees too, without what .gitignore, .ignore and exclude files name and without what is excluded, by default what VS Code excludes.
 * Git's index and its list of safe folders play no part. Links are not followed. A folder that is passed over itself
 * lists its files all the same, since the caller named it.
 *
 * Of whole roots the lister remembers what it saw: a folder whose stamp, and those of its ignore files, are the same is
 * not read again, and while nothing changed the answer is the same object.
 */
export function createFileLister({ exclude, useIgnoreFiles }: Exclusions = defaultExclusions): FileLister {
  const rules = { isExcluded: createExcluder(exclude), useIgnoreFiles };
  const memories = new Map<string, Memory>();
  return async (folder, { root, signal }) => {
    const memory = folder === root ? memories.get(root) : undefined;
    const steps = stepsTo(folder, root);
    const walk: Walk = {
      ...rules,
      folder,
      lead: prefixTo(steps, steps.length),
      before: memory?.seen,
      seen: new Map(),
      unread: [],
      unchanged: memory !== undefined,
    };
    const waiting: Open[] = [{ name: "", rules: await startOf(root, steps, rules) }];
    let count = 0;
    while (waiting.length > 0 && count < maxFiles) {
      throwIfCancelled(signal);
      const all = await Promise.all(waiting.splice(-readers).map((open) => enter(open, walk)));
      for (const seen of all) {
        count += seen?.files.length ?? 0;
        for (const name of seen?.folders ?? []) waiting.push({ name, rules: seen?.rules ?? [] });
      }
    }
    if (memory && walk.unchanged) return memory.list;
    if (waiting.length > 0)
      walk.unread.push({ path: ".", reason: `More than ${maxFiles} files: the rest was left out.` });
    const list = listOf(walk);
    if (folder === root) {
      if (walk.unread.length > 0) memories.delete(root);
      else memories.set(root, { seen: walk.seen, list });
    }
    return list;
  };
}

function listOf({ seen, unread }: Walk): FileList {
  const all = [...seen].flatMap(([, { files }]) => files).sort();
  const unnamed = all.filter((name) => name.includes("\uFFFD"));
  for (const name of unnamed) unread.push({ path: name, reason: "The name is not UTF-8." });
  return {
    files: unnamed.length === 0 ? all : all.filter((name) => !name.includes("\uFFFD")),
    repositories: [...seen].flatMap(([name, { isRepository }]) => (isRepository ? [name] : [])),
    leftOut: {
      ignored: [...seen.values()].reduce((sum, { ignored }) => sum + ignored, 0),
      excluded: [...seen.values()].reduce((sum, { excluded }) => sum + excluded, 0),
    },
    unread,
  };
}

/** Names of the folders from the root down to the folder; none for the root and for what is outside of it. */
function stepsTo(folder: string, root: string): readonly string[] {
  const steps = path.relative(root, folder).split(path.sep);
  return steps[0] === "" || steps[0] === ".." ? [] : steps;
}

/** The rules of the folders from the root down to the one above the folder. */
async function startOf(root: string, steps: readonly string[], { isExcluded, useIgnoreFiles }: Rules) {
  if (steps.length === 0) return noRules;
  const rules: FolderRules[] = [];
  for (const [depth, step] of steps.entries()) {
    const at = path.join(root, ...steps.slice(0, depth));
    const names = new Set(await readdir(at).catch(() => []));
    const own = await rulesOf(at, prefixTo(steps, depth), useIgnoreFiles ? ignoreFilesIn(names) : []);
    if (own) rules.push(own);
    const name = steps.slice(0, depth + 1).join("/");
    if (isExcluded(name, step, true) || isIgnored(name, true, rules)) return noRules;
  }
  // Names are relative to the folder from here on: rules of the folders around see them with the way down in front.
  return rules.map((own) => ({ ...own, lead: `${steps.join("/")}/`.slice(own.base.length), base: "" }));
}

/** Always the same list, so that a folder is seen to have the same rules around it. */
const noRules: readonly FolderRules[] = [];

function prefixTo(steps: readonly string[], depth: number): string {
  return depth === 0 ? "" : `${steps.slice(0, depth).join("/")}/`;
}

/** Looks at a folder; undefined when it cannot be read. */
async function enter(open: Open, walk: Walk): Promise<Seen | undefined> {
  const absolute = path.join(walk.folder, open.name);
  const before = walk.before?.get(open.name);
  const own = await folderStamp(absolute);
  const seen =
    before && (await isAsBefore(before, open, own, absolute)) ? before : await look(open, own, absolute, walk);
  if (seen !== before) walk.unchanged = false;
  if (seen) walk.seen.set(open.name, seen);
  else walk.unread.push({ path: open.name === "" ? "." : open.name, reason: "The folder cannot be read." });
  return seen;
}

/** Taken before the folder is read: what changes in between has another stamp at the next look. */
async function folderStamp(absolute: string): Promise<string | undefined> {
  const stats = await lstat(absolute, { bigint: true }).catch(() => undefined);
  return stats && stampOf(stats);
}

async function isAsBefore(before: Seen, open: Open, own: string | undefined, absolute: string): Promise<boolean> {
  if (before.stamp === undefined || own === undefined || before.outer !== open.rules) return false;
  return before.stamp === (await wholeStamp(own, absolute, before.ignoreFiles));
}

async function wholeStamp(own: string, absolute: string, files: readonly string[]): Promise<string | undefined> {
  if (files.length === 0) return own;
  const ofFiles = await ignoreStamp(absolute, files);
  return ofFiles === undefined ? undefined : `${own} ${ofFiles}`;
}

async function look(
  { name, rules }: Open,
  own: string | undefined,
  absolute: string,
  { lead, isExcluded, useIgnoreFiles }: Walk,
): Promise<Seen | undefined> {
  const entries = await readdir(absolute, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return undefined;
  const prefix = name === "" ? "" : `${name}/`;
  const names = new Set(entries.map((entry) => entry.name));
  const ignoreFiles = useIgnoreFiles ? ignoreFilesIn(names) : [];
  const stamp = own === undefined ? undefined : await wholeStamp(own, absolute, ignoreFiles);
  const inner = await rulesOf(absolute, prefix, ignoreFiles);
  const all = inner ? [...rules, inner] : rules;
  const files: string[] = [];
  const folders: string[] = [];
  let [ignored, excluded] = [0, 0];
  for (const entry of entries) {
    const isFolder = entry.isDirectory();
    if (!isFolder && !entry.isFile()) continue;
    const at = prefix + entry.name;
    if (isExcluded(lead + at, entry.name, isFolder)) excluded++;
    else if (isIgnored(at, isFolder, all)) ignored++;
    else (isFolder ? folders : files).push(at);
  }
  const isRepository = names.has(".git");
  return { stamp, ignoreFiles, outer: rules, rules: all, isRepository, files, folders, ignored, excluded };
}
