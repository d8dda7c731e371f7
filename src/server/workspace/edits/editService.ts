import { randomBytes } from "node:crypto";
import path from "node:path";
import { LeftOut, incompleteChange } from "../../platform/decision.ts";
import { ToolError, systemCode } from "../../platform/errors.ts";
import { inParallel } from "../../platform/inParallel.ts";
import { createTracing } from "../../platform/tracing.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { Caller } from "../../platform/call.ts";
import type { FileChange } from "./changes.ts";
import { diskError } from "./disk.ts";
import type { Disk } from "./disk.ts";
import { etagOf } from "../texts/documents.ts";
import { decodeText } from "../texts/encoding.ts";
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
  OtherWork,
  PlanConflict,
} from "./edits.ts";
import { createFileEdits } from "./fileEdits.ts";
import { createFolders } from "../paths/folders.ts";
import { finishInEditor } from "./finishInEditor.ts";
import { HalfMade } from "./halfMade.ts";
import { relativeTo, rootOf } from "../paths/paths.ts";
import type { WorkspacePath } from "../paths/paths.ts";
import { createPlans } from "./plans.ts";
import type { ProtectedFiles } from "../paths/protected.ts";
import type { Root } from "../paths/roots.ts";
import { isSecretFile } from "../paths/secrets.ts";
import { differenceOf } from "../texts/textEdits.ts";
import { checkNewPath, currentState, resolveChanges } from "./transitions.ts";
import { createWriteQueue } from "./writeQueue.ts";
import type { UndoStore } from "./undoStore.ts";
import type { Workspace } from "../workspace.ts";

export interface EditsDeps {
  readonly workspace: Workspace;
  readonly disk: Disk;
  readonly target: EditTarget;
  readonly undoStore: UndoStore;
  readonly isProtected: ProtectedFiles;
  policy(): EditPolicy;
  readonly tracing?: Tracing | undefined;
  now(): Date;
  onWarning(event: string, error: unknown): void;
}

const planMs = 5 * 60_000;
/** Langflow gives a tool 180 s, of which 5 are left for the answer; a preview takes 160 s at most. */
const answerMs = 175_000;

