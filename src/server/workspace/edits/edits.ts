import type { Caller } from "../../platform/call.ts";
import type { FileChange } from "./changes.ts";
import type { WorkspacePath } from "../paths/paths.ts";

/** What happens when a tool wants to write: the user is asked in the editor, it is done at once, or refused. */
export type EditPolicy = "ask" | "auto" | "off";

/** A set of changes that was looked at and can be applied once. */
export interface EditPlan {
  readonly id: string;
  /** What the user reads in Refactor Preview, such as "Rename Client to Connection". */
  readonly title: string;
  readonly expiresAt: Date;
  readonly changes: readonly FileChange[];
  /** etag of each touched file that existed when the plan was made; apply refuses when one differs. */
  readonly before: ReadonlyMap<string, string>;
  /** Absolute paths that only the user may let a tool write; without that, apply refuses. */
  readonly protectedFiles: readonly string[];
  /** Why the plan may not be what its caller wants; `apply_edits` writes it only when they are accepted. */
  readonly conflicts: readonly PlanConflict[];
}

export interface PlanConflict {
  /** As callers see it. */
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

export interface ApplyOptions {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** When the call came in; the time that it may take counts from then. */
  readonly arrivedAt: Date;
}

export interface Applied {
  readonly undoId: string;
  /** Absolute paths that were written, made, moved or deleted. */
  readonly files: readonly string[];
  /** Those of the files that are there now, by absolute path. */
  readonly etags: ReadonlyMap<string, string>;
}

/** A piece of text and what comes instead of it. */
export interface Replacement {
  readonly oldText: string;
  readonly newText: string;
  readonly all: boolean;
}

/** Plans for one file by what callers say about it. Line endings of the file are kept: callers write LF. */
export interface FileEdits {
  /** The whole text: a new file, or an existing one whose etag is given unless `overwrite`. */
  write(request: WriteRequest): Promise<EditPlan>;
  replace(request: {
    readonly path: string;
    readonly ifMatch?: string | undefined;
    readonly replacements: readonly Replacement[];
  }): Promise<EditPlan>;
  remove(request: { readonly path: string; readonly ifMatch: string }): Promise<EditPlan>;
}

export interface WriteRequest {
  readonly path: string;
  readonly content: string;
  readonly ifMatch?: string | undefined;
  readonly overwrite: boolean;
}

/** The only way to the disk or the editor for everything that writes. */
export interface Edits {
  /** A caller's path as a location that tools may write, existing or not; refuses protected files and every one when off. */
  resolve(path: string): Promise<WorkspacePath>;
  readonly files: FileEdits;
  /** Reads every touched file and checks the changes against it. Paths may not lead out of the roots. */
  plan(title: string, changes: readonly FileChange[], conflicts?: readonly PlanConflict[]): Promise<EditPlan>;
  find(planId: string): EditPlan;
  /** Refuses a plan when a file of it is no longer as it was. */
  checkUnchanged(plan: EditPlan): Promise<void>;
  /**
   * All or nothing, and uses the plan up; in an editor whose user is asked, as much as they accept: throws Rejected and
   * PartlyApplied, of which callers that need the whole change know nothing.
   */
  apply(plan: EditPlan, options: ApplyOptions): Promise<Applied>;
  undo(undoId: string, options: ApplyOptions): Promise<{ readonly files: readonly string[] }>;
  /** Does what changes the workspace and is no edit of texts, such as a commit: in turn with the edits, and as far as the policy allows. */
  perform<T>(work: OtherWork, options: ApplyOptions, run: (options: ApplyOptions) => Promise<T>): Promise<T>;
  /**
   * For what changes nothing here and needs the consent of a change all the same: refused where edits are off, and asked
   * in an editor whose user wants to be asked. `title` is what they read.
   */
  permit(title: string, options: ApplyOptions): Promise<void>;
  /** Makes a folder and its parents; false when it was there. Protected paths are refused, an editor's too. */
  createFolder(location: WorkspacePath, options: ApplyOptions): Promise<boolean>;
}

export interface OtherWork {
  /** What the user reads who is asked, such as "Delete the branch fix". */
  readonly title: string;
  /** Absolute paths of the files that it writes. */
  readonly files?: readonly string[];
  /** It cannot be taken back: the user is asked in the editor whatever the policy, and elsewhere it is refused. */
  readonly lasting?: boolean;
}

/** What the user is asked about work that is no edit of a text. */
export interface Question {
  readonly title: string;
  readonly protectedFiles: readonly string[];
  readonly lasting: boolean;
}

/** A file's content; the rest is absent for a file that is new. */
export interface FileState {
  readonly bytes: Buffer;
  /** Permission bits. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** One path before and after: absent before for a new file, absent after for one that is deleted or moved away. */
export interface FileTransition {
  readonly path: string;
  readonly before?: FileState;
  readonly after?: FileState;
}

export interface EditBatch {
  readonly id: string;
  readonly title: string;
  readonly kind: "apply" | "undo";
  /** What an editor does; offsets are those of the current document texts. Binary files are in `transitions` only. */
  readonly changes: readonly FileChange[];
  /** The same as a disk sees it. */
  readonly transitions: readonly FileTransition[];
  readonly protectedFiles: readonly string[];
  /** Folders that are not there yet and are needed, outermost first. */
  readonly madeFolders: readonly string[];
  /** Folders to remove afterwards where they are empty, innermost first. */
  readonly emptyFolders: readonly string[];
}

/**
 * Where changes land. Headless: journal, temporary files, rename. In VS Code: one workspace edit that the user sees in
 * Refactor Preview when `langflowConnect.edits` is "ask".
 */
export interface EditTarget {
  /**
   * The target is an editor: the user decides there about protected files, whatever the policy (elsewhere they are
   * refused), and what it saves may differ from the bytes of the change, since it can format on saving.
   */
  readonly isEditor: boolean;
  /**
   * All or nothing; resolves once `documents` gives the new texts. `signal` counts until the change is made. An editor
   * throws Rejected for the user's no, and LeftOut when not all of it was made.
   */
  apply(batch: EditBatch, options: ApplyOptions): Promise<void>;
  /** Asks the user about something that is no edit of a text; throws the refusal. Only where the policy can be "ask". */
  confirm?(question: Question, options: ApplyOptions): Promise<void>;
  /** Ends what an earlier failure left half made. Throws while that is not possible. */
  settle?(): Promise<void>;
}
