import type { FileChange, TextEdit } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { forkProgram, textsAfter } from "../fork.ts";
import type { Project } from "../project.ts";
import { offsetAfter, wordsOf } from "../renaming.ts";
import { keyOf, nodeAt, ts } from "../ts.ts";
import type { Naming } from "./edits.ts";
import { expectedBy } from "./expected.ts";

/** A string that follows can be what another one is checked against. */
const maxRounds = 4;

/**
 * Strings that are checked against the names of properties: one follows when its type had the old name, and has the new one
 * instead on a copy where the rest is renamed.
 */
export function followLiterals(view: View, naming: Naming): void {
  for (let round = 0; round < maxRounds; round++) if (!followOnce(view, naming)) return;
}

function followOnce(view: View, naming: Naming): boolean {
  const found = view.projects.flatMap((project) => followersIn(view, project, naming));
  for (const [path, edit] of found) naming.edits.add(path, edit);
  return found.length > 0;
}

function followersIn(view: View, project: Project, { oldName, newName, edits }: Naming): [path: string, TextEdit][] {
  const base = project.program();
  const changes = edits.changes();
  const expecting = base
    .getSourceFiles()
    .filter(({ fileName }) => view.isOwn(fileName))
    .flatMap((file) => literalsIn(file, oldName))
    .filter((literal) => {
      if (edits.has(literal.getSourceFile().fileName, literal.getStart() + 1)) return false;
      const was = expectedBy(base.getTypeChecker(), literal);
      return was?.(oldName) === true && !was(newName);
    });
  if (expecting.length === 0) return [];
  const fork = forkProgram(view, project, textsAfter(view, changes));
  return expecting.flatMap((literal): [string, TextEdit][] => {
    const { fileName } = literal.getSourceFile();
    const start = literal.getStart() + 1;
    const same = literalAfter(fork, changes, literal);
    const is = same && expectedBy(fork.getTypeChecker(), same);
    if (is?.(newName) !== true || is(oldName)) return [];
    return [[fileName, { start, end: start + oldName.length, newText: newName }]];
  });
}

/** The same string on the copy. */
function literalAfter(
  fork: ts.Program,
  changes: readonly FileChange[],
  literal: ts.StringLiteralLike,
): ts.StringLiteralLike | undefined {
  const { fileName } = literal.getSourceFile();
  const ofFile = changes.find(({ path }) => keyOf(path) === keyOf(fileName));
  const file = fork.getSourceFile(fileName);
  const node = file && nodeAt(file, offsetAfter(ofFile?.kind === "edit" ? ofFile.edits : [], literal.getStart()));
  return node && ts.isStringLiteralLike(node) ? node : undefined;
}

function literalsIn(file: ts.SourceFile, name: string): ts.StringLiteralLike[] {
  return [...file.text.matchAll(wordsOf([name]))].flatMap(({ index }) => {
    if (!/["'`]/.test(file.text[index - 1] ?? "")) return [];
    const node = nodeAt(file, index - 1);
    return ts.isStringLiteralLike(node) && node.text === name && node.getStart(file) === index - 1 ? [node] : [];
  });
}
