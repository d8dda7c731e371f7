import { window } from "vscode";
import { isRecord } from "../../server/callTool.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { activeFile, nameAtCursor } from "./cursor.ts";
import { previewPlan } from "./previewPlan.ts";

export async function previewRename(server: WindowServer): Promise<void> {
  const { editor, path } = activeFile();
  const { name, line, column } = nameAtCursor(editor);
  const newName = await askName(name, "New name", name.startsWith("#") ? privateName : plainName);
  if (newName !== undefined) await previewPlan(server, { operation: "rename_symbol", path, line, column, newName });
}

const extractions = [
  { label: "Function", operation: "extract_function" },
  { label: "Constant", operation: "extract_constant" },
] as const;

/** Of the selection; of a finding's code when it comes from its quick fix. */
export async function previewExtract(server: WindowServer, argument?: unknown): Promise<void> {
  if (isRecord(argument) && isRecord(argument["range"])) {
    const newName = await askName("newFunction", "Name of the new function", plainName);
    if (newName !== undefined) await previewPlan(server, { ...argument, newName });
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
  await previewPlan(server, { operation: choice.operation, path, range, newName });
}

const plainName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const privateName = /^#[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function askName(value: string, prompt: string, valid: RegExp): Thenable<string | undefined> {
  const validateInput = (text: string) => (valid.test(text) ? undefined : "Give a valid name.");
  return window.showInputBox({ prompt, value, validateInput });
}
