import type { View } from "../engine.ts";
import { ts } from "../ts.ts";
import type { Draft } from "./drafts.ts";
import { editList } from "./editList.ts";
import { hasExportWord } from "./moved.ts";
import type { Moved } from "./moved.ts";

interface Exporting {
  readonly view: View;
  readonly moved: Moved;
  readonly source: Draft;
  readonly notes: string[];
}

/** Makes a file export one of its declarations; returns the name. */
export function exportLocally({ view, moved, source, notes }: Exporting, symbol: ts.Symbol): string {
  const { file, edits, checker, style } = source;
  const declarations = (symbol.declarations ?? []).filter((one) => one.getSourceFile() === file);
  const statements = new Set(declarations.flatMap((one) => statementOf(one) ?? []));
  const list = file.statements.find(isExportList);
  const isAlone = [...statements].every(
    (at) => !ts.isVariableStatement(at) || (at.declarationList.declarations.length === 1 && isPlainName(at)),
  );
  const key = symbol.name;
  notes.push(`${key} is exported from ${view.displayPath(file.fileName)} now, because the moved code uses it.`);
  const kept = list?.exportClause.elements.filter(
    (one) => moved.nameOf(checker, checker.getExportSpecifierLocalTargetSymbol(one)) === undefined,
  );
  const last = kept?.at(-1);
  if (list && last && !file.statements.some(hasExportWord)) {
    editList({ file, list: [last], kept: [last], added: [key], edits });
  } else if (isAlone) for (const at of statements) edits.insert(wordPosition(file, at), "export ");
  else {
    const { newLine, semicolon, space } = style;
    edits.insert(file.text.trimEnd().length, `${newLine}${newLine}export {${space}${key}${space}}${semicolon}`);
  }
  return key;
}

function statementOf(declaration: ts.Declaration): ts.Statement | undefined {
  return declaration.getSourceFile().statements.find((at) => at.pos <= declaration.pos && declaration.end <= at.end);
}

function isPlainName({ declarationList }: ts.VariableStatement): boolean {
  return declarationList.declarations.every(({ name }) => ts.isIdentifier(name));
}

type ExportList = ts.ExportDeclaration & { readonly exportClause: ts.NamedExports };

function isExportList(at: ts.Statement): at is ExportList {
  if (!ts.isExportDeclaration(at) || at.moduleSpecifier || at.isTypeOnly) return false;
  return at.exportClause !== undefined && ts.isNamedExports(at.exportClause);
}

/** Where the word `export` of a statement goes: behind its decorators. */
export function wordPosition(file: ts.SourceFile, statement: ts.Node): number {
  const decorators = ts.canHaveDecorators(statement) ? (ts.getDecorators(statement) ?? []) : [];
  const last = decorators.at(-1);
  if (!last) return statement.getStart(file);
  return last.end + (/^\s*/.exec(file.text.slice(last.end))?.[0].length ?? 0);
}
