import { ToolError } from "../../platform/errors.ts";
import { isInside } from "../paths/paths.ts";
import type { Disk } from "./disk.ts";
import type { FileState } from "./edits.ts";
import { endEntry } from "./entryWork.ts";
import { createFolders } from "../paths/folders.ts";
import type { Journal } from "./journal.ts";
import type { Root } from "../paths/roots.ts";
import type { UndoStore } from "./undoStore.ts";

export interface RecoveryDeps {
  readonly disk: Disk;
  readonly journal: Journal;
  readonly undoStore: UndoStore;
  readonly roots: readonly Root[];
  onWarning(event: string, error: unknown): void;
}

/**
 * Ends the work of servers that were killed in the middle: what was only prepared or was being taken back is taken back,
 * what was committed is completed. Doing it twice changes nothing more, so a kill during this is no harm either.
 */
export async function recover({ disk, journal, undoStore, roots, onWarning }: RecoveryDeps): Promise<void> {
  for (const entry of await journal.abandoned()) {
    // The journal is outside the workspace; still, nothing in it may lead elsewhere.
    const positions = [...entry.steps.map((step) => step.path), ...entry.madeFolders, ...entry.emptyFolders];
    if (!positions.every((location) => roots.some((root) => isInside(root.path, location)))) continue;
    const folders = createFolders(disk);
    try {
      await endEntry({ disk, folders, backup: (file) => backupOf(undoStore, { id: entry.id, file }) }, entry);
      await journal.remove(entry.id);
    } catch (error) {
      onWarning("edits.recovery", error);
    } finally {
      await folders.close();
    }
  }
}

async function backupOf(
  undoStore: UndoStore,
  { id, file }: { id: string; file: string },
): Promise<FileState | undefined> {
  try {
    const record = await undoStore.read(id);
    return record.files.find((each) => each.path === file)?.before;
  } catch (error) {
    if (error instanceof ToolError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}
