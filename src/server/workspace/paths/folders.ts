import path from "node:path";
import { ToolError } from "../../platform/errors.ts";
import type { Disk, Folder } from "../edits/disk.ts";

/** The folders that one change works in, each opened once. */
export interface Folders {
  open(folder: string): Promise<Folder>;
  /** Those of the folders and their parents that are not there, outermost first. */
  missing(folders: readonly string[]): Promise<string[]>;
  make(missing: readonly string[]): Promise<void>;
  /** Takes back what `make` made, where it is still empty. */
  removeMade(): Promise<void>;
  removeEmpty(folders: readonly string[]): Promise<void>;
  syncAll(): Promise<void>;
  close(): Promise<void>;
}

export function createFolders(disk: Disk): Folders {
  const opened = new Map<string, Folder>();
  const opening = new Map<string, Promise<Folder>>();
  const made: string[] = [];

  async function open(folder: string): Promise<Folder> {
    const known = opened.get(folder);
    if (known) return known;
    // One opening for all that ask meanwhile: of two, one would never be closed.
    const fresh = opening.get(folder) ?? disk.open(folder);
    opening.set(folder, fresh);
    try {
      opened.set(folder, await fresh);
    } finally {
      opening.delete(folder);
    }
    return fresh;
  }

  async function exists(folder: string): Promise<boolean> {
    try {
      await open(folder);
      return true;
    } catch (error) {
      if (error instanceof ToolError && error.code === "NOT_FOUND") return false;
      throw error;
    }
  }

  async function remove(folder: string): Promise<void> {
    const self = opened.get(folder);
    opened.delete(folder);
    if (self) await disk.close(self);
    await disk.removeFolder(await open(path.dirname(folder)), path.basename(folder));
  }

  return {
    open,
    async missing(folders) {
      const found = new Set<string>();
      for (const folder of folders) {
        for (let at = folder; !found.has(at) && !(await exists(at)); at = path.dirname(at)) found.add(at);
      }
      return [...found].sort((a, b) => a.length - b.length);
    },
    async make(missing) {
      for (const folder of missing) {
        if (await disk.makeFolder(await open(path.dirname(folder)), path.basename(folder))) made.push(folder);
      }
    },
    async removeMade() {
      for (const folder of [...made].reverse()) await remove(folder);
    },
    async removeEmpty(folders) {
      for (const folder of folders) {
        if (await exists(folder)) await remove(folder);
      }
    },
    async syncAll() {
      for (const folder of opened.values()) await disk.sync(folder);
    },
    async close() {
      for (const folder of opened.values()) await disk.close(folder);
      opened.clear();
    },
  };
}
