import { ToolError } from "../../../platform/errors.ts";
import type { ErrorCode } from "../../../platform/errors.ts";
import type { FileChange, TextEdit } from "../../../workspace/edits/changes.ts";
import type { Conflict } from "../answers.ts";
import type { View } from "../engine.ts";
import type { Project } from "../project.ts";
import { keyOf } from "../ts.ts";
import type { ts } from "../ts.ts";

/** An action of the compiler at a range, which is checked before and after the compiler works it out. */
export interface Conversion {
  readonly view: View;
  readonly project: Project;
  readonly file: ts.SourceFile;
  readonly range: ts.TextRange;
  /** What the compiler calls the action. */
  readonly title: string;
  /** What the caller wants extracted code to be called. */
  readonly newName: string | undefined;
}

/** What the compiler made of it, and what is to be said about it. */
export interface Converted {
  readonly changes: FileChange[];
  readonly conflicts: readonly Conflict[];
  readonly notes: readonly string[];
}

export function refusal(code: ErrorCode, message: string, remedy: string): ToolError {
  return new ToolError(code, message, remedy);
}

/** Where a node is, as callers see it. */
export function positionOf(view: View, node: ts.Node): string {
  const file = node.getSourceFile();
  return `${view.displayPath(file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}

export function conflictAt(view: View, node: ts.Node, message: string): Conflict {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { path: view.displayPath(file.fileName), line: line + 1, message };
}

/** What changes in one file. */
export function editsIn({ changes }: Pick<Converted, "changes">, file: ts.SourceFile): readonly TextEdit[] {
  const change = changes.find((one) => one.kind === "edit" && keyOf(one.path) === keyOf(file.fileName));
  return change?.kind === "edit" ? change.edits : [];
}

/** The changes with other edits in one file. */
export function withEdits(converted: Converted, file: ts.SourceFile, edits: readonly TextEdit[]): Converted {
  const changes = converted.changes.map((one): FileChange => {
    return one.kind === "edit" && keyOf(one.path) === keyOf(file.fileName) ? { ...one, edits } : one;
  });
  return { ...converted, changes };
}

/** The text of a node on one line, cut when it is long. */
export function quoted(node: ts.Node): string {
  const text = node.getText().replaceAll(/\s+/g, " ");
  return `\`${text.length > 40 ? `${text.slice(0, 39)}…` : text}\``;
}
