import path from "node:path";
import { createFolders } from "../paths/folders.ts";
import type { Folders } from "../paths/folders.ts";
import type { Disk } from "./disk.ts";
import type { EditBatch, FileTransition } from "./edits.ts";

export interface FinishDeps {
  readonly disk: Disk;
  ignoringErrors(event: string, work: () => Promise<unknown>): Promise<void>;
}

/**
 * What an editor leaves undone on the disk: it makes folders as it needs them and leaves empty ones behind, and a file
 * that it makes again has the permissions of a new one.
 */
export async function finishInEditor(
  { transitions, emptyFolders }: Pick<EditBatch, "transitions" | "emptyFolders">,
  { disk, ignoringErrors }: FinishDeps,
): Promise<void> {
  const folders = createFolders(disk);
  await ignoringErrors("edits.emptyFolders", () => folders.removeEmpty(emptyFolders));
  await ignoringErrors("edits.mode", () => restoreModes(transitions, { disk, folders }));
  await ignoringErrors("edits.close", () => folders.close());
}

async function restoreModes(
  transitions: readonly FileTransition[],
  { disk, folders }: { disk: Disk; folders: Folders },
): Promise<void> {
  for (const { path: file, before, after } of transitions) {
    if (before || after?.mode === undefined) continue;
    await disk.setMode(await folders.open(path.dirname(file)), path.basename(file), after.mode & 0o777);
  }
}
