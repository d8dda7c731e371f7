import { constants } from "node:fs";
import { access, chmod, mkdir, open, rename, rmdir, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { ToolError, systemCode } from "../../platform/errors.ts";
import { anchored, openFolder, readRegularFile } from "../../platform/openFile.ts";
import type { FileState } from "./edits.ts";

/** An open folder of the workspace. Its entries are reached through the handle, so no swapped path leads elsewhere. */
export interface Folder {
  readonly path: string;
  readonly handle: FileHandle;
}

/** The few things that edits do to the disk; tests let each of them fail in turn. */
export interface Disk {
  open(path: string): Promise<Folder>;
  close(folder: Folder): Promise<void>;
  /** undefined when there is no such file. */
  read(path: string): Promise<FileState | undefined>;
  /** A new file, on the disk when this resolves; without a mode it gets the usual one for new files. */
  writeNew(folder: Folder, name: string, content: FileState): Promise<void>;
  rename(folder: Folder, from: string, to: string): Promise<void>;
  remove(folder: Folder, name: string): Promise<void>;
  /** Permission bits of a file that is there. */
  setMode(folder: Folder, name: string, mode: number): Promise<void>;
  /** False when something of that name is there already. */
  makeFolder(folder: Folder, name: string): Promise<boolean>;
  /** False when it is not empty. */
  removeFolder(folder: Folder, name: string): Promise<boolean>;
  /** Makes renames and removals last over a power failure. */
  sync(folder: Folder): Promise<void>;
  canWrite(folder: Folder, name: string): Promise<boolean>;
}

/** Files that are moved or deleted are kept whole for undo, so they may be larger than texts, but not without end. */
const maxKeptBytes = 100 * 1024 * 1024;

export const realDisk: Disk = {
  open: async (path) => ({ path, handle: await openFolder(path) }),
  close: (folder) => folder.handle.close(),
  async read(path) {
    try {
      return await readRegularFile(path, maxKeptBytes);
    } catch (error) {
      if (error instanceof ToolError && error.code === "NOT_FOUND") return undefined;
      throw error;
    }
  },
  async writeNew(folder, name, { bytes, mode, uid, gid }) {
    const file = await open(at(folder, name), "wx", 0o666);
    try {
      // A server that runs as root, in a container, must not take the user's files over.
      if (uid !== undefined && gid !== undefined && process.getuid?.() === 0) await file.chown(uid, gid);
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename: (folder, from, to) => rename(at(folder, from), at(folder, to)),
  remove: (folder, name) => unlink(at(folder, name)),
  setMode: (folder, name, mode) => chmod(at(folder, name), mode),
  async makeFolder(folder, name) {
    try {
      await mkdir(at(folder, name));
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
  },
  async removeFolder(folder, name) {
    try {
      await rmdir(at(folder, name));
      return true;
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(systemCode(error))) return false;
      throw error;
    }
  },
  async sync(folder) {
    // Windows has no such call for folders.
    if (process.platform !== "win32") await folder.handle.sync();
  },
  async canWrite(folder, name) {
    try {
      await access(at(folder, name), constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
};

function at(folder: Folder, name: string): string {
  return anchored(folder.handle, folder.path, name);
}

/** A refusal of the file system in words; what is no such refusal stays as it is. */
export function diskError(error: unknown): unknown {
  const cause = systemCode(error);
  const refusals: Readonly<Record<string, readonly [string, string]>> = {
    ENOSPC: ["The disk is full; nothing was changed.", "Free disk space, then try again."],
    EDQUOT: ["The disk quota is used up; nothing was changed.", "Free disk space, then try again."],
    EROFS: ["The file system is read-only; nothing was changed.", "Work in a folder that can be written."],
    EACCES: ["The file system refuses the change; nothing was changed.", "Change the permissions, then try again."],
    EPERM: ["The file system refuses the change; nothing was changed.", "Change the permissions, then try again."],
    EMFILE: ["Too many files are open; nothing was changed.", "Call again in a moment."],
    ENFILE: ["Too many files are open; nothing was changed.", "Call again in a moment."],
    EIO: ["The disk reports an error; nothing was changed.", "Check the disk, then try again."],
    // Between the opening of a folder and the work in it.
    ENOENT: [
      "A file or folder of the change no longer exists; nothing was changed.",
      "Use list_directory to see what exists, then try again.",
    ],
    ENOTDIR: ["A part of the path is a file; nothing was changed.", "Choose a path whose parents are folders."],
    EISDIR: ["The path is a folder; nothing was changed.", "Choose a file."],
    ENAMETOOLONG: ["The path is too long; nothing was changed.", "Choose a shorter path."],
  };
  const known = refusals[cause];
  return known ? new ToolError("NOT_READY", known[0], known[1], { cause }) : error;
}