export function createEdits(deps: EditsDeps): Edits {
  const { workspace, disk, target, undoStore, policy, now, tracing = createTracing() } = deps;
  const plans = createPlans(now);
  const queued = createWriteQueue();

  /** One change at a time: two that touch the same files would each see the other's half. */
  async function inTurn<T>(options: ApplyOptions, work: (options: ApplyOptions) => Promise<T>): Promise<T> {
    const { caller, signal, arrivedAt } = options;
    // What the user asked for in the editor waits as long as they take.
    const ms = arrivedAt.getTime() + answerMs - now().getTime();
    try {
      return await queued({ signal, ...(!caller.byUser && { ms }) }, async (limited) => {
        await target.settle?.();
        return work({ ...options, signal: limited });
      });
    } catch (error) {
      throw diskError(error);
    }
  }

  function checkPolicy(caller?: Caller): void {
    // "off" is for tools: what users ask for in their own window is shown to them before it is done.
    if (policy() !== "off" || caller?.byUser) return;
    throw new ToolError(
      "PROTECTED_PATH",
      "Edits are turned off; nothing was changed.",
      "Only the user can allow them: setting langflowConnect.edits, or LFC_EDITS of the server.",
    );
  }

  function checkProtected(files: readonly string[]): void {
    if (files.length > 0 && !target.isEditor) throw protectedError(files);
  }

  function protectedError(files: readonly string[]): ToolError {
    const names = files
      .slice(0, 5)
      .map((file) => workspace.displayPath(file))
      .join(", ");
    const reason = files.every(isSecret)
      ? `${names} is a file with credentials by its name, so tools do not write it`
      : `${names} can run code or grant trust, so tools do not write there`;
    return new ToolError(
      "PROTECTED_PATH",
      `${reason}; nothing was changed.`,
      "Leave it out, or ask the user to make this change (`serve --allow-protected GLOB` allows it).",
    );
  }

  function isSecret(file: string): boolean {
    const root = rootOf(workspace.roots, file);
    return root !== undefined && isSecretFile(relativeTo(root, file));
  }

  async function resolve(input: string): Promise<WorkspacePath> {
    const location = await workspace.resolve(input);
    checkPolicy();
    if (deps.isProtected(location)) checkProtected([location.absolute]);
    if (!location.exists) await checkNewPath(location);
    return location;
  }

  async function plan(
    title: string,
    changes: readonly FileChange[],
    conflicts: readonly PlanConflict[] = [],
  ): Promise<EditPlan> {
    const resolved = await resolveChanges(changes, { workspace, disk });
    const made: EditPlan = {
      id: newId("p"),
      title,
      expiresAt: new Date(now().getTime() + planMs),
      changes: resolved.changes,
      before: resolved.before,
      protectedFiles: resolved.positions.filter(deps.isProtected).map((location) => location.absolute),
      conflicts,
    };
    plans.add({ plan: made, transitions: resolved.transitions });
    return made;
  }

  async function checkUnchanged({ before }: EditPlan): Promise<void> {
    await inParallel([...before], async ([file, etag]) => {
      if ((await currentState(file, { workspace, disk }))?.etag !== etag) throw changedMeanwhile(file);
    });
  }

  async function apply({ id }: EditPlan, options: ApplyOptions): Promise<Applied> {
    checkPolicy(options.caller);
    checkProtected(plans.find(id).plan.protectedFiles);
    return inTurn(options, async (limited) => {
      const { plan: wanted, transitions } = plans.take(id);
      await checkUnchanged(wanted);
      const undoId = newId("u");
      const emptyFolders = sourceFolders(wanted.changes, workspace.roots);
      const batch = { ...wanted, id: undoId, kind: "apply", transitions, emptyFolders } as const;
      const etags = await change(batch, limited);
      return { undoId, files: transitions.map((transition) => transition.path), etags };
    });
  }

  /** Makes the change with its way back kept first. Once the target has made it, nothing turns it into a failure. */
  async function change(
    wanted: Omit<EditBatch, "madeFolders">,
    options: ApplyOptions,
  ): Promise<ReadonlyMap<string, string>> {
    const { id, kind, transitions } = wanted;
    const batch = { ...wanted, madeFolders: await missingFolders(transitions) };
    let leftOut: LeftOut | undefined;
    try {
      await undoStore.keep(id, batch);
      const attributes = { "lfc.edit.files": transitions.length, "lfc.edit.in_editor": target.isEditor };
      await tracing.span({ name: `edit ${kind}`, kind: "internal", attributes }, () => target.apply(batch, options));
    } catch (error) {
      if (error instanceof HalfMade) throw halfMadeError(error, id);
      if (!(error instanceof LeftOut)) {
        await ignoringErrors("undo.remove", () => undoStore.remove(id));
        throw error;
      }
      leftOut = error;
    }
    if (target.isEditor) await finishInEditor(batch, { disk, ignoringErrors });
    if (leftOut) throw await incomplete(leftOut, batch);
    const etags = await etagsAfter(transitions);
    if (kind === "undo") await ignoringErrors("undo.remove", () => undoStore.remove(id));
    else if (target.isEditor) await ignoringErrors("undo.correct", () => undoStore.correct(id, etags));
    await ignoringErrors("undo.prune", () => undoStore.prune());
    return etags;
  }

  /** What an editor made of a change, by the files as they are, is kept for undo and counts as made. */
  async function incomplete(leftOut: LeftOut, { id, transitions }: Pick<EditBatch, "id" | "transitions">) {
    const looked = await inParallel(transitions, async (transition) => {
      const current = await currentState(transition.path, { workspace, disk });
      return isMadeBy(transition, { current: current?.state, leftOut }) ? [{ path: transition.path, current }] : [];
    });
    const made = looked.flat();
    const files = made.map(({ path: file }) => file);
    const etags = new Map(made.flatMap(({ path: file, current }) => (current ? [[file, current.etag] as const] : [])));
    if (files.length > 0) await ignoringErrors("undo.correct", () => undoStore.correct(id, etags, new Set(files)));
    else await ignoringErrors("undo.remove", () => undoStore.remove(id));
    return incompleteChange(leftOut, { undoId: id, files, etags }, workspace.displayPath);
  }

  /** An editor may have changed a text while saving it, or may have it unsaved: what is there now counts. */
  async function etagsAfter(transitions: readonly FileTransition[]): Promise<ReadonlyMap<string, string>> {
    const etags = new Map<string, string>();
    for (const { path: file, after } of transitions) {
      if (!after) continue;
      etags.set(file, etagOf(after.bytes));
      if (!target.isEditor) continue;
      await ignoringErrors("edits.etag", async () => {
        const current = await currentState(file, { workspace, disk });
        if (current) etags.set(file, current.etag);
      });
    }
    return etags;
  }

  function halfMadeError({ files, cause }: HalfMade, undoId: string): ToolError {
    const names = files.map((file) => workspace.displayPath(file));
    return new ToolError(
      "NOT_READY",
      `The disk failed in the middle of a change and could not undo it: ${names.slice(0, 5).join(", ")} may be new or old.`,
      "Free space or repair the disk, then call undo_edits with this undoId: what the files contained is kept.",
      { undoId, files: names.slice(0, 100), cause: systemCode(cause) },
    );
  }

  async function ignoringErrors(event: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      deps.onWarning(event, error);
    }
  }

  async function missingFolders(transitions: readonly FileTransition[]): Promise<string[]> {
    const folders = createFolders(disk);
    try {
      return await folders.missing(transitions.filter(({ after }) => after).map((item) => path.dirname(item.path)));
    } finally {
      await folders.close();
    }
  }

  function changedMeanwhile(file: string): ToolError {
    return new ToolError(
      "CONFLICT",
      `${workspace.displayPath(file)} changed meanwhile; nothing was changed.`,
      "Read it again and repeat the change.",
    );
  }

  function undo(undoId: string, options: ApplyOptions): Promise<{ files: readonly string[] }> {
    return inTurn(options, async (limited) => {
      checkPolicy();
      const record = await undoStore.read(undoId);
      const transitions: FileTransition[] = [];
      const protectedFiles: string[] = [];
      const looked = await inParallel(record.files, async (file) => ({
        ...file,
        location: await workspace.resolve(file.path),
        current: await currentState(file.path, { workspace, disk }),
      }));
      for (const { path: file, before, after, location, current } of looked) {
        if (isSame(current?.state, before)) continue;
        if (current?.etag !== after) throw changedMeanwhile(file);
        if (deps.isProtected(location)) protectedFiles.push(location.absolute);
        transitions.push({ path: file, ...(current && { before: current.state }), ...(before && { after: before }) });
      }
      if (transitions.length > 0) {
        const batch = {
          id: newId("r"),
          title: `Undo: ${record.title}`,
          kind: "undo",
          changes: transitions.flatMap(changeOf),
          transitions,
          // What the user once allowed may be taken back the same way only.
          protectedFiles,
          emptyFolders: [...record.madeFolders].reverse(),
        } as const;
        await change(batch, limited);
      }
      await ignoringErrors("undo.remove", () => undoStore.remove(undoId));
      return { files: record.files.map((file) => file.path) };
    });
  }

  async function perform<T>(
    { title, files: written = [], lasting = false }: OtherWork,
    options: ApplyOptions,
    run: (options: ApplyOptions) => Promise<T>,
  ): Promise<T> {
    checkPolicy(options.caller);
    const guarded = written.filter((file) => {
      const root = rootOf(workspace.roots, file);
      return root !== undefined && deps.isProtected({ root, relative: relativeTo(root, file) });
    });
    checkProtected(guarded);
    if (lasting && !target.isEditor) {
      throw new ToolError(
        "PROTECTED_PATH",
        `No call takes this back: ${title}. Nothing was changed.`,
        "Ask the user to do it, in VS Code or in a terminal.",
      );
    }
    return inTurn(options, async (limited) => {
      if (policy() === "ask" || lasting || guarded.length > 0) {
        await target.confirm?.({ title, protectedFiles: guarded, lasting }, limited);
      }
      return run(limited);
    });
  }

  async function permit(title: string, options: ApplyOptions): Promise<void> {
    if (policy() === "off") {
      throw new ToolError(
        "NOT_PERMITTED",
        "Edits are turned off, and this could change something elsewhere; nothing was sent.",
        "Only the user can allow it: setting langflowConnect.edits, or LFC_EDITS of the server.",
      );
    }
    if (policy() === "ask")
      await inTurn(options, async (limited) =>
        target.confirm?.({ title, protectedFiles: [], lasting: false }, limited),
      );
  }

  async function createFolder(location: WorkspacePath, options: ApplyOptions): Promise<boolean> {
    checkPolicy();
    if (deps.isProtected(location)) throw protectedError([location.absolute]);
    if (location.exists) {
      const folder = await disk.open(location.absolute).catch(() => undefined);
      if (!folder) throw new ToolError("CONFLICT", `${location.displayPath} is a file.`, "Choose another path.");
      await disk.close(folder);
      return false;
    }
    await checkNewPath(location);
    return perform({ title: `Create the folder ${location.displayPath}` }, options, async () => {
      const folders = createFolders(disk);
      try {
        await folders.make(await folders.missing([location.absolute]));
        return true;
      } catch (error) {
        await folders.removeMade();
        throw error;
      } finally {
        await folders.close();
      }
    });
  }

  const files = createFileEdits({ workspace, disk, edits: { resolve, plan } });
  return {
    resolve,
    files,
    plan,
    find: (planId) => plans.find(planId).plan,
    checkUnchanged,
    apply,
    undo,
    perform,
    permit,
    createFolder,
  };
}

