import { window } from "vscode";
import type { TextEditor } from "vscode";
import { toolPath } from "../../support/toolPaths.ts";

export function activeFile(): { editor: TextEditor; path: string } {
  const editor = window.activeTextEditor;
  const path = editor && toolPath(editor.document.uri);
  if (!editor || path === undefined) throw new Error("Open a file of the workspace first.");
  return { editor, path };
}

/** Line and column start at 1, as tools take them. */
export function nameAtCursor({ document, selection }: TextEditor): { name: string; line: number; column: number } {
  const word = document.getWordRangeAtPosition(selection.active);
  if (!word) throw new Error("Put the cursor on a name first.");
  return { name: document.getText(word), line: word.start.line + 1, column: word.start.character + 1 };
}
