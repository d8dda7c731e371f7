import { statSync } from "node:fs";
import type { Stats } from "node:fs";
import { isRacyAt } from "../../platform/stamps.ts";

/** The stamps of the files that a thread knows, each under the number that it was added with. */
export interface StampTable {
  /** Takes the stamp of a file and gives its number. */
  add(path: string): number;
  /** Looks at the file no more; another one gets its number. */
  remove(file: number): void;
  exists(file: number): boolean;
  /** Looks at every file; gives those that changed, or that changed so shortly before that they may have changed again. */
  look(): readonly number[];
}

const quiet = { throwIfNoEntry: false } as const;

/** Numbers of a stamp: modified, changed, size, inode. */
const width = 4;
const missing = -1;

/**
 * Thousands of files are looked at before each question, and most have not changed: the stamps lie side by side in one
 * array, so that a look reads little memory and makes no objects that stay. Times are milliseconds with 0.2 µs between two
 * numbers; a stat and a write take longer than that.
 */
export function createStampTable(): StampTable {
  const paths: (string | undefined)[] = [];
  const free: number[] = [];
  const racy = new Set<number>();
  let stamps = new Float64Array(1024 * width);

  /** True when the stamp differs from the one that was there. */
  function take(file: number, path: string): boolean {
    const at = file * width;
    const stats = statsOf(path);
    const mtime = stats ? stats.mtimeMs : missing;
    const ctime = stats ? stats.ctimeMs : missing;
    const size = stats ? stats.size : missing;
    const inode = stats ? stats.ino : missing;
    if (stamps[at] === mtime && stamps[at + 1] === ctime && stamps[at + 2] === size && stamps[at + 3] === inode)
      return false;
    stamps[at] = mtime;
    stamps[at + 1] = ctime;
    stamps[at + 2] = size;
    stamps[at + 3] = inode;
    return true;
  }

  function markRacy(file: number): void {
    const at = file * width;
    if (isRacyAt(Math.max(stamps[at] ?? missing, stamps[at + 1] ?? missing))) racy.add(file);
    else racy.delete(file);
  }

  return {
    add(path) {
      const file = free.pop() ?? paths.length;
      paths[file] = path;
      if (paths.length * width > stamps.length) {
        const larger = new Float64Array(stamps.length * 2);
        larger.set(stamps);
        stamps = larger;
      }
      take(file, path);
      markRacy(file);
      return file;
    },
    remove(file) {
      paths[file] = undefined;
      racy.delete(file);
      free.push(file);
    },
    exists: (file) => stamps[file * width] !== missing,
    look() {
      const changed: number[] = [];
      paths.forEach((path, file) => {
        if (path !== undefined && (take(file, path) || racy.has(file))) changed.push(file);
      });
      changed.forEach(markRacy);
      return changed;
    },
  };
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, quiet);
  } catch {
    return undefined;
  }
}
