import path from "node:path";
import { ToolError, throwIfCancelled } from "../../platform/errors.ts";
import { inParallel } from "../../platform/inParallel.ts";
import { diskError } from "./disk.ts";
import type { Disk, Folder } from "./disk.ts";
import { etagOf } from "../texts/documents.ts";
import type { ApplyOptions, EditBatch, EditTarget, FileState, FileTransition } from "./edits.ts";
import { endEntry, temporaryName } from "./entryWork.ts";
import type { Entry } from "./entryWork.ts";
import { createFolders } from "../paths/folders.ts";
import type { Folders } from "../paths/folders.ts";
import { HalfMade } from "./halfMade.ts";
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

/** A change whose end failed, as the journal has it. */
interface Unfinished {
  readonly entry: Entry;
  readonly before: ReadonlyMap<string, FileState>;
}

/**
 * Changes files on disk, all or nothing. Everything that can fail for lack of space or rights happens beside the files;
 * then the journal says "committed", and only renames and removals follow, which a restart can finish.
 */
export function createDiskTarget({ disk, journal, onWarning }: DiskTargetDeps): EditTarget {
  const unfinished: Unfinished[] = [];

  async function apply(batch: EditBatch, { signal }: ApplyOptions): Promise<void> {
    // What is written comes first: a move is whole at its new location before it leaves the old one.
    const steps = batch.transitions
      .map((transition, index) => stepOf(batch.id, transition, index))
      .sort((a, b) => Number(a.after === undefined) - Number(b.after === undefined));
    const folders = createFolders(disk);
    const { id, madeFolders, emptyFolders } = batch;
    const prepared: Entry = {
      id,
      state: "prepared",
      steps: steps.map(journalStep),
      madeFolders: [...madeFolders],
      emptyFolders: [...emptyFolders],
    };
    let entry: Entry | undefined;
    try {
      throwIfCancelled(signal);
      await checkBefore(disk, steps);
      await journal.write(prepared);
      entry = prepared;
      await folders.make(madeFolders);
      await inParallel(steps, (step) => prepare(disk, folders, step));
      throwIfCancelled(signal);
      // Once more, since the preparation took its time: whoever wrote meanwhile must not lose it.
      await checkBefore(disk, steps);
      const committed: Entry = { ...prepared, state: "committed" };
      await journal.write(committed);
      entry = committed;
      for (const step of steps) await finish(disk, folders, step);
      await folders.syncAll();
      await ignoringErrors("edits.emptyFolders", () => folders.removeEmpty(emptyFolders));
      await close({ entry: committed, before: new Map() });
    } catch (error) {
      if (entry) await takeBack(entry, { steps, folders, error });
      throw diskError(error);
    } finally {
      await ignoringErrors("edits.close", () => folders.close());
    }
  }

  interface Failed {
    readonly steps: readonly Step[];
    readonly folders: Folders;
    readonly error: unknown;
  }

  /** Until the journal says "undoing", a kill would complete a committed change; from then on it takes it back. */
  async function takeBack(entry: Entry, { steps, folders, error }: Failed): Promise<void> {
    const before = new Map(steps.flatMap((step) => (step.before ? [[step.path, step.before]] : [])));
    const backup = (file: string) => Promise.resolve(before.get(file));
    let written = entry;
    try {
      if (entry.state === "committed") {
        const undoing: Entry = { ...entry, state: "undoing" };
        await journal.write(undoing);
        written = undoing;
      }
      await endEntry({ disk, folders, backup }, written);
    } catch (second) {
      onWarning("edits.rollBack", second);
      unfinished.push({ entry: written, before });
      if (written.state === "prepared") return;
      throw new HalfMade(
        steps.map((step) => step.path),
        error,
      );
    }
    await close({ entry: written, before });
  }

  /** An entry that stayed would be carried out once more, over what came later; so it is tried again, now and then. */
  async function close(ended: Unfinished): Promise<void> {
    try {
      await journal.remove(ended.entry.id).catch(() => journal.remove(ended.entry.id));
    } catch (error) {
      onWarning("journal.remove", error);
      unfinished.push(ended);
    }
  }

  async function settle(): Promise<void> {
    for (const each of [...unfinished]) {
      const folders = createFolders(disk);
      try {
        await endEntry({ disk, folders, backup: (file) => Promise.resolve(each.before.get(file)) }, each.entry);
        await journal.remove(each.entry.id);
        unfinished.splice(unfinished.indexOf(each), 1);
      } finally {
        await ignoringErrors("edits.close", () => folders.close());
      }
    }
  }

  async function ignoringErrors(event: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      onWarning(event, error);
    }
  }

  return { isEditor: false, apply, settle };
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
      "Change its permissions, then try again.",
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
