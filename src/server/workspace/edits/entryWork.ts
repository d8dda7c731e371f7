import path from "node:path";
import type { Disk } from "./disk.ts";
import { etagOf } from "../texts/documents.ts";
import type { FileState } from "./edits.ts";
import type { Folders } from "../paths/folders.ts";
import type { JournalEntry, JournalStep } from "./journal.ts";

/** What a change that stands in the journal is ended with, by its own server or by the next one. */
export interface EntryWork {
  readonly disk: Disk;
  readonly folders: Folders;
  /** What a file was before the change; undefined when that is not known any more. */
  backup(file: string): Promise<FileState | undefined>;
}

export type Entry = Omit<JournalEntry, "owner">;

/** Names of our own temporary files: hidden, and different from everybody else's. */
export function temporaryName(id: string, part: string): string {
  return `.lfc-${id}-${part}.tmp`;
}

/** Doing it twice changes nothing more. A file that somebody else changed since keeps that change. */
export async function endEntry(work: EntryWork, entry: Entry): Promise<void> {
  if (entry.state === "committed") await rollForward(work, entry);
  else await rollBack(work, entry);
  await work.folders.syncAll();
}

async function rollBack(work: EntryWork, entry: Entry): Promise<void> {
  if (entry.state === "undoing") for (const step of [...entry.steps].reverse()) await restore(work, entry.id, step);
  for (const step of entry.steps) await removeTemporary(work, step.path, step.temporary);
  await work.folders.removeEmpty([...entry.madeFolders].reverse());
}

async function rollForward(work: EntryWork, { steps, emptyFolders }: Entry): Promise<void> {
  const { disk, folders } = work;
  for (const step of steps) {
    const hash = await hashOf(disk, step.path);
    if (hash === step.before && hash !== step.after) {
      const folder = path.dirname(step.path);
      if (step.temporary === undefined) await disk.remove(await folders.open(folder), path.basename(step.path));
      else if (await isThere(disk, path.join(folder, step.temporary))) {
        await disk.rename(await folders.open(folder), step.temporary, path.basename(step.path));
      }
    }
    await removeTemporary(work, step.path, step.temporary);
  }
  await folders.removeEmpty(emptyFolders);
}

async function restore({ disk, folders, backup }: EntryWork, id: string, step: JournalStep): Promise<void> {
  const hash = await hashOf(disk, step.path);
  if (hash === step.before || hash !== step.after) return;
  const name = path.basename(step.path);
  if (step.before === undefined) return disk.remove(await folders.open(path.dirname(step.path)), name);
  const before = await backup(step.path);
  if (!before) return;
  const temporary = temporaryName(id, "back");
  const folder = await folders.open(path.dirname(step.path));
  // Of an earlier try that the disk was too full for.
  await removeTemporary({ disk, folders }, step.path, temporary);
  await disk.writeNew(folder, temporary, before);
  await disk.rename(folder, temporary, name);
}

async function removeTemporary(
  { disk, folders }: Pick<EntryWork, "disk" | "folders">,
  file: string,
  temporary: string | undefined,
): Promise<void> {
  const folder = path.dirname(file);
  if (temporary === undefined || !(await isThere(disk, path.join(folder, temporary)))) return;
  await disk.remove(await folders.open(folder), temporary);
}

async function hashOf(disk: Disk, file: string): Promise<string | undefined> {
  const now = await disk.read(file);
  return now && etagOf(now.bytes);
}

async function isThere(disk: Disk, file: string): Promise<boolean> {
  return (await disk.read(file)) !== undefined;
}
