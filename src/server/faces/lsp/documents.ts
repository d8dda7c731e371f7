import { realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { TextDocumentSyncKind, TextDocuments } from "vscode-languageserver/node";
import type { Connection } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Documents } from "../../workspace/texts/documents.ts";

export const documentSync = { openClose: true, change: TextDocumentSyncKind.Incremental, save: true } as const;

/**
 * Hands the editor's texts to the workspace. It is done at once within the notification, so that a tool call that
 * arrives after a key stroke reads it; only texts that differ from the disk count as the editor's.
 */
export function syncDocuments(connection: Connection, documents: Documents): void {
  const opened = new TextDocuments(TextDocument);
  const show = ({ document }: { document: TextDocument }) => {
    const file = filePath(document.uri);
    if (file !== undefined) documents.showEditorText(file, document.getText());
  };
  opened.onDidChangeContent(show);
  // What was typed while the save went on is in the document and not in the file.
  opened.onDidSave(show);
  opened.onDidClose(({ document }) => {
    const file = filePath(document.uri);
    if (file !== undefined) documents.closeEditorText(file);
  });
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