function newId(kind: string): string {
  return `${kind}${randomBytes(9).toString("hex")}`;
}

/** Folders that a move may leave empty, innermost first. */
function sourceFolders(changes: readonly FileChange[], roots: readonly Root[]): string[] {
  const folders = new Set<string>();
  for (const change of changes) {
    if (change.kind !== "rename") continue;
    const root = rootOf(roots, change.path)?.path;
    for (let at = path.dirname(change.path); root && at.length > root.length; at = path.dirname(at)) folders.add(at);
  }
  return [...folders].sort((a, b) => b.length - a.length);
}

/** The change of an editor that a transition stands for; none for a binary file, which no editor contains as text. */
function changeOf({ path: file, before, after }: FileTransition): FileChange[] {
  if (!after) return before ? [{ kind: "delete", path: file }] : [];
  const text = textOf(after);
  if (text === undefined) return [];
  const old = before && textOf(before);
  if (old === undefined) return [{ kind: "create", path: file, text }];
  return [{ kind: "edit", path: file, edits: differenceOf(old, text) }];
}

/** Whether the editor's change is in a file: what is left of it there can also be the work of somebody else. */
function isMadeBy(
  { path: file, before, after }: FileTransition,
  { current, leftOut }: { readonly current: FileState | undefined; readonly leftOut: LeftOut },
): boolean {
  if (isSame(current, before)) return false;
  if (isSame(current, after)) return true;
  // The edits of a text are made whole or not at all by an edit that fails, and a new file always is.
  return !leftOut.failed && (before !== undefined || !leftOut.paths.includes(file));
}

function isSame(first: FileState | undefined, second: FileState | undefined): boolean {
  return first && second ? first.bytes.equals(second.bytes) : first === second;
}

function textOf({ bytes }: FileState): string | undefined {
  try {
    return decodeText(bytes).text;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
