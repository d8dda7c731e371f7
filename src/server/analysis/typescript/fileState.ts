import path from "node:path/posix";
import type { DiskFiles } from "./diskFiles.ts";
import { keyOf } from "./ts.ts";

/** What the compiler asks of files, as they are or as they will be. */
export interface FileState {
  readonly structure: number;
  exists(path: string): boolean;
  text(path: string): string | undefined;
  isFolder(path: string): boolean;
  list(folder: string): { readonly files: readonly string[]; readonly folders: readonly string[] };
  realpath(path: string): string;
}

/** Texts after some changes: what differs from now, by absolute path; undefined is a file that is gone. */
export type After = ReadonlyMap<string, string | undefined>;

export function filesNow(files: DiskFiles): FileState {
  return {
    structure: files.structure,
    exists: files.exists,
    text: files.text,
    isFolder: (folder) => files.folders.kindOf(folder) === "folder",
    list: files.list,
    realpath: files.realpath,
  };
}

/**
 * The files as they will be. A changed file is found through symbolic links to its folders too; a link to a package that
 * moves leads where it will be, as after the next install.
 */
export function filesAfter(files: DiskFiles, after: After, follow = (folder: string) => folder): FileState {
  const now = filesNow(files);
  const changed = new Map([...after].map(([file, text]) => [keyOf(file), text]));
  const coming = namesByFolder([...after].flatMap(([file, text]) => (text === undefined ? [] : [file])));
  const real = new Map<string, string>();

  function realFolder(folder: string): string {
    const known = real.get(folder);
    if (known !== undefined) return known;
    const parent = path.dirname(folder);
    const found =
      parent === folder || now.isFolder(folder)
        ? follow(files.realpath(folder))
        : path.join(realFolder(parent), path.basename(folder));
    real.set(folder, found);
    return found;
  }

  /** The path in the changes; the path as it is for all others. */
  function placed(file: string): string {
    if (changed.has(keyOf(file))) return file;
    const inFolder = path.join(realFolder(path.dirname(file)), path.basename(file));
    return changed.has(keyOf(inFolder)) ? inFolder : file;
  }

  function exists(file: string): boolean {
    const at = keyOf(placed(file));
    return changed.has(at) ? changed.get(at) !== undefined : files.exists(file);
  }

  function isFolder(folder: string): boolean {
    return now.isFolder(folder) || coming.has(keyOf(realFolder(folder)));
  }

  return {
    // Never a number of the disk's: what was remembered for that is not valid here.
    structure: -1,
    exists,
    text(file) {
      const at = keyOf(placed(file));
      return changed.has(at) ? changed.get(at) : files.text(file);
    },
    isFolder,
    list(folder) {
      const found = now.isFolder(folder) ? files.list(folder) : { files: [], folders: [] };
      const more = coming.get(keyOf(realFolder(folder)));
      const kept = found.files.filter((name) => exists(path.join(folder, name)));
      return {
        files: [...new Set([...kept, ...(more?.files ?? [])])],
        folders: [...new Set([...found.folders, ...(more?.folders ?? [])])],
      };
    },
    realpath(file) {
      const at = placed(file);
      if (changed.has(keyOf(at))) return at;
      if (files.exists(file) || now.isFolder(file)) return files.realpath(file);
      return realFolder(file);
    },
  };
}

interface Names {
  readonly files: Set<string>;
  readonly folders: Set<string>;
}

/** The names in each folder that has a file or will have one. */
function namesByFolder(files: readonly string[]): Map<string, Names> {
  const found = new Map<string, Names>();
  const namesIn = (folder: string): Names => {
    const known = found.get(keyOf(folder));
    if (known) return known;
    const made: Names = { files: new Set(), folders: new Set() };
    found.set(keyOf(folder), made);
    const parent = path.dirname(folder);
    if (parent !== folder) namesIn(parent).folders.add(path.basename(folder));
    return made;
  };
  for (const file of files) namesIn(path.dirname(file)).files.add(path.basename(file));
  return found;
}
