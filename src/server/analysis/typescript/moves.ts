import path from "node:path/posix";
import { ToolError } from "../../platform/errors.ts";
import type { FileChange } from "../../workspace/edits/changes.ts";
import type { View } from "./engine.ts";
import { changesOf, formatFor, preferences } from "./textChanges.ts";
import { keyOf, slashed } from "./ts.ts";
import type { ts } from "./ts.ts";

const maxMoved = 2000;

/** Moves a file or folder and updates every import of it, and every import in it. */
export function movePath(view: View, fromPath: string, toPath: string): FileChange[] {
  const [from, to] = [slashed(fromPath), slashed(toPath)];
  const isFolder = view.files.folders.kindOf(from) === "folder";
  if (view.files.exists(to) || view.files.folders.kindOf(to) !== undefined) {
    throw new ToolError("CONFLICT", `${view.displayPath(to)} exists.`, "Choose a path that is free.");
  }
  if (isFolder && to.startsWith(`${from}/`)) {
    throw new ToolError("INVALID_ARGUMENT", "A folder cannot move into itself.", "Choose a path outside it.");
  }
  if (!isFolder && !view.files.exists(from)) {
    throw new ToolError(
      "NOT_A_REGULAR_FILE",
      `${view.displayPath(from)} is neither a file nor a folder.`,
      "Choose a file; list_directory shows the kinds.",
    );
  }
  const moved = new Map(
    (isFolder ? filesBelow(view, from) : [from]).map((file) => [file, to + file.slice(from.length)]),
  );
  const edits = new Map<string, ts.FileTextChanges>();
  for (const project of view.projects) {
    const text = view.files.text(isFolder ? (project.spec.fileNames[0] ?? "") : from) ?? "";
    // A project that has none of it can still name it in its tsconfig or import it.
    for (const change of project.service.getEditsForFileRename(from, to, formatFor(text), preferences)) {
      const key = keyOf(slashed(change.fileName));
      if (!edits.has(key)) edits.set(key, change);
    }
  }
  const changes = changesOf(view, [...edits.values()]);
  const inMoved = new Map(changes.map((change) => [change.path, change.kind === "edit" ? change.edits : []]));
  return [
    ...[...moved].map(([file, target]): FileChange => ({
      kind: "rename",
      path: file,
      to: target,
      edits: inMoved.get(file) ?? [],
    })),
    ...changes.filter((change) => !moved.has(change.path)),
  ];
}

function filesBelow(view: View, folder: string): string[] {
  const found: string[] = [];
  const visit = (at: string): void => {
    const { files, folders } = view.files.list(at);
    for (const name of files) found.push(path.join(at, name));
    if (found.length > maxMoved) {
      throw new ToolError("TOO_LARGE", `The folder has more than ${maxMoved} files.`, "Move its folders one by one.");
    }
    for (const name of folders) visit(path.join(at, name));
  };
  visit(folder);
  if (found.length > 0) return found.sort();
  throw new ToolError(
    "NOT_FOUND",
    `${view.displayPath(folder)} contains no files.`,
    "Give a file or a folder with files.",
  );
}
