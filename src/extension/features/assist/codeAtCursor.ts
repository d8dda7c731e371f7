import { DocumentSymbol, commands, window } from "vscode";
import type { TextEditor } from "vscode";
import { toolPath } from "../../support/toolPaths.ts";

export interface CodeAtCursor {
  readonly path: string;
  /** The selected lines, from 1; absent without a selection. */
  readonly lines?: { readonly from: number; readonly to: number };
  /** Name path of the innermost class, function or method around the cursor. */
  readonly symbol?: string;
}

export async function codeAtCursor(): Promise<CodeAtCursor> {
  const editor = window.activeTextEditor;
  const path = editor && toolPath(editor.document.uri);
  if (!editor || path === undefined) throw new Error("Open a file of the workspace first.");
  const { selection } = editor;
  // A selection that ends at the start of a line does not mean that line.
  const last = selection.end.character === 0 && !selection.isEmpty ? selection.end.line - 1 : selection.end.line;
  if (!selection.isEmpty) return { path, lines: { from: selection.start.line + 1, to: last + 1 } };
  const symbol = await symbolAround(editor);
  return { path, ...(symbol !== undefined && { symbol }) };
}

async function symbolAround({ document, selection }: TextEditor): Promise<string | undefined> {
  const found = await commands.executeCommand<unknown>("vscode.executeDocumentSymbolProvider", document.uri);
  let level = symbolsIn(found);
  const names: string[] = [];
  for (;;) {
    const inner = level.find(({ range }) => range.contains(selection.active));
    // What is declared inside of a function is asked about with it.
    if (!inner || !/^[\w$#]+$/.test(inner.name)) break;
    names.push(inner.name);
    level = inner.children.filter(({ children }) => children.length > 0 || names.length < 2);
  }
  return names.length === 0 ? undefined : names.slice(0, 2).join("/");
}

function symbolsIn(found: unknown): readonly DocumentSymbol[] {
  return Array.isArray(found) ? found.filter((each): each is DocumentSymbol => each instanceof DocumentSymbol) : [];
}
