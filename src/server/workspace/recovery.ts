import path from "node:path";
import { isInside } from "./paths.ts";
import type { Disk } from "./disk.ts";
import { etagOf } from "./documents.ts";
import { createFolders } from "./folders.ts";
import type { Folders } from "./folders.ts";
import type { Journal, JournalEntry, JournalStep } from "./journal.ts";
import type { Root } from "./roots.ts";

export interface RecoveryDeps {
  readonly disk: Disk;
  readonly journal: Journal;
  readonly roots: readonly Root[];
  onWarning(event: string, error: unknown): void;
}

/**
 * Ends the work of servers that were killed in the middle: what was only prepared is taken back, what was committed is
 * completed. Doing it twice changes nothing more, so a kill during this is no harm either.
 */
export async function recover({ disk, journal, roots, onWarning }: RecoveryDeps): Promise<void> {
  for (const entry of await journal.abandoned()) {
    // The journal is outside the workspace; still, nothing in it may lead elsewhere.
    const places = [...entry.steps.map((step) => step.path), ...entry.madeFolders, ...entry.emptyFolders];
    if (!places.every((place) => roots.some((root) => isInside(root.path, place)))) continue;
    const folders = createFolders(disk);
    try {
      await (entry.state === "committed" ? rollForward(disk, folders, entry) : rollBack(disk, folders, entry));
      await folders.syncAll();
      await journal.remove(entry.id);
    } catch (error) {
      onWarning("edits.recovery", error);
    } finally {
      await folders.close();
    }
  }
}

async function rollBack(disk: Disk, folders: Folders, { steps, madeFolders }: JournalEntry): Promise<void> {
  for (const step of steps) await removeTemporary(disk, folders, step);
  await folders.removeEmpty([...madeFolders].reverse());
}

async function rollForward(disk: Disk, folders: Folders, { steps, emptyFolders }: JournalEntry): Promise<void> {
  for (const step of steps) {
    const now = await disk.read(step.path);
    const hash = now && etagOf(now.bytes);
    const folder = path.dirname(step.path);
    if (hash === step.before && hash !== step.after) {
      if (step.temporary === undefined) await disk.remove(await folders.open(folder), path.basename(step.path));
      else if (await hasTemporary(disk, step)) {
        await disk.rename(await folders.open(folder), step.temporary, path.basename(step.path));
      }
    }
    // A file that somebody changed since the kill keeps that change.
    await removeTemporary(disk, folders, step);
  }
  await folders.removeEmpty(emptyFolders);
}

async function hasTemporary(disk: Disk, { path: file, temporary = "" }: JournalStep): Promise<boolean> {
  return (await disk.read(path.join(path.dirname(file), temporary))) !== undefined;
}

async function removeTemporary(disk: Disk, folders: Folders, step: JournalStep): Promise<void> {
  if (step.temporary === undefined || !(await hasTemporary(disk, step))) return;
  await disk.remove(await folders.open(path.dirname(step.path)), step.temporary);
}
