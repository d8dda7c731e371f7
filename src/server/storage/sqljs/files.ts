import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { StorageError } from "../database.ts";

/** The file system calls of the engine; tests replace them by a failing disk. */
export interface JournalFiles {
  append(handle: number, bytes: Uint8Array): void;
  sync(handle: number): void;
}

export const realFiles: JournalFiles = {
  append(handle, bytes) {
    // A write may be cut short by a nearly full disk without failing.
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
  },
  sync(handle) {
    fdatasyncSync(handle);
  },
};

export function journalPath(file: string, generation: number): string {
  return `${file}.j${String(generation)}`;
}

export function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** SQLite keeps user_version big-endian at byte 60 of its header. */
export function generationOf(image: Buffer | undefined): number {
  if (!image) return 0;
  if (image.length < 100 || image.toString("latin1", 0, 15) !== "SQLite format 3") {
    throw new StorageError("damaged", "The file is not a whole SQLite database.");
  }
  return image.readUInt32BE(60);
}

/** Opens a journal for appending, made when it is not there; a new one is in its folder for good before it is used. */
export function openJournal(file: string, generation: number): number {
  const handle = openSync(journalPath(file, generation), "a+", 0o600);
  fsyncSync(handle);
  syncFolder(path.dirname(file));
  return handle;
}

export function cutJournal(handle: number, bytes: number): void {
  ftruncateSync(handle, bytes);
  fdatasyncSync(handle);
}

/**
 * Replaces image and journal by a new pair. A kill at any point leaves an image with the journal of its generation:
 * until the rename the old pair, after it the new one, whose journal is there already.
 */
export function writeSnapshot(file: string, image: Uint8Array, generation: number): number {
  const temporary = `${file}.tmp`;
  try {
    const handle = openSync(temporary, "w", 0o600);
    try {
      realFiles.append(handle, image);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    const journal = openJournal(file, generation);
    renameSync(temporary, file);
    syncFolder(path.dirname(file));
    return journal;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Removes journals of other generations and the temporary file. A later generation that contains commits means that the
 * image it belongs to is gone: deleting it would lose them without a word.
 */
export function sweepOthers(file: string, generation: number): void {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.j`;
  for (const name of readdirSync(folder)) {
    const other = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN;
    if (!Number.isSafeInteger(other) || other === generation) continue;
    const found = path.join(folder, name);
    if (other > generation && statSync(found).size > 0) {
      throw new StorageError("damaged", "A journal of the store has no image that it belongs to.");
    }
    rmSync(found, { force: true });
  }
  rmSync(`${file}.tmp`, { force: true });
}

export function syncFolder(folder: string): void {
  // Windows has no such call, and needs none.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
