import { realpathSync } from "node:fs";
import path from "node:path";
import { FileType, Uri, workspace } from "vscode";
import { rootNames } from "../../protocol/rootNames.ts";

/** Tool paths are relative to the root, and start with its name where there are several. */
export function locationOf(shown: string, folders = roots()): Uri | undefined {
  const [only] = folders;
  if (!only) return undefined;
  if (folders.length === 1) return Uri.joinPath(only.uri, shown);
  const [head, ...rest] = shown.split("/");
  const root = folders.find(({ name }) => name === head);
  return root && Uri.joinPath(root.uri, ...rest);
}

/** The path of a file as tools take it; nothing outside the workspace. */
export function toolPath(uri: Uri): string | undefined {
  const folder = uri.scheme === "file" ? workspace.getWorkspaceFolder(uri) : undefined;
  if (!folder) return undefined;
  const inside = path.relative(folder.uri.fsPath, uri.fsPath).split(path.sep).join("/");
  const folders = roots();
  const root = folders.find((each) => each.uri.toString() === folder.uri.toString());
  return folders.length > 1 && root ? `${root.name}/${inside}` : inside;
}

export interface Root {
  readonly uri: Uri;
  readonly name: string;
}

/** The folders with the names that the server has for them: those of the real folders, made unique. */
export function roots(): readonly Root[] {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const names = rootNames(folders.map(({ uri }) => path.basename(realPath(uri.fsPath))));
  return folders.map(({ uri }, at) => ({ uri, name: names[at] ?? "" }));
}

function realPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}

/** Only files: a folder has no line, and what is outside the workspace is not opened from a text that others wrote. */
export async function fileOf(shown: string, folders: readonly Root[]): Promise<Uri | undefined> {
  const uri = locationOf(shown, folders);
  if (!uri || !workspace.getWorkspaceFolder(uri)) return undefined;
  try {
    return (await workspace.fs.stat(uri)).type & FileType.File ? uri : undefined;
  } catch {
    return undefined;
  }
}
