import { readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { TextDocumentSyncKind, TextDocuments } from "vscode-languageserver/node";
import type { Connection } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Documents } from "../../workspace/documents.ts";

export const documentSync = { openClose: true, change: TextDocumentSyncKind.Incremental, save: true } as const;

/**
 * Hands the editor's texts to the workspace. It is done at once within the notification, so that a tool call that
 * arrives after a key stroke reads it; only texts that differ from the disk count as the editor's.
 */
export function syncDocuments(connection: Connection, documents: Documents): void {
  const opened = new TextDocuments(TextDocument);
  opened.onDidChangeContent(({ document }) => {
    const file = filePath(document.uri);
    if (file === undefined) return;
    const text = document.getText();
    if (sameAsDisk(file, text)) documents.closeEditorText(file);
    else documents.setEditorText(file, text);
  });
  const forget = ({ document }: { document: TextDocument }) => {
    const file = filePath(document.uri);
    if (file !== undefined) documents.closeEditorText(file);
  };
  opened.onDidSave(forget);
  opened.onDidClose(forget);
  opened.listen(connection);
}

/** The path as the workspace knows it, links resolved; nothing for what is no file. */
export function filePath(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  const file = fileURLToPath(uri);
  try {
    return realpathSync.native(file);
  } catch {
    return realParent(file);
  }
}

function realParent(file: string): string {
  try {
    return path.join(realpathSync.native(path.dirname(file)), path.basename(file));
  } catch {
    return file;
  }
}

/** VS Code drops the byte order mark and gives a file with mixed line ends one kind. */
function sameAsDisk(file: string, text: string): boolean {
  try {
    return plain(readFileSync(file, "utf8")) === plain(text);
  } catch {
    return false;
  }
}

function plain(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}
