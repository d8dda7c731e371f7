import path from "node:path/posix";
import type { FileChange } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { isTopLevel } from "../move/moved.ts";
import { movePath } from "../movePath/movePath.ts";
import type { MovedPath } from "../movePath/movePath.ts";
import { resolved, symbolOf } from "../nameUses.ts";
import { compilerName, fileNameOf } from "../scriptFiles.ts";
import type { Located } from "../symbols.ts";
import { keyOf, nodeAt, ts } from "../ts.ts";
import { followingStem, isNamedAfter, stemAndEnding } from "./fileNames.ts";

interface Renaming {
  readonly oldName: string;
  readonly newName: string;
  /** The edits of the rename. */
  readonly changes: readonly FileChange[];
  /** Absolute paths of files that may not be written. */
  readonly leave?: readonly string[] | undefined;
}

export interface RenamedFile extends MovedPath {
  /** From where to where; absent when the file keeps its name. */
  readonly moved?: { readonly from: string; readonly to: string };
}

/** The rename together with the move of the file that is named after the symbol, and of those beside it that follow it. */
export function withFile(view: View, located: Located, renaming: Renaming): RenamedFile {
  const { oldName, changes, leave } = renaming;
  const declaring = filesRenamedIn(located, renaming);
  const from = declaring.find((file) => isNamedAfter(stemOf(file), oldName));
  if (from === undefined) {
    const where = view.displayPath(fileNameOf(declaring[0] ?? located.file.fileName));
    const note = `${where} is not named after ${oldName}: only the symbol is renamed.`;
    return { changes, notes: [note], mentions: [] };
  }
  const stem = followingStem(stemOf(from), renaming, [stemsBeside(view, from), stemsOfAll(view)]);
  if (stem === stemOf(from)) return { changes, notes: [], mentions: [] };
  const renamed = (file: string) => path.join(path.dirname(file), stem + endingOf(file));
  const along = companionsOf(view, from);
  const { notes, ...plan } = movePath(view, {
    from,
    to: renamed(from),
    along: new Map(along.map((file) => [file, renamed(file)])),
    leave,
  });
  const names = along.map((file) => view.displayPath(file));
  return {
    mentions: plan.mentions,
    changes: together(changes, plan.changes),
    notes: [...(names.length > 0 ? [`Also renames ${names.join(", ")} in the same way.`] : []), ...notes],
    moved: { from, to: renamed(from) },
  };
}

function stemOf(file: string): string {
  return stemAndEnding(path.basename(file))[0];
}

function endingOf(file: string): string {
  return stemAndEnding(path.basename(file))[1];
}

/** The files at whose top the symbol is declared, or exported, under the name that is renamed there. */
function filesRenamedIn({ project, file, position }: Located, { changes }: Renaming): string[] {
  const checker = project.program().getTypeChecker();
  const node = nodeAt(file, position);
  const symbol = ts.isIdentifier(node) ? symbolOf(checker, node) : undefined;
  const declarations = symbol ? [symbol, resolved(checker, symbol)].flatMap((one) => one.declarations ?? []) : [];
  const edited = new Map(changes.map((change) => [keyOf(compilerName(change.path)), change]));
  const found = declarations.flatMap((declaration) => {
    const { fileName } = declaration.getSourceFile();
    const name = ts.getNameOfDeclaration(declaration);
    const change = edited.get(keyOf(fileName));
    const isRenamed = change?.kind === "edit" && change.edits.some(({ start }) => start === name?.getStart());
    return isRenamed && isOfFile(declaration) ? [fileNameOf(fileName)] : [];
  });
  return [...new Set(found)];
}

function isOfFile(declaration: ts.Declaration): boolean {
  if (ts.isExportSpecifier(declaration)) return true;
  return isTopLevel(ts.isBindingElement(declaration) ? ts.walkUpBindingElementsAndPatterns(declaration) : declaration);
}

/** Tests, stories and styles that are named after the same thing. */
function companionsOf(view: View, file: string): string[] {
  const folder = path.dirname(file);
  const { files } = view.files.list(folder);
  return files
    .filter((base) => stemOf(base) === stemOf(file) && /^\.(?:test|spec|stories|module)\.\w+$/.test(endingOf(base)))
    .map((base) => path.join(folder, base))
    .filter((one) => one !== file)
    .sort();
}

function stemsBeside(view: View, file: string): string[] {
  return view.files.list(path.dirname(file)).files.map(stemOf);
}

function stemsOfAll(view: View): string[] {
  return view.projects.flatMap((project) =>
    project
      .program()
      .getSourceFiles()
      .filter(({ fileName }) => view.isOwn(fileName))
      .map(({ fileName }) => stemOf(fileName)),
  );
}

/** Two sets of changes of the same texts as one. */
function together(renames: readonly FileChange[], moves: readonly FileChange[]): FileChange[] {
  const moving = new Map(moves.map((change) => [keyOf(change.path), change]));
  const both = renames.map((change): FileChange => {
    const other = moving.get(keyOf(change.path));
    moving.delete(keyOf(change.path));
    if (!other || !("edits" in other) || !("edits" in change)) return change;
    return { ...other, edits: [...change.edits, ...other.edits].sort((a, b) => a.start - b.start) };
  });
  return [...both, ...moving.values()];
}
