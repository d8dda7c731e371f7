import { window } from "vscode";
import type { TextEditor } from "vscode";
import { callTool, isRecord } from "../../server/callTool.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { toolPath } from "../../support/toolPaths.ts";

export interface CodeAtCursor {
  readonly path: string;
  /** The selected lines, from 1; absent without a selection. */
  readonly lines?: Lines;
  /** The innermost class, function or method around the cursor, by its name path. */
  readonly symbol?: string;
  readonly symbolLines?: Lines;
}

interface Lines {
  readonly from: number;
  readonly to: number;
}

export async function codeAtCursor(server: WindowServer): Promise<CodeAtCursor> {
  const editor = window.activeTextEditor;
  const path = editor && toolPath(editor.document.uri);
  if (!editor || path === undefined) throw new Error("Open a file of the workspace first.");
  const { selection } = editor;
  // A selection that ends at the start of a line does not mean that line.
  const last = selection.end.character === 0 && !selection.isEmpty ? selection.end.line - 1 : selection.end.line;
  if (!selection.isEmpty) return { path, lines: { from: selection.start.line + 1, to: last + 1 } };
  const symbol = await symbolAround(editor, { server, path });
  return { path, ...symbol };
}

interface Where {
  readonly server: WindowServer;
  readonly path: string;
}

/** By our own server: the language's own extension may still be starting, and then knows no symbols. */
async function symbolAround(
  { selection }: TextEditor,
  { server, path }: Where,
): Promise<Pick<CodeAtCursor, "symbol" | "symbolLines">> {
  const args = { path, kinds: ["class", "function", "method"], maxTokens: 100_000 };
  const { signal } = new AbortController();
  const call = { name: "extract_code_components", args, signal, progress: () => undefined };
  const answer = await callTool(server, call).catch((error: unknown) => {
    // A text that is no code is asked about as a file.
    if (error instanceof UserError) return {};
    throw error;
  });
  const [file] = recordsOf(Reflect.get(answer, "files"));
  const line = selection.active.line + 1;
  const around = recordsOf(file?.["components"]).filter(
    (each) => Number(each["line"]) <= line && Number(each["endLine"] ?? each["line"]) >= line,
  );
  // Each stands behind what it is in.
  const { name, line: from, endLine: to = from } = around.at(-1) ?? {};
  return typeof name === "string" ? { symbol: name, symbolLines: { from: Number(from), to: Number(to) } } : {};
}

function recordsOf(value: unknown) {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
