import { randomBytes } from "node:crypto";
import path from "node:path";
import { ToolError, throwIfCancelled } from "../platform/errors.ts";
import { inParallel } from "../platform/inParallel.ts";
import type { Caller } from "../tools/context.ts";
import type { FileChange } from "./changes.ts";
import { diskError } from "./disk.ts";
import type { Disk } from "./disk.ts";
import { decodeText } from "./encoding.ts";
import type {
  Applied,
  ApplyOptions,
  EditBatch,
  EditPlan,
  EditPolicy,
  Edits,
  EditTarget,
  FileState,
  FileTransition,
} from "./edits.ts";
import { createFileEdits } from "./fileEdits.ts";
import { createFolders } from "./folders.ts";
import type { WorkspacePath } from "./paths.ts";
import type { ProtectedFiles } from "./protected.ts";
import { isSecretFile } from "./secrets.ts";
import { differenceOf } from "./textEdits.ts";
import { checkNewPlace, currentState, resolveChanges } from "./transitions.ts";
import type { UndoStore } from "./undoStore.ts";
import type { Workspace } from "./workspace.ts";

export interface EditsDeps {
  readonly workspace: Workspace;
  readonly disk: Disk;
  readonly target: EditTarget;
  readonly undoStore: UndoStore;
  readonly isProtected: ProtectedFiles;
  policy(): EditPolicy;
  now(): Date;
  onWarning(event: string, error: unknown): void;
}

const planMs = 5 * 60_000;
const maxPlans = 50;

interface KnownPlan {
  readonly plan: EditPlan;
  readonly transitions: readonly FileTransition[];
}

