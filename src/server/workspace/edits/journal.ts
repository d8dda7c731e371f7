import { mkdir, open, readFile, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writePrivate } from "../../platform/dataFolder.ts";
import { systemCode } from "../../platform/errors.ts";
import { isRunning, thisProcess } from "../../platform/processes.ts";
import type { ProcessId } from "../../platform/processes.ts";

const Entry = z.object({
  id: z.string(),
  owner: z.object({ pid: z.int(), started: z.string() }),
  /**
   * Prepared: nothing of the workspace is touched yet. Committed: all of it will be. Undoing: the disk failed in the middle,
   * and what was done is taken back.
   */
  state: z.enum(["prepared", "committed", "undoing"]),
  steps: z.array(
    z.object({
      path: z.string(),
      /** Name of the file beside it that contains the new content; none when the file goes away. */
      temporary: z.string().optional(),
      /** SHA-256 of the bytes; none for a file that is not there. */
      before: z.string().optional(),
      after: z.string().optional(),
    }),
  ),
  /** Folders that the change makes, outermost first. */
  madeFolders: z.array(z.string()),
  /** Folders to remove in the end where they are empty, innermost first. */
  emptyFolders: z.array(z.string()),
});

export type JournalEntry = Readonly<z.output<typeof Entry>>;
export type JournalStep = JournalEntry["steps"][number];

/** What is being done to the workspace right now, kept outside of it, so that a killed server's work can be ended. */
export interface Journal {
  /** On the disk when it resolves. */
  write(entry: Omit<JournalEntry, "owner">): Promise<void>;
  remove(id: string): Promise<void>;
  /** Entries whose process is gone. */
  abandoned(): Promise<readonly JournalEntry[]>;
}

export function createJournal(folder: string, owner: () => Promise<ProcessId> = thisProcess): Journal {
  const fileOf = (id: string) => path.join(folder, `${id}.json`);
  return {
    async write(entry) {
      await writePrivate(fileOf(entry.id), JSON.stringify({ ...entry, owner: await owner() }));
      await syncFolder(folder);
    },
    remove: (id) => rm(fileOf(id), { force: true }),
    async abandoned() {
      const found: JournalEntry[] = [];
      for (const name of await namesIn(folder)) {
        const file = path.join(folder, name);
        // A kill between writing an entry and its rename; another server may be just there, so only an old one goes.
        if (name.endsWith(".tmp") && (await isOlderThan(file, 60_000))) await rm(file, { force: true });
        if (!name.endsWith(".json")) continue;
        const text = await textOf(file);
        const entry = Entry.safeParse(text === undefined ? undefined : parsed(text));
        // It is renamed to its final name as a whole, so an unreadable one is not ours.
        if (!entry.success) continue;
        if (!(await isRunning(entry.data.owner))) found.push(entry.data);
      }
      return found;
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** undefined for an entry that its server has removed meanwhile. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function isOlderThan(file: string, ms: number): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
