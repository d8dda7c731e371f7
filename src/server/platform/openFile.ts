import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import type { BigIntStats, Stats } from "node:fs";
import { lstat, open, readlink, realpath } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { ToolError, systemCode } from "./errors.ts";

export const maxTextBytes = 10 * 1024 * 1024;

export interface FileBytes {
  readonly bytes: Buffer;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

/**
 * Bytes of a regular file by its real path. Another process may swap a folder for a link between the check of the path
 * and the opening, so the opened file itself is asked where it is; a FIFO or a device neither blocks nor is read.
 */
export async function readRegularFile(absolute: string, maxBytes = maxTextBytes): Promise<FileBytes> {
  const { file, stats } = await openRegularFile(absolute);
  try {
    if (stats.size > maxBytes) throw tooLarge(maxBytes);
    const bytes = await file.readFile();
    // A file of /proc says 0 and a growing one says less than it contains.
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return { bytes, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid };
  } finally {
    await file.close();
  }
}

/** The open file itself, for who reads it piece by piece; the caller closes it. */
export async function openRegularFile(absolute: string): Promise<{ file: FileHandle; stats: Stats }> {
  const file = await openReal(absolute, O_RDONLY | O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (stats.isFile()) return { file, stats };
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  throw notRegular();
}

/** The text of a file as it is; undefined when it is no regular file, too large, or cannot be read. */
export async function textIn(absolute: string, maxBytes = maxTextBytes): Promise<string | undefined> {
  const read = await readRegularFile(absolute, maxBytes).catch(() => undefined);
  return read?.bytes.toString("utf8");
}

export interface FileRead {
  readonly bytes: Buffer;
  /** As the file was opened. */
  readonly stats: BigIntStats;
}

/** The same for a thread that has nothing else to do: a fifth of the time on many small files. */
export function readRegularFileSync(absolute: string, maxBytes = maxTextBytes): FileRead {
  return withRegularFileSync(absolute, (fd, stats) => {
    if (stats.size > maxBytes) throw tooLarge(maxBytes);
    const bytes = readFileSync(fd);
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return { bytes, stats };
  });
}

/** Hands over the open file, for who reads it piece by piece, and closes it. */
export function withRegularFileSync<T>(absolute: string, read: (fd: number, stats: BigIntStats) => T): T {
  const fd = openedSync(absolute);
  try {
    const stats = fstatSync(fd, { bigint: true });
    if (!isAtSync(fd, absolute)) throw moved();
    if (!stats.isFile()) throw notRegular();
    return read(fd, stats);
  } finally {
    closeSync(fd);
  }
}

function openedSync(absolute: string): number {
  try {
    return openSync(absolute, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    throw openError(error);
  }
}

function isAtSync(fd: number, absolute: string): boolean {
  if (process.platform === "linux") return readlinkSync(`/proc/self/fd/${String(fd)}`) === absolute;
  try {
    const [opened, named] = [fstatSync(fd), lstatSync(absolute)];
    return realpathSync.native(absolute) === absolute && named.dev === opened.dev && named.ino === opened.ino;
  } catch {
    return false;
  }
}

/** Opens a folder so that its entries can be reached through the handle, whatever happens to its path meanwhile. */
export function openFolder(absolute: string): Promise<FileHandle> {
  return openReal(absolute, O_RDONLY | O_DIRECTORY);
}

/**
 * Reads in a folder by a path that a swapped parent cannot lead elsewhere (Linux); elsewhere by the plain path, and what
 * was read counts only if that still leads to the folder that was opened.
 */
export async function readFolder<T>(absolute: string, read: (at: string) => Promise<T>): Promise<T> {
  const folder = await openFolder(absolute);
  try {
    const found = await read(anchored(folder, absolute, ""));
    if (!(await isAt(folder, absolute))) throw moved();
    return found;
  } finally {
    await folder.close();
  }
}

/** A path below an open folder that a swapped parent cannot lead elsewhere (Linux); elsewhere the plain path. */
export function anchored(folder: FileHandle, folderPath: string, name: string): string {
  return process.platform === "linux" ? `/proc/self/fd/${String(folder.fd)}/${name}` : `${folderPath}/${name}`;
}

async function openReal(absolute: string, flags: number): Promise<FileHandle> {
  const file = await open(absolute, flags | O_NOFOLLOW).catch((error: unknown) => {
    throw openError(error);
  });
  try {
    if (await isAt(file, absolute)) return file;
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  throw moved();
}

async function isAt(file: FileHandle, absolute: string): Promise<boolean> {
  // The kernel's own answer; a path comparison could be fooled by swapping back and forth.
  if (process.platform === "linux") return (await readlink(`/proc/self/fd/${String(file.fd)}`)) === absolute;
  const [opened, named] = [await file.stat(), await lstat(absolute).catch(() => undefined)];
  const real = await realpath(absolute).catch(() => undefined);
  return real === absolute && named?.dev === opened.dev && named.ino === opened.ino;
}

function openError(error: unknown): unknown {
  switch (systemCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new ToolError("NOT_FOUND", "The file no longer exists.", "Use list_directory to see what exists.");
    // O_NOFOLLOW on a link: it was put there after the path had been resolved.
    case "ELOOP":
      return moved();
    // A socket, or a device without a driver.
    case "ENXIO":
    case "ENODEV":
      return notRegular();
    case "EACCES":
    case "EPERM":
      return new ToolError(
        "NOT_READY",
        "The file system does not let the server read the file.",
        "Change its permissions.",
      );
    default:
      return error;
  }
}

function notRegular(): ToolError {
  return new ToolError(
    "NOT_A_REGULAR_FILE",
    "The path is not a regular file.",
    "Choose a file; list_directory shows the kinds.",
  );
}

function tooLarge(maxBytes: number): ToolError {
  const limit = String(Math.floor(maxBytes / 1024 / 1024));
  return new ToolError("TOO_LARGE", `The file is larger than ${limit} MB.`, "Choose a smaller file.");
}

function moved(): ToolError {
  return new ToolError(
    "PATH_OUTSIDE_WORKSPACE",
    "The path changed while it was opened.",
    "Use a path relative to the workspace root, as list_directory shows it.",
  );
}
