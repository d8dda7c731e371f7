import type { FileChange } from "../../../workspace/edits/changes.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import { tokenOf } from "../diagnostics.ts";
import type { View } from "../engine.ts";
import { exported } from "../exportedNames.ts";
import { textsAfter } from "../fork.ts";
import type { forkProgram } from "../fork.ts";
import { touched } from "../impact/scope.ts";
import { hasEscaped } from "../nameUses.ts";
import { wordsOf } from "../renaming.ts";
import { cancelCompiler, isTypeScriptOrJavaScript, keyOf, slashed } from "../ts.ts";
import type { ts } from "../ts.ts";
import { changedExports } from "./exports.ts";
import { areFormsFine, boundBy, formsOf } from "./forms.ts";
import { meansSame } from "./meanings.ts";
import type { Locations } from "./meanings.ts";
import { dependsOnFile } from "./narrowing.ts";
import { areAlike, isPlainModule, isSameProgram } from "./program.ts";
import { addDefaultImport, addNames, isReachedOtherwise, isSameCode } from "./sameCode.ts";
import type { Checkers, Comparison } from "./sameCode.ts";
import { isForm, namesOf, pairStatements } from "./statements.ts";
import type { BothFiles, Pair, Pairing } from "./statements.ts";

export interface MoveCheck {
  /** Keys of the files that lose or get code: of all files only these need the type checker. */
  readonly rewritten: ReadonlySet<string>;
  /** Own files in which names were compared. */
  readonly files: number;
}

/**
 * Whether changes only put declarations into another file, and lead everything that uses them there. Scope and imports
 * decide what a name means without any type: when the code of every file is what it was, and each of its names means what
 * it meant, no type can change, and only the files that lose or get code can have other errors. Undefined when it is not
 * sure.
 */
export function checkMove(
  view: View,
  changes: readonly FileChange[],
  forkOf: typeof forkProgram,
): MoveCheck | undefined {
  const isCode = ({ kind, path }: FileChange) =>
    (kind === "edit" || kind === "create") && isTypeScriptOrJavaScript(path) && !isJavaScript(path);
  if (!changes.every(isCode)) return undefined;
  const after = textsAfter(view, changes);
  const changed = new Set(changes.map(({ path }) => keyOf(slashed(path))));
  const files = new Set<string>();
  const all: Paired[] = [];
  for (const { project } of touched(view, after)) {
    const fork = forkOf(view, project, after);
    const paired = pairedIn({ view, base: project.program(), fork, changed, files });
    if (!paired) return undefined;
    all.push(paired);
  }
  const rewritten = new Set(
    all.flatMap(({ pairing }) => pairing.rewritten.map(({ after: file }) => keyOf(file.fileName))),
  );
  // Most edits move nothing, and end here.
  if (rewritten.size === 0 || !all.every(isSure)) return undefined;
  return { rewritten, files: files.size };
}

interface Check {
  readonly view: View;
  readonly base: ts.Program;
  readonly fork: ts.Program;
  /** Keys of the files that change. */
  readonly changed: ReadonlySet<string>;
  readonly files: Set<string>;
}

/** Where the statements of the changed files are afterwards. */
function pairedIn(check: Check): Paired | undefined {
  const { base, fork, changed } = check;
  const both = fork.getSourceFiles().flatMap((after): BothFiles[] => {
    return changed.has(keyOf(after.fileName)) ? [{ before: base.getSourceFile(after.fileName), after }] : [];
  });
  const pairing = both.every(isPlainModule) ? pairStatements(both) : undefined;
  return pairing && { ...check, options: base.getCompilerOptions(), both, pairing };
}

function isSure(paired: Paired): boolean {
  const { view, base, fork, changed, options, pairing } = paired;
  const { emitDecoratorMetadata, stableTypeOrdering } = options;
  // Types would depend on the order of files, and errors on the form of an import.
  if (emitDecoratorMetadata === true || stableTypeOrdering === true) return false;
  return areAlike(view, base, pairing) && isSameProgram(base, fork, changed) && areNamesSame(paired);
}

interface Paired extends Check {
  readonly options: ts.CompilerOptions;
  readonly both: readonly BothFiles[];
  readonly pairing: Pairing;
}

