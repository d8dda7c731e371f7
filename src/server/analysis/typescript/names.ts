import { isJavaScript } from "../syntax/tsParse.ts";
import type { FileChange, TextEdit } from "../../workspace/edits/changes.ts";
import type { Conflict } from "./answers.ts";
import type { View } from "./engine.ts";
import { exported, exportOf, isInAmbient, isObject, starExporters } from "./exportedNames.ts";
import { forkProgram, textsAfter } from "./fork.ts";
import { hasEscaped, isPlain, isShorthand, namesIn, scopeOf } from "./nameUses.ts";
import type { NamesInFile, NameUse } from "./nameUses.ts";
import { isSpecial, offsetAfter, renamingOf, variableIn, wordsOf } from "./renaming.ts";
import type { Renaming } from "./renaming.ts";
import { cancelCompiler, keyOf, nodeAt, resolvedIn, ts } from "./ts.ts";

/** What a rename does to the meaning of names, worked out on a copy. */
export interface NamesCheck {
  /** Names that would mean something else. */
  readonly conflicts: readonly Conflict[];
  /** Every name means what it meant, and nothing else of the rename can matter to a type. */
  readonly sure: boolean;
  /** Own files that have one of the names. */
  readonly files: number;
}

export type CheckNames = (view: View, changes: readonly FileChange[]) => NamesCheck | undefined;

/** Remembers the last check while no file changes: a plan's diagnostics are asked for right after its conflicts. */
export function createNamesCheck(): CheckNames {
  let kept: { readonly key: string; readonly check: NamesCheck | undefined } | undefined;
  return (view, changes) => {
    const key = JSON.stringify([view.files.generation, changes]);
    if (kept?.key !== key) kept = { key, check: checkNames(view, changes) };
    return kept.check;
  };
}

const maxConflicts = 20;

/**
 * Scope and imports decide what a name means without any type. When each identifier with the old or the new name still
 * means what it meant, the type checker sees the same program as before, but for the exceptions that make it unsure.
 * Undefined for changes that are no rename.
 */
function checkNames(view: View, changes: readonly FileChange[]): NamesCheck | undefined {
  const renaming = renamingOf(view, changes);
  if (!renaming) return undefined;
  const after = textsAfter(view, changes);
  const found: Found = { conflicts: new Map(), files: new Set(), sure: true };
  for (const project of view.projects) {
    const base = project.program();
    if (![...after.keys()].some((file) => base.getSourceFile(file))) continue;
    checkProject({ view, renaming, base, fork: forkProgram(view, project, after), found });
  }
  const conflicts = [...found.conflicts.values()].slice(0, maxConflicts);
  return { conflicts, sure: found.sure && conflicts.length === 0, files: found.files.size };
}

interface Found {
  readonly conflicts: Map<string, Conflict>;
  readonly files: Set<string>;
  sure: boolean;
}

interface Check {
  readonly view: View;
  readonly renaming: Renaming;
  readonly base: ts.Program;
  readonly fork: ts.Program;
  readonly found: Found;
}

function checkProject(check: Check): void {
  const { view, renaming, base, fork, found } = check;
  const { from, to } = renaming;
  const options = base.getCompilerOptions();
  const isGlobal = resolvedIn(base.getTypeChecker(), to) !== undefined;
  if (isGlobal || isSpecial(from, options) || isSpecial(to, options)) found.sure = false;
  const words = wordsOf([from, to]);
  const mentioning: ts.SourceFile[] = [];
  let isTaken = false;
  for (const file of base.getSourceFiles()) {
    if (base.isSourceFileDefaultLibrary(file)) continue;
    if (view.context.isCancelled()) cancelCompiler();
    if (hasEscaped(file, [from, to])) found.sure = false;
    if (file.text.search(words) === -1) continue;
    mentioning.push(file);
    if (view.isOwn(file.fileName)) found.files.add(keyOf(file.fileName));
    const now = fork.getSourceFile(file.fileName);
    if (!now) found.sure = false;
    else if (compareFile(check, words, file, now)) isTaken = true;
  }
  // A declaration file must be able to write every type's name, and another thing of that name could be in the way.
  const { declaration, composite, stableTypeOrdering } = options;
  if (((declaration ?? composite) && isTaken) || stableTypeOrdering) found.sure = false;
  compareExports(check, mentioning);
}

/** Adds what differs in a file; says whether it had the new name before. */
function compareFile(check: Check, words: RegExp, file: ts.SourceFile, now: ts.SourceFile): boolean {
  const { base, fork, renaming, found } = check;
  const before = namesIn(file, base.getTypeChecker(), words);
  const after = namesIn(now, fork.getTypeChecker(), words);
  const edits = editsOf(renaming, file);
  const isTaken = before.uses.some(({ node }) => node.text === renaming.to);
  if (before.hasOdd || (before.hasError && isTaken) || file.text.includes("@jsx")) found.sure = false;
  if (edits.length > 0 && !isPlainEdit(check, { file, now, before })) found.sure = false;
  const usesAfter = new Map(after.uses.map((use) => [use.start, use]));
  for (const use of before.uses) {
    const edit = edits.find(({ start }) => start === use.start);
    const start = offsetAfter(edits, use.start) + variableIn(edit?.newText ?? "");
    const useNow = usesAfter.get(start);
    usesAfter.delete(start);
    if (useNow && isSame(check, use.symbols, useNow.symbols) && (!isTaken || isFoundAlike(check, use, useNow)))
      continue;
    const message = messageOf(renaming, { use, useNow, isEdited: edit !== undefined });
    addConflict(check, { file, start: use.start, message });
  }
  if (usesAfter.size > 0) found.sure = false;
  return isTaken;
}