export function createEdits(deps: EditsDeps): Edits {
  const { workspace, disk, target, undoStore, policy, now } = deps;
  const plans = new Map<string, KnownPlan>();
  let last: Promise<unknown> = Promise.resolve();

  /** One change at a time: two that touch the same files would each see the other's half. */
  function exclusive<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work).catch((error: unknown) => {
      throw diskError(error);
    });
    last = next.catch(() => undefined);
    return next;
  }

  function needsUser({ root, relative }: WorkspacePath): boolean {
    return isSecretFile(relative) || deps.isProtected({ root, relative });
  }

  function checkPolicy(caller?: Caller): void {
    // "off" is for tools: what users ask for in their own window is shown to them before it is done.
    if (policy() !== "off" || caller?.face === "lsp") return;
    throw new ToolError(
      "PROTECTED_PATH",
      "Edits are turned off; nothing was changed.",
      "Only the user can allow them: setting langflowConnect.edits, or LFC_EDITS of the server.",
    );
  }

  function checkProtected(files: readonly string[]): void {
    if (files.length === 0 || target.asksForProtected) return;
    const shown = files.slice(0, 5).map((file) => workspace.shown(file));
    throw new ToolError(
      "PROTECTED_PATH",
      `${shown.join(", ")} can run code or grant trust, so tools do not write there; nothing was changed.`,
      "Leave it out, or ask the user to make this change (`serve --allow-protected GLOB` allows it).",
    );
  }

  async function resolve(input: string): Promise<WorkspacePath> {
    const place = await workspace.resolve(input);
    checkPolicy();
    if (needsUser(place)) checkProtected([place.absolute]);
    if (!place.exists) await checkNewPlace(place);
    return place;
  }

  async function plan(title: string, changes: readonly FileChange[]): Promise<EditPlan> {
    const resolved = await resolveChanges(changes, { workspace, disk });
    const made: EditPlan = {
      id: newId("p"),
      title,
      expiresAt: new Date(now().getTime() + planMs),
      changes: resolved.changes,
      before: resolved.before,
      protectedFiles: resolved.places.filter(needsUser).map((place) => place.absolute),
    };
    for (const [id, known] of plans) if (known.plan.expiresAt <= now() || plans.size >= maxPlans) plans.delete(id);
    plans.set(made.id, { plan: made, transitions: resolved.transitions });
    return made;
  }

  function known(planId: string): KnownPlan {
    const found = plans.get(planId);
    if (found && found.plan.expiresAt > now()) return found;
    throw new ToolError(
      "NOT_FOUND",
      "There is no plan with this planId: plans hold for 5 minutes and are applied once.",
      "Make the plan again.",
    );
  }

  async function apply({ id }: EditPlan, options: ApplyOptions): Promise<Applied> {
    const { plan: wanted, transitions } = known(id);
    plans.delete(id);
    checkPolicy(options.caller);
    checkProtected(wanted.protectedFiles);
    return exclusive(async () => {
      throwIfCancelled(options.signal);
      await checkUnchanged(wanted.before);
      const undoId = newId("u");
      const emptyFolders = sourceFolders(wanted.changes);
      await change({ ...wanted, id: undoId, kind: "apply", transitions, emptyFolders }, options);
      return { undoId, files: transitions.map((transition) => transition.path) };
    });
  }

  /** Makes the change with its way back kept first. */
  async function change(wanted: Omit<EditBatch, "madeFolders">, options: ApplyOptions): Promise<void> {
    const { id, kind, transitions } = wanted;
    const batch = { ...wanted, madeFolders: await missingFolders(transitions) };
    try {
      if (kind === "apply") await undoStore.keep(id, batch);
      await target.apply(batch, options);
    } catch (error) {
      if (kind === "apply") await undoStore.remove(id);
      throw error;
    }
    if (kind === "apply") await correctEtags(id, transitions);
    // The change is made, whatever becomes of old backups.
    await undoStore.prune().catch((error: unknown) => {
      deps.onWarning("undo.prune", error);
    });
  }

  async function missingFolders(transitions: readonly FileTransition[]): Promise<string[]> {
    const folders = createFolders(disk);
    try {
      return await folders.missing(transitions.filter(({ after }) => after).map((item) => path.dirname(item.path)));
    } finally {
      await folders.close();
    }
  }

  async function correctEtags(id: string, transitions: readonly FileTransition[]): Promise<void> {
    const held = transitions.filter(({ path: file }) => workspace.documents.editorText(file) !== undefined);
    if (held.length === 0) return;
    const documents = held.map(async ({ path: file }) => [file, (await workspace.documents.read(file)).etag] as const);
    await undoStore.correct(id, new Map(await Promise.all(documents)));
  }

  async function checkUnchanged(before: ReadonlyMap<string, string | undefined>): Promise<void> {
    await inParallel([...before], async ([file, etag]) => {
      if ((await currentState(file, { workspace, disk }))?.etag === etag) return;
      throw new ToolError(
        "CONFLICT",
        `${workspace.shown(file)} changed meanwhile; nothing was changed.`,
        "Read it again and repeat the change.",
      );
    });
  }

  function undo(undoId: string, options: ApplyOptions): Promise<{ files: readonly string[] }> {
    return exclusive(async () => {
      checkPolicy();
      const record = await undoStore.read(undoId);
      await checkUnchanged(new Map(record.files.map((file) => [file.path, file.after])));
      const transitions: FileTransition[] = [];
      const protectedFiles: string[] = [];
      for (const { path: file, before } of record.files) {
        const place = await workspace.resolve(file);
        if (needsUser(place)) protectedFiles.push(place.absolute);
        const current = await currentState(file, { workspace, disk });
        transitions.push({ path: file, ...(current && { before: current.state }), ...(before && { after: before }) });
      }
      await change(
        {
          id: newId("r"),
          title: `Undo: ${record.title}`,
          kind: "undo",
          changes: transitions.flatMap(changeOf),
          transitions,
          // What the user once allowed may be taken back the same way only.
          protectedFiles,
          emptyFolders: [...record.madeFolders].reverse(),
        },
        options,
      );
      await undoStore.remove(undoId);
      return { files: transitions.map((transition) => transition.path) };
    });
  }

  async function createFolder(place: WorkspacePath): Promise<boolean> {
    checkPolicy();
    if (needsUser(place)) checkProtected([place.absolute]);
    if (place.exists) {
      const folder = await disk.open(place.absolute).catch(() => undefined);
      if (!folder) throw new ToolError("CONFLICT", `${place.shown} is a file.`, "Choose another path.");
      await disk.close(folder);
      return false;
    }
    await checkNewPlace(place);
    const folders = createFolders(disk);
    try {
      await folders.make(await folders.missing([place.absolute]));
      return true;
    } catch (error) {
      await folders.removeMade();
      throw diskError(error);
    } finally {
      await folders.close();
    }
  }

  const files = createFileEdits({ workspace, edits: { resolve, plan } });
  return { resolve, files, plan, find: (planId) => known(planId).plan, apply, undo, createFolder };
}

function newId(kind: string): string {
  return `${kind}${randomBytes(9).toString("hex")}`;
}

/** Folders that a move may leave empty, innermost first. */
function sourceFolders(changes: readonly FileChange[]): string[] {
  const folders = changes.filter((change) => change.kind === "rename").map((change) => path.dirname(change.path));
  return [...new Set(folders)].sort((a, b) => b.length - a.length);
}

/** The change of an editor that a transition stands for; none for a binary file, which no editor holds as text. */
function changeOf({ path: file, before, after }: FileTransition): FileChange[] {
  if (!after) return before ? [{ kind: "delete", path: file }] : [];
  const text = textOf(after);
  if (text === undefined) return [];
  const old = before && textOf(before);
  if (old === undefined) return [{ kind: "create", path: file, text }];
  return [{ kind: "edit", path: file, edits: differenceOf(old, text) }];
}

function textOf({ bytes }: FileState): string | undefined {
  try {
    return decodeText(bytes).text;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