function areNamesSame(paired: Paired): boolean {
  const { base, fork, changed, options, both, pairing } = paired;
  const { pairs, rewritten } = pairing;
  const checkers = { before: base.getTypeChecker(), after: fork.getTypeChecker() };
  const comparison: Comparison = { checkers, nodes: new Map(), names: [] };
  const statements = new Map(pairs.map(({ before, after }) => [before, after]));
  const locations: Locations = { changed, statements, nodes: comparison.nodes };
  const isRead = ({ before, after, isMoved }: Pair) => isMoved || before.getText() !== after.getText();
  if (!pairs.filter(isRead).every(({ before, after }) => isSameCode(comparison, before, after))) return false;
  if (options.isolatedDeclarations === true && comparison.names.some(isReachedOtherwise)) return false;

  const exports = changedExports({ base, fork, checkers, locations, both, rewritten });
  const moved = new Set(pairs.flatMap(({ before, isMoved }) => (isMoved ? namesOf(before) : [])));
  if (!exports || !canBeDeclared({ options, checkers, pairs, exports })) return false;
  const same = pairs.filter((pair) => !isRead(pair));
  if (!addChanged({ ...paired, comparison, exports, moved, same })) return false;
  return (
    addOthers({ ...paired, comparison, exports }) &&
    comparison.names.every((pair) => meansSame(locations, checkers, pair)) &&
    !dependsOnFile(checkers, comparison.names, pairing)
  );
}

interface Declared {
  readonly options: ts.CompilerOptions;
  readonly checkers: Checkers;
  readonly pairs: readonly Pair[];
  readonly exports: ReadonlySet<string>;
}

/** A declaration file can name the types of exports only: what moves is exported as before, and nothing else is. */
function canBeDeclared({ options, checkers, pairs, exports }: Declared): boolean {
  if (options.declaration !== true && options.composite !== true) return true;
  const moved = new Set<string>();
  for (const { before, after } of pairs.filter(({ isMoved }) => isMoved)) {
    for (const name of namesOf(before)) {
      moved.add(name);
      if (exported(checkers.before, before.getSourceFile(), name).length === 0) return false;
      if (exported(checkers.after, after.getSourceFile(), name).length === 0) return false;
    }
  }
  return [...exports].every((name) => moved.has(name));
}

interface Naming extends Check {
  readonly comparison: Comparison;
  /** Names by which files export something else than before. */
  readonly exports: ReadonlySet<string>;
}

interface Changed extends Naming {
  readonly both: readonly BothFiles[];
  readonly pairing: Pairing;
  readonly moved: ReadonlySet<string>;
  /** Statements of equal text. */
  readonly same: readonly Pair[];
}

/** Adds the names of changed files that may mean something else; says whether their imports are in order. */
function addChanged({ view, base, fork, files, comparison, exports, both, pairing, moved, same }: Changed): boolean {
  const rewritten = new Set(pairing.rewritten);
  const sameIn = Map.groupBy(same, ({ after }) => after.getSourceFile());
  const token = tokenOf(view);
  return both.every((file) => {
    if (view.context.isCancelled()) cancelCompiler();
    files.add(keyOf(file.after.fileName));
    const forms = formsOf(file);
    const names = [...exports, ...boundBy(forms.gone), ...boundBy(forms.come), ...(rewritten.has(file) ? moved : [])];
    if (hasEscaped(file.after, names)) return false;
    if (names.length === 0) return true;
    const words = wordsOf(names);
    for (const { before, after } of sameIn.get(file.after) ?? []) addNames(comparison, words, [before, after]);
    for (const form of forms.kept) addNames(comparison, words, form);
    if (exports.has("default")) forms.kept.forEach((form) => addDefaultImport(comparison, form));
    return rewritten.has(file) || areFormsFine({ file, forms, base, fork, token });
  });
}

/** Adds the names of files that stay as they are. */
function addOthers({ view, base, fork, changed, files, comparison, exports }: Naming): boolean {
  if (exports.size === 0) return true;
  const words = wordsOf([...exports]);
  return base.getSourceFiles().every((file) => {
    if (changed.has(keyOf(file.fileName)) || base.isSourceFileDefaultLibrary(file)) return true;
    if (view.context.isCancelled()) cancelCompiler();
    const after = fork.getSourceFile(file.fileName);
    if (after !== file || hasEscaped(file, [...exports])) return false;
    if (file.text.search(words) !== -1) {
      if (view.isOwn(file.fileName)) files.add(keyOf(file.fileName));
      addNames(comparison, words, [file, file]);
    }
    if (exports.has("default")) {
      for (const form of file.statements.filter(isForm)) addDefaultImport(comparison, [form, form]);
    }
    return true;
  });
}