interface Edited {
  readonly file: ts.SourceFile;
  readonly now: ts.SourceFile;
  readonly before: NamesInFile;
}

/** Whether the edits of a file change nothing but names that scope alone decides about. */
function isPlainEdit({ base, fork, renaming }: Check, { file, now, before }: Edited): boolean {
  if (isJavaScript(file.fileName)) return false;
  if (base.getSyntacticDiagnostics(file).length !== fork.getSyntacticDiagnostics(now).length) return false;
  const uses = new Map(before.uses.map((use) => [use.start, use]));
  return editsOf(renaming, file).every(({ start, newText }) => {
    const use = uses.get(start);
    if (!use) return !before.members.has(start) && isInComment(nodeAt(file, start));
    // The property would have another name.
    if (isShorthand(use.node) && !newText.startsWith(`${renaming.from}:`)) return false;
    return use.symbols[0]?.declarations?.every(isPlain) ?? false;
  });
}

/** Comments of JavaScript say types. */

function isInComment(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isJSDoc) !== undefined;
}

function editsOf({ edits }: Renaming, { fileName }: ts.SourceFile): readonly TextEdit[] {
  return edits.get(keyOf(fileName)) ?? [];
}

/** Whether the second symbols are what the first are after the edits. */
function isSame({ renaming }: Check, before: readonly ts.Symbol[], after: readonly ts.Symbol[]): boolean {
  const location = (declaration: ts.Declaration, isBefore: boolean) => {
    const file = declaration.getSourceFile();
    const start = declaration.getStart(file);
    const offset = isBefore ? offsetAfter(editsOf(renaming, file), start) : start;
    return `${keyOf(file.fileName)}:${declaration.kind}:${offset}`;
  };
  const key = (symbol: ts.Symbol, isBefore: boolean) =>
    symbol.declarations?.map((declaration) => location(declaration, isBefore)).sort() ?? symbol.escapedName;
  const keys = (symbols: readonly ts.Symbol[], isBefore: boolean) =>
    JSON.stringify(symbols.map((symbol) => key(symbol, isBefore)));
  return keys(before, true) === keys(after, false);
}

/** Whether a declaration is found by its name as it was: two of one name need not be one symbol. */
function isFoundAlike(check: Check, { node }: NameUse, { node: nodeNow }: NameUse): boolean {
  const [scope, scopeNow] = [scopeOf(node), scopeOf(nodeNow)];
  if (!scope || !scopeNow) return scope === scopeNow;
  const was = resolvedIn(check.base.getTypeChecker(), node.text, scope);
  const is = resolvedIn(check.fork.getTypeChecker(), nodeNow.text, scopeNow);
  if (isSame(check, was ? [was] : [], is ? [is] : [])) return true;
  if (was?.declarations?.some((declaration) => declaration === node.parent)) return false;
  // It was not in scope where it is declared, such as an inferred type, so this says nothing.
  check.found.sure = false;
  return true;
}

interface Change {
  readonly file: ts.SourceFile;
  readonly start: number;
  readonly message: string;
}

function addConflict({ view, found }: Check, { file, start, message }: Change): void {
  found.sure = false;
  if (!view.isOwn(file.fileName)) return;
  const line = file.getLineAndCharacterOfPosition(start).line + 1;
  const path = view.displayPath(file.fileName);
  found.conflicts.set(`${path}:${line} ${message}`, { path, line, message });
}

interface Use {
  readonly use: NameUse;
  readonly useNow: NameUse | undefined;
  readonly isEdited: boolean;
}

function messageOf({ from, to }: Renaming, { use, useNow, isEdited }: Use): string {
  if (isEdited) {
    const isFound = (useNow?.symbols.length ?? 0) > 0;
    return isFound ? `${to} already means something else here.` : `${to} would not be found here.`;
  }
  if (use.node.text === from) return `${from} used here would mean something else.`;
  return scopeOf(use.node) ? `${to} is declared here already.` : `${to} used here would become the renamed symbol.`;
}

/** What modules export under the two names, by way of `export *` too, where a second of a name vanishes without a word. */
function compareExports(check: Check, mentioning: readonly ts.SourceFile[]): void {
  const { base, fork, renaming, found } = check;
  const [checker, checkerNow] = [base.getTypeChecker(), fork.getTypeChecker()];
  const stars = starExporters(base);
  const renamed = new Set<string>();
  let isValue = false;
  const queue = new Set(mentioning);
  for (const file of queue) {
    for (const exporter of stars.get(keyOf(file.fileName)) ?? []) queue.add(exporter);
    const now = fork.getSourceFile(file.fileName);
    const was = [exported(checker, file, renaming.from), exported(checker, file, renaming.to)] as const;
    const is = [exported(checkerNow, now, renaming.from), exported(checkerNow, now, renaming.to)] as const;
    if (isSame(check, was[0], is[0]) && isSame(check, was[1], is[1])) continue;
    if (was[1].length > 0) {
      addConflict(check, { file, start: exportOf(was[1], file), message: `${renaming.to} is exported here already.` });
    } else if (is[0].length > 0 || !isSame(check, was[0], is[1])) found.sure = false;
    renamed.add(keyOf(file.fileName));
    const target = was[0].at(-1);
    if (!target?.declarations || target.flags & ts.SymbolFlags.Value) isValue = true;
  }
  if (renamed.size === 0) return;
  if (mentioning.some(({ fileName }) => isJavaScript(fileName)) || isInAmbient(base, renamed)) found.sure = false;
  // Asked last: it looks at every import.
  if (isValue && found.sure && isObject(base, renamed)) found.sure = false;
}
