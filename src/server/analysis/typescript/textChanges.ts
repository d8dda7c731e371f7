import type { FileChange, TextEdit } from "../../workspace/edits/changes.ts";
import type { View } from "./engine.ts";
import { slashed, ts } from "./ts.ts";

/** The compiler's edits as our changes; a file that is not there yet is created. */
export function changesOf(view: View, edits: readonly ts.FileTextChanges[]): FileChange[] {
  const byFile = new Map<string, ts.TextChange[]>();
  for (const { fileName, textChanges } of edits) {
    const file = slashed(fileName);
    byFile.set(file, [...(byFile.get(file) ?? []), ...textChanges]);
  }
  return [...byFile].flatMap(([path, all]): FileChange[] => {
    if (!view.files.exists(path)) return [{ kind: "create", path, text: all.map(({ newText }) => newText).join("") }];
    const text = view.files.text(path) ?? "";
    const needed = all.map(editOf).filter(({ start, end, newText }) => text.slice(start, end) !== newText);
    return needed.length > 0 ? [{ kind: "edit", path, edits: needed.sort((a, b) => a.start - b.start) }] : [];
  });
}

function editOf({ span, newText }: ts.TextChange): TextEdit {
  return { start: span.start, end: span.start + span.length, newText };
}

export function newLineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Formatting that fits the file: its line ends and its indentation. */
export function formatFor(text: string): ts.FormatCodeSettings {
  const indent = /^(\t| {2,8})\S/m.exec(text)?.[1] ?? "  ";
  return {
    ...ts.getDefaultFormatCodeSettings(newLineOf(text)),
    indentSize: indent === "\t" ? 4 : indent.length,
    tabSize: indent === "\t" ? 4 : indent.length,
    convertTabsToSpaces: indent !== "\t",
    semicolons: ts.SemicolonPreference.Ignore,
  };
}

export const preferences: ts.UserPreferences = {
  allowTextChangesInNewFiles: true,
  allowRenameOfImportPath: true,
  providePrefixAndSuffixTextForRename: false,
  provideRefactorNotApplicableReason: true,
  quotePreference: "auto",
};
