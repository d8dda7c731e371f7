import path from "node:path";
import { ToolError, throwIfCancelled } from "../platform/errors.ts";
import { inParallel } from "../platform/inParallel.ts";
import { diskError } from "./disk.ts";
import type { Disk, Folder } from "./disk.ts";
import { etagOf } from "./documents.ts";
import type { ApplyOptions, EditBatch, EditTarget, FileTransition } from "./edits.ts";
import { createFolders } from "./folders.ts";
import type { Folders } from "./folders.ts";
import type { Journal, JournalStep } from "./journal.ts";

export interface DiskTargetDeps {
  readonly disk: Disk;
  readonly journal: Journal;
  onWarning(event: string, error: unknown): void;
}

interface Step extends FileTransition {
  /** Name of the new content beside the file. */
  readonly temporary?: string;
  readonly folder: string;
  readonly name: string;
}

/**
 * Changes files on disk, all or nothing. Everything that can fail for lack of space or rights happens beside the files;
 * then the journal says "committed", and only renames and removals follow, which a restart can finish.
 */
export function createDiskTarget({ disk, journal, onWarning }: DiskTargetDeps): EditTarget {
  async function apply(batch: EditBatch, { signal }: ApplyOptions): Promise<void> {
    // What is written comes first: a move is whole at its new place before it leaves the old one.
    const steps = batch.transitions
      .map((transition, index) => stepOf(batch.id, transition, index))
      .sort((a, b) => Number(a.after === undefined) - Number(b.after === undefined));
    const folders = createFolders(disk);
    let state: "untouched" | "prepared" | "committed" = "untouched";
    const done: Step[] = [];
    try {
      throwIfCancelled(signal);
      await checkBefore(disk, steps);
      const { id, madeFolders, emptyFolders } = batch;
      const entry = {
        id,
        steps: steps.map(journalStep),
        madeFolders: [...madeFolders],
        emptyFolders: [...emptyFolders],
      };
      await journal.write({ ...entry, state: "prepared" });
      state = "prepared";
      await folders.make(madeFolders);
      await inParallel(steps, (step) => prepare(disk, folders, step));
      throwIfCancelled(signal);
      // Once more, since the preparation took its time: whoever wrote meanwhile must not lose it.
      await checkBefore(disk, steps);
      await journal.write({ ...entry, state: "committed" });
      state = "committed";
      for (const step of steps) {
        done.push(step);
        await finish(disk, folders, step);
      }
      await folders.syncAll();
      await quietly("edits.emptyFolders", () => folders.removeEmpty(batch.emptyFolders));
    } catch (error) {
      await rollBack(batch.id, { folders, steps, done, touched: state !== "untouched" });
      throw diskError(error);
    } finally {
      if (state !== "untouched") await quietly("journal.remove", () => forget(batch.id));
      await folders.close();
    }
  }

  /** An entry that stayed would be carried out once more by the next server, so it is worth a second try. */
  function forget(id: string): Promise<void> {
    return journal.remove(id).catch(() => journal.remove(id));
  }

  interface Undone {
    readonly folders: Folders;
    readonly steps: readonly Step[];
    /** Steps that may have changed their file already. */
    readonly done: readonly Step[];
    readonly touched: boolean;
  }

  async function rollBack(id: string, { folders, steps, done, touched }: Undone): Promise<void> {
    if (!touched) return;
    for (const step of [...done].reverse()) {
      await quietly("edits.rollBack", () => restore(disk, folders, { step, temporary: temporaryName(id, "back") }));
    }
    for (const step of steps) {
      if (step.temporary === undefined) continue;
      await quietly("edits.rollBack", () => removeIfThere(disk, folders, step));
    }
    await quietly("edits.rollBack", () => folders.removeMade());
  }

  async function quietly(event: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      onWarning(event, error);
    }
  }

  return { asksForProtected: false, apply };
}

/** Names of our own temporary files: hidden, and told apart from everybody else's. */
export function temporaryName(id: string, part: string): string {
  return `.lfc-${id}-${part}.tmp`;
}

function stepOf(id: string, transition: FileTransition, index: number): Step {
  const { path: file, after } = transition;
  return {
    ...transition,
    folder: path.dirname(file),
    name: path.basename(file),
    ...(after && { temporary: temporaryName(id, String(index)) }),
  };
}

function journalStep({ path: file, temporary, before, after }: Step): JournalStep {
  return {
    path: file,
    ...(temporary !== undefined && { temporary }),
    ...(before && { before: etagOf(before.bytes) }),
    ...(after && { after: etagOf(after.bytes) }),
  };
}

async function checkBefore(disk: Disk, steps: readonly Step[]): Promise<void> {
  await inParallel(steps, async ({ path: file, before }) => {
    const now = await disk.read(file);
    if (now === undefined ? before === undefined : before?.bytes.equals(now.bytes)) return;
    throw new ToolError(
      "CONFLICT",
      `${path.basename(file)} changed on disk meanwhile; nothing was changed.`,
      "Read it again and repeat the change.",
    );
  });
}

async function prepare(disk: Disk, folders: Folders, step: Step): Promise<void> {
  const folder = await folders.open(step.folder);
  if (step.before && !(await isWritable(disk, folder, step))) {
    throw new ToolError(
      "NOT_READY",
      `${step.name} is read-only; nothing was changed.`,
      "Change its permissions and call again.",
      { cause: "EACCES" },
    );
  }
  if (!step.after || step.temporary === undefined) return;
  await disk.writeNew(folder, step.temporary, step.after);
}

/** The user who runs the server may be allowed everything; a file that nobody may write is meant to stay. */
async function isWritable(disk: Disk, folder: Folder, { name, before }: Step): Promise<boolean> {
  if (before?.mode !== undefined && (before.mode & 0o222) === 0) return false;
  return disk.canWrite(folder, name);
}

async function finish(disk: Disk, folders: Folders, { folder, name, temporary }: Step): Promise<void> {
  const open = await folders.open(folder);
  if (temporary === undefined) await disk.remove(open, name);
  else await disk.rename(open, temporary, name);
}

async function restore(disk: Disk, folders: Folders, { step, temporary }: { step: Step; temporary: string }) {
  const now = await disk.read(step.path);
  if (now === undefined ? !step.before : step.before?.bytes.equals(now.bytes)) return;
  // Not ours: somebody wrote after us, and that stays.
  if (now && !step.after?.bytes.equals(now.bytes)) return;
  const folder = await folders.open(step.folder);
  if (!step.before) return disk.remove(folder, step.name);
  await disk.writeNew(folder, temporary, step.before);
  await disk.rename(folder, temporary, step.name);
}

async function removeIfThere(disk: Disk, folders: Folders, { folder, temporary = "" }: Step): Promise<void> {
  const open = await folders.open(folder);
  if ((await disk.read(path.join(folder, temporary))) !== undefined) await disk.remove(open, temporary);
}
