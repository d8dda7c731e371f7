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
 * arrives after a key stroke reads it; only texts that differ from the disk count as the editor's. A key stroke itself
 * looks at no disk: where a file is was found out when it was opened.
 */
export function syncDocuments(connection: Connection, documents: Documents): TextDocuments<TextDocument> {
  const opened = new TextDocuments(TextDocument);
  /** Where each open document is, by its URI. */
  const files = new Map<string, string>();
  const show = (document: TextDocument) => {
    const { uri } = document;
    const [before, file] = [files.get(uri), filePath(uri)];
    if (before !== undefined && before !== file) documents.closeEditorText(before);
    if (file === undefined) return;
    files.set(uri, file);
    documents.showEditorText(file, document.getText());
  };
  // Comes when a document is opened too.
  opened.onDidChangeContent(({ document }) => {
    const file = files.get(document.uri);
    if (file === undefined) show(document);
    else documents.typeEditorText(file, document.getText());
  });
  // What was typed while the save went on is in the document and not in the file.
  opened.onDidSave(({ document }) => show(document));
  opened.onDidClose(({ document: { uri } }) => {
    const file = files.get(uri);
    files.delete(uri);
    if (file !== undefined) documents.closeEditorText(file);
  });
  opened.listen(connection);
  return opened;
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
