import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { ToolError } from "../../platform/errors.ts";
import { throwIfCancelled } from "../../platform/errors.ts";
import type { FileLister } from "../../platform/listFiles.ts";
import { readFolder } from "../../platform/openFile.ts";
import { notFound } from "./notFound.ts";
import { resolvePath } from "./paths.ts";
import type { WorkspacePath } from "./paths.ts";
import type { Root } from "./roots.ts";
import type { Incomplete } from "../../platform/call.ts";

export interface DirectoryEntry {
  readonly path: string;
  readonly kind: "file" | "directory" | "link" | "other";
  /** Bytes, of files only. */
  readonly size?: number;
}

export interface DirectoryListing {
  /** Each folder before what is in it, names in code unit order. */
  readonly entries: readonly DirectoryEntry[];
  /** Folders that were named and not entered, though the depth reaches into them. */
  readonly notEntered: number;
  readonly incomplete: readonly Incomplete[];
}

export interface ListOptions {
  readonly path: string;
  /** Levels below the folder. */
  readonly depth: number;
  readonly signal: AbortSignal;
}

const maxEntries = 20_000;

/**
 * What is in a folder. Links are shown and never followed. Below the first level, folders that contain nothing but ignored
 * files are named and not entered.
 */
export async function listDirectory(
  roots: readonly Root[],
  options: ListOptions,
  listFiles: FileLister,
): Promise<DirectoryListing> {
  const { depth, signal } = options;
  const entries: DirectoryEntry[] = [];
  const incomplete: Incomplete[] = [];
  let notEntered = 0;

  async function list(folder: string, { displayPath, level, wanted }: Level): Promise<void> {
    throwIfCancelled(signal);
    for (const item of await itemsOf(folder, displayPath)) {
      if (entries.length >= maxEntries) return;
      const absolute = path.join(folder, item.name);
      const name = displayPath === "." ? item.name : `${displayPath}/${item.name}`;
      const { kind, size } = item;
      entries.push({ path: name, kind, ...(size !== undefined && { size }) });
      if (kind !== "directory" || level >= depth) continue;
      if (wanted.has(absolute)) await list(absolute, { displayPath: name, level: level + 1, wanted });
      else notEntered++;
    }
  }

  async function itemsOf(folder: string, displayPath: string): Promise<Item[]> {
    try {
      return await readFolder(folder, async (at) => {
        const found = await readdir(at, { withFileTypes: true });
        const sorted = found.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, maxEntries - entries.length);
        return Promise.all(sorted.map((item) => itemOf(item, path.join(at, item.name))));
      });
    } catch {
      incomplete.push({ path: displayPath, reason: "The folder cannot be read." });
      return [];
    }
  }

  for (const { location, level } of await startsOf(roots, options.path)) {
    await checkFolder(roots, location, listFiles);
    if (level === 2) entries.push({ path: location.displayPath, kind: "directory" });
    if (level > depth) continue;
    const wanted = depth > level ? await foldersWithFiles(location, signal, listFiles) : new Set<string>();
    await list(location.absolute, { displayPath: location.displayPath, level, wanted });
  }
  if (entries.length >= maxEntries) {
    incomplete.push({ path: ".", reason: `Stopped at ${String(maxEntries)} entries; list a folder of it.` });
  }
  return { entries, notEntered, incomplete };
}

interface Item extends Omit<DirectoryEntry, "path"> {
  readonly name: string;
}

interface Level {
  readonly displayPath: string;
  readonly level: number;
  /** Folders to enter. */
  readonly wanted: ReadonlySet<string>;
}

/** With several roots "." is the list of them, and what they contain is the second level. */
async function startsOf(roots: readonly Root[], input: string): Promise<{ location: WorkspacePath; level: number }[]> {
  if (input !== "." || roots[0]?.prefix === "") return [{ location: await resolvePath(roots, input), level: 1 }];
  return Promise.all(roots.map(async (root) => ({ location: await resolvePath(roots, root.path), level: 2 })));
}

async function checkFolder(roots: readonly Root[], location: WorkspacePath, listFiles: FileLister): Promise<void> {
  const { absolute, displayPath, exists } = location;
  // It may go away after its path was resolved.
  const stats = exists ? await lstat(absolute).catch(() => undefined) : undefined;
  if (!stats) throw await notFound(location, listFiles);
  if (!stats.isDirectory()) {
    throw new ToolError("INVALID_ARGUMENT", `${displayPath} is not a directory.`, "Read a file with read_file.");
  }
}

async function foldersWithFiles(
  { absolute, root }: WorkspacePath,
  signal: AbortSignal,
  listFiles: FileLister,
): Promise<Set<string>> {
  const { files } = await listFiles(absolute, { root: root.path, signal });
  const folders = new Set<string>();
  for (const file of files) {
    for (let at = path.dirname(path.join(absolute, file)); at !== absolute && !folders.has(at); at = path.dirname(at)) {
      folders.add(at);
    }
  }
  return folders;
}

async function itemOf(item: Dirent, at: string): Promise<Item> {
  const { name } = item;
  if (item.isDirectory()) return { name, kind: "directory" };
  if (item.isSymbolicLink()) return { name, kind: "link" };
  if (!item.isFile()) return { name, kind: "other" };
  const stats = await lstat(at).catch(() => undefined);
  return { name, kind: "file", ...(stats && { size: stats.size }) };
}
