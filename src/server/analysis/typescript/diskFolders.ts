import { readdirSync, statSync } from "node:fs";
import path from "node:path/posix";
import { createStampTable } from "../files/stampTable.ts";
import { isTypeScriptOrJavaScript, keyOf } from "./ts.ts";

export type EntryKind = "file" | "folder";

type Entries = Map<string, { readonly name: string; readonly kind: EntryKind }>;

interface Folder {
  readonly path: string;
  entries: Entries;
  /** Names somebody asked for, there or not: only a change of theirs matters. */
  readonly asked: Set<string>;
  /** Somebody listed it, so that a new source file matters too. */
  listed: boolean;
}

/**
 * What is in the folders that the compiler looks into. Asked for once each, then only a stat per folder at `refresh`,
 * however many files were looked up in it.
 */
export function createDiskFolders() {
  const folders = new Map<string, Folder>();
  const stamps = createStampTable();
  const stamped: (Folder | undefined)[] = [];

  function folderOf(folder: string): Folder | undefined {
    const key = keyOf(folder);
    const known = folders.get(key);
    if (known) return known;
    const parent = path.dirname(folder);
    if (parent !== folder && kindOf(folder) !== "folder") return undefined;
    const number = stamps.add(key);
    const entries = readFolder(key);
    if (!entries) {
      stamps.remove(number);
      return undefined;
    }
    const made: Folder = { path: key, entries, asked: new Set(), listed: false };
    stamped[number] = made;
    folders.set(key, made);
    return made;
  }

  function kindOf(target: string): EntryKind | undefined {
    const parent = path.dirname(target);
    if (parent === target) return "folder";
    const folder = folderOf(parent);
    if (!folder) return undefined;
    const name = keyOf(path.basename(target));
    folder.asked.add(name);
    return folder.entries.get(name)?.kind;
  }

  function list(folder: string): { readonly files: string[]; readonly folders: string[] } {
    const found = folderOf(folder);
    if (!found) return { files: [], folders: [] };
    found.listed = true;
    const entries = [...found.entries.values()];
    return {
      files: entries.filter(({ kind }) => kind === "file").map(({ name }) => name),
      folders: entries.filter(({ kind }) => kind === "folder").map(({ name }) => name),
    };
  }

  /** Looks again at every folder; true when something that was asked for came, went or changed its kind. */
  function refresh(): boolean {
    let changed = false;
    for (const number of stamps.look()) {
      const folder = stamped[number];
      if (!folder) continue;
      const entries = readFolder(folder.path);
      if (!entries) {
        stamped[number] = undefined;
        stamps.remove(number);
        folders.delete(folder.path);
        changed = true;
        continue;
      }
      if (differs(folder, entries)) changed = true;
      folder.entries = entries;
    }
    return changed;
  }

  return { kindOf, list, refresh };
}

export type DiskFolders = ReturnType<typeof createDiskFolders>;

function differs(before: Folder, after: Entries): boolean {
  for (const name of before.asked) {
    if (before.entries.get(name)?.kind !== after.get(name)?.kind) return true;
  }
  if (!before.listed) return false;
  const matters = ({ name, kind }: { name: string; kind: EntryKind }) =>
    kind === "folder" || isTypeScriptOrJavaScript(name) || name.endsWith(".json");
  const names = (entries: Entries) => [...entries.values()].filter(matters).map(({ name, kind }) => name + kind);
  const old = new Set(names(before.entries));
  const now = names(after);
  return now.length !== old.size || now.some((name) => !old.has(name));
}

function readFolder(folder: string): Entries | undefined {
  try {
    const entries: Entries = new Map();
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const kind = entry.isSymbolicLink() ? linkedKind(path.join(folder, entry.name)) : plainKind(entry);
      if (kind) entries.set(keyOf(entry.name), { name: entry.name, kind });
    }
    return entries;
  } catch {
    // Gone in between, or not readable: to the compiler it is not there.
    return undefined;
  }
}

function linkedKind(target: string): EntryKind | undefined {
  const stats = statSync(target, { throwIfNoEntry: false });
  return stats && plainKind(stats);
}

function plainKind(entry: { isFile(): boolean; isDirectory(): boolean }): EntryKind | undefined {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : undefined;
}
