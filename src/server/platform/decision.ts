import { ToolError } from "./errors.ts";

/** What was made of a change of files. */
interface MadeChange {
  readonly undoId: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Those of the files that are there now, by absolute path. */
  readonly etags: ReadonlyMap<string, string>;
}

/** The user discarded the change that they were shown: nothing was changed. */
export class Rejected extends ToolError {
  /** Why, in the user's words. */
  readonly comment: string | undefined;

  constructor(comment?: string) {
    super(
      "CONFLICT",
      "The user declined the change in Refactor Preview.",
      "Ask the user what to change instead.",
      comment === undefined ? {} : { comment },
    );
    this.name = "Rejected";
    this.comment = comment;
  }
}

/** Files that an editor did not change as it was asked to, as its target finds them. */
export class LeftOut extends Error {
  /** Absolute paths. */
  readonly paths: readonly string[];
  /** The editor failed in the middle; else the user left them out. */
  readonly failed: boolean;

  constructor({ paths, failed }: { readonly paths: readonly string[]; readonly failed: boolean }) {
    super("Not all of the change was made.");
    this.name = "LeftOut";
    this.paths = paths;
    this.failed = failed;
  }
}

/** The user left something out: what was made can be undone, and counts as made. */
export class PartlyApplied extends ToolError {
  readonly applied: MadeChange;
  /** Absolute paths of files that do not have all of the change. */
  readonly left: readonly string[];

  constructor(applied: MadeChange, left: readonly string[], displayPath: (absolute: string) => string) {
    super(
      "CONFLICT",
      `The user applied only a part of the change and left out: ${named(left, displayPath)}.`,
      "Read the files again before going on; undo_edits takes back what was applied.",
      { undoId: applied.undoId },
    );
    this.name = "PartlyApplied";
    this.applied = applied;
    this.left = left;
  }
}

/** What became of a change that an editor did not make whole. Nothing is a rejection, whatever the editor called it. */
export function incompleteChange(
  { paths, failed }: LeftOut,
  applied: MadeChange,
  displayPath: (absolute: string) => string,
): ToolError {
  if (!failed) return applied.files.length === 0 ? new Rejected() : new PartlyApplied(applied, paths, displayPath);
  const { undoId, files } = applied;
  // VS Code takes nothing back.
  return new ToolError(
    "CONFLICT",
    `The editor failed in the middle of the change; it is not in: ${named(paths, displayPath)}.`,
    "Call undo_edits with this undoId, then read the files again.",
    { undoId, files: files.slice(0, 100).map(displayPath) },
  );
}

function named(paths: readonly string[], displayPath: (absolute: string) => string): string {
  const names = paths.slice(0, 5).map(displayPath);
  return names.join(", ") + (paths.length > names.length ? ` and ${String(paths.length - names.length)} more` : "");
}
