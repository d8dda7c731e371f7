import path from "node:path/posix";
import { ToolError } from "../../../platform/errors.ts";
import type { View } from "../engine.ts";
import { keyOf } from "../ts.ts";

/** What moves where: a file, with others or alone, or a folder with what is in it. */
export interface Moves {
  readonly from: string;
  readonly isFolder: boolean;
  /** Every file that moves → where it will be. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders in it that do not move: what an install makes again, and links. */
  readonly left: readonly string[];
  /** Where a path will be; the path itself when it does not move. */
  after(path: string): string;
  has(path: string): boolean;
}

const maxMoved = 2000;

export function movesOf(view: View, from: string, to: string, along: ReadonlyMap<string, string>): Moves {
  const isFolder = view.files.folders.kindOf(from) === "folder";
  const key = keyOf(from);
  const others = new Map([...along].map(([file, goal]) => [keyOf(file), goal]));
  const isInside = (file: string) => keyOf(file) === key || keyOf(file).startsWith(`${key}/`);
  const has = (file: string) => isInside(file) || others.has(keyOf(file));
  const after = (file: string) => (isInside(file) ? to + file.slice(from.length) : (others.get(keyOf(file)) ?? file));
  const left: string[] = [];
  const files = new Map(
    (isFolder ? filesBelow(view, from, left) : [from, ...along.keys()]).map((file) => [file, after(file)]),
  );
  return { from, isFolder, files, left, after, has };
}

function filesBelow(view: View, folder: string, left: string[]): string[] {
  const found: string[] = [];
  const visit = (at: string): void => {
    const { files, folders } = view.files.list(at);
    for (const name of files) found.push(path.join(at, name));
    if (found.length > maxMoved) {
      throw new ToolError("TOO_LARGE", `The folder has more than ${maxMoved} files.`, "Move its folders one by one.");
    }
    for (const name of folders) {
      const inner = path.join(at, name);
      if (staysBehind(view, inner)) left.push(inner);
      else visit(inner);
    }
  };
  visit(folder);
  if (found.length > 0) return found.sort();
  throw new ToolError(
    "NOT_FOUND",
    `${view.displayPath(folder)} contains no files.`,
    "Give a file or a folder with files.",
  );
}

/** What an install makes again, and what is elsewhere in truth. */
function staysBehind({ files }: View, folder: string): boolean {
  if (path.basename(folder) === "node_modules") return true;
  const plain = path.join(files.realpath(path.dirname(folder)), path.basename(folder));
  return keyOf(files.realpath(folder)) !== keyOf(plain);
}
