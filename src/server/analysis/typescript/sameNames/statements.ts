import { bindingNames, isNamedDeclaration } from "../../syntax/tsNames.ts";
import { ts } from "../ts.ts";

/** A file of a project before and after changes. A new file was not there before. */
export interface BothFiles {
  readonly before: ts.SourceFile | undefined;
  readonly after: ts.SourceFile;
}

/** A statement before and after. */
export interface Pair {
  readonly before: ts.Statement;
  readonly after: ts.Statement;
  /** From one file to another. */
  readonly isMoved: boolean;
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  /** Files that gain or lose statements. */
  readonly rewritten: readonly BothFiles[];
}

/** Imports and exports of names: they say where names come from and go to, and compute nothing. */
export function isForm(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return ts.isIdentifier(statement.expression);
  return (
    ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement) || ts.isExportDeclaration(statement)
  );
}

/** Where each statement of changed files is afterwards; undefined when one is new, is lost or changes its order in a file. */
export function pairStatements(files: readonly BothFiles[]): Pairing | undefined {
  const pairs: Pair[] = [];
  const rewritten: BothFiles[] = [];
  const gone = new Map<string, ts.Statement>();
  const come = new Map<string, ts.Statement>();
  for (const file of files) {
    const isMoreOrLess = unnamedCount(file.before) !== unnamedCount(file.after);
    const before = keyed(file.before, isMoreOrLess);
    const after = keyed(file.after, isMoreOrLess);
    const kept = [...before.keys()].filter((key) => after.has(key));
    const keptAfter = [...after.keys()].filter((key) => before.has(key));
    if (kept.some((key, index) => keptAfter[index] !== key)) return undefined;
    const isRewritten = before.size !== kept.length || after.size !== kept.length;
    if (isRewritten) rewritten.push(file);
    for (const [key, statement] of before) {
      const other = after.get(key);
      if (other) pairs.push({ before: statement, after: other, isMoved: false });
      else if (gone.has(key)) return undefined;
      else gone.set(key, statement);
    }
    for (const [key, statement] of after) {
      if (before.has(key)) continue;
      if (come.has(key)) return undefined;
      come.set(key, statement);
    }
  }
  if (gone.size !== come.size) return undefined;
  for (const [key, before] of gone) {
    const after = come.get(key);
    if (!after) return undefined;
    pairs.push({ before, after, isMoved: true });
  }
  return { pairs, rewritten };
}

/** The names that a statement declares. */
export function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => bindingNames(name).map(({ text }) => text));
  }
  return isNamedDeclaration(statement) ? [statement.name?.text ?? "default"] : [];
}

/**
 * The code of a file in order, each statement by what it declares and which of several it is. One that declares nothing is
 * known by its order among such, or by its text when there are more or fewer of them afterwards.
 */
function keyed(file: ts.SourceFile | undefined, byText: boolean): Map<string, ts.Statement> {
  const statements = new Map<string, ts.Statement>();
  const counts = new Map<string, number>();
  for (const statement of codeOf(file)) {
    const key = `${statement.kind} ${namesOf(statement).join() || (byText ? statement.getText(file) : "")}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    statements.set(`${key} ${count}`, statement);
  }
  return statements;
}

function unnamedCount(file: ts.SourceFile | undefined): number {
  return codeOf(file).filter((statement) => namesOf(statement).length === 0).length;
}

function codeOf(file: ts.SourceFile | undefined): ts.Statement[] {
  return file?.statements.filter((statement) => !isForm(statement)) ?? [];
}
