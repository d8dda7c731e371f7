import path from "node:path";
import { FileType, Uri, window, workspace } from "vscode";
import { toolPath } from "../../support/toolPaths.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { activeFile, nameAtCursor } from "./cursor.ts";
import { previewPlan } from "./previewPlan.ts";

/** The symbol at the cursor goes to another file, which may be a new one. */
export async function previewMove(server: WindowServer): Promise<void> {
  const { editor, path: from } = activeFile();
  const { name, line, column } = nameAtCursor(editor);
  const to = await askTarget(editor.document.uri, from, name);
  if (to !== undefined) await previewPlan(server, { operation: "move_symbol", path: from, line, column, to });
}

/** The file or folder that the explorer names, or the file of the editor. */
export async function previewMovePath(server: WindowServer, argument?: unknown): Promise<void> {
  const from = argument instanceof Uri ? toolPath(argument) : activeFile().path;
  if (!from) throw new Error("Choose a file or folder inside the workspace.");
  const isFolder = argument instanceof Uri && ((await workspace.fs.stat(argument)).type & FileType.Directory) !== 0;
  const start = from.lastIndexOf("/") + 1;
  const { ext } = path.posix.parse(from);
  const to = await askPath({
    prompt: `Move ${from} to`,
    value: from,
    selection: [start, isFolder || start + ext.length === from.length ? from.length : from.length - ext.length],
    from,
  });
  if (to !== undefined) await previewPlan(server, { operation: "move_path", path: from, to });
}

const newFile = "$(new-file) New file…";

async function askTarget(uri: Uri, from: string, name: string): Promise<string | undefined> {
  const others = codeFilesLike(uri).then((files) => {
    const paths = files.flatMap((file) => toolPath(file) ?? []).filter((file) => file !== from);
    const nearFirst = paths.sort((a, b) => distance(from, a) - distance(from, b) || a.localeCompare(b));
    return [newFile, ...nearFirst];
  });
  const title = `Move ${name} to which file?`;
  const choice = await window.showQuickPick(others, { title });
  if (choice !== newFile) return choice;
  const { dir, ext } = path.posix.parse(from);
  const start = dir === "" ? 0 : dir.length + 1;
  const value = path.posix.join(dir, `${name.replace(/^[#$_]+/, "")}${ext}`);
  return askPath({ prompt: `New file for ${name}`, value, selection: [start, value.length - ext.length], from });
}

/** Files of the same language: code moves between those. */
function codeFilesLike(uri: Uri): Thenable<Uri[]> {
  const endings = /\.[cm]?jsx?$/.test(uri.path) ? "js,jsx,mjs,cjs" : "ts,tsx,mts,cts";
  return workspace.findFiles(`**/*.{${endings}}`, "{**/node_modules/**,**/*.d.{ts,mts,cts}}");
}

/** How many folders lie between two files. */
function distance(from: string, to: string): number {
  const between = path.posix.relative(path.posix.dirname(from), path.posix.dirname(to));
  return between === "" ? 0 : between.split("/").length;
}

interface AskedPath {
  readonly prompt: string;
  readonly value: string;
  readonly selection: readonly [start: number, end: number];
  readonly from: string;
}

async function askPath({ prompt, value, selection: [start, end], from }: AskedPath): Promise<string | undefined> {
  const validateInput = (text: string) => {
    if (text.trim() === "") return "Give a path inside the workspace.";
    return text.trim() === from ? "It is there already: give another path." : undefined;
  };
  const given = await window.showInputBox({ prompt, value, valueSelection: [start, end], validateInput });
  return given?.trim();
}
