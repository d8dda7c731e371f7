import { window } from "vscode";
import type { TextEditor } from "vscode";
import { callTool, isRecord } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";
import { UserError } from "../../server/userError.ts";
import { toolPath } from "../../support/toolPaths.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import { goOnOver, showRest } from "./planConcerns.ts";

export async function previewRename(server: WindowServer): Promise<void> {
  const { editor, path } = activeFile();
  const { document, selection } = editor;
  const word = document.getWordRangeAtPosition(selection.active);
  if (!word) throw new Error("Put the cursor on a name first.");
  const name = document.getText(word);
  const newName = await askName(name, "New name", name.startsWith("#") ? privateName : plainName);
  if (newName === undefined) return;
  await preview(server, {
    operation: "rename_symbol",
    path,
    line: word.start.line + 1,
    column: word.start.character + 1,
    newName,
  });
}

const extractions = [
  { label: "Function", operation: "extract_function" },
  { label: "Constant", operation: "extract_constant" },
] as const;

/** Of the selection; of a finding's code when it comes from its quick fix. */
export async function previewExtract(server: WindowServer, argument?: unknown): Promise<void> {
  if (isRecord(argument) && isRecord(argument["range"])) {
    const newName = await askName("newFunction", "Name of the new function", plainName);
    if (newName !== undefined) await preview(server, { ...argument, newName });
    return;
  }
  const { editor, path } = activeFile();
  const { start, end, isEmpty } = editor.selection;
  if (isEmpty) throw new Error("Select the code to extract first.");
  const choice = await window.showQuickPick(extractions, { title: "Extract the selection into a new…" });
  if (!choice) return;
  const newName = await askName(`new${choice.label}`, `Name of the new ${choice.label.toLowerCase()}`, plainName);
  if (newName === undefined) return;
  const range = {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
  await preview(server, { operation: choice.operation, path, range, newName });
}

/** Plans the change by the same tool that flows use, and applies it: the editor shows Refactor Preview in between. */
async function preview(server: WindowServer, args: ToolAnswer): Promise<void> {
  const plan = await withProgress("Planning the change", ({ signal, report }) =>
    callTool(server, { name: "preview_refactoring", args, signal, progress: report }),
  );
  if (!(await goOnOver(plan))) return;
  const { signal } = new AbortController();
  // What the plan brings was shown just now, and Refactor Preview shows the rest.
  const wanted = { planId: plan["planId"], accept: ["errors", "conflicts"] };
  try {
    await callTool(server, { name: "apply_edits", args: wanted, signal, progress: () => undefined });
  } catch (error) {
    // Closing one's own preview is no failure.
    if (error instanceof UserError && error.code === "CANCELLED") return;
    throw error;
  }
  await showRest(plan);
}

function activeFile(): { editor: TextEditor; path: string } {
  const editor = window.activeTextEditor;
  const path = editor && toolPath(editor.document.uri);
  if (!editor || path === undefined) throw new Error("Open a file of the workspace first.");
  return { editor, path };
}

const plainName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const privateName = /^#[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function askName(value: string, prompt: string, valid: RegExp): Thenable<string | undefined> {
  const validateInput = (text: string) => (valid.test(text) ? undefined : "Give a valid name.");
  return window.showInputBox({ prompt, value, validateInput });
}
