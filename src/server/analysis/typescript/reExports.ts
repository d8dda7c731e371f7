import path from "node:path/posix";
import type { FileChange, TextEdit } from "../../workspace/edits/changes.ts";
import type { View } from "./engine.ts";
import { ownFiles } from "./symbols.ts";
import { newLineOf } from "./textChanges.ts";
import { importedFiles, keyOf, slashed, ts } from "./ts.ts";

export interface Moved {
  readonly from: ts.SourceFile;
  readonly to: string;
  /** The statement that moves. */
  readonly statement: ts.Node;
}

/**
 * Re-exports of a moved symbol, which the compiler's own move leaves pointing at the old file: `export { name } from`
 * and `export * from` in other files.
 */
export function fixReExports(view: View, { from, to, statement }: Moved, changes: readonly FileChange[]): FileChange[] {
  const names = exportedNames(statement);
  const target = slashed(to);
  if (names.length === 0) return [...changes];
  const more = new Map<string, TextEdit[]>();
  for (const { file, project } of ownFiles(view)) {
    if (keyOf(file.fileName) === keyOf(target)) continue;
    if (!importedFiles(project.program(), file).some((imported) => keyOf(imported) === keyOf(from.fileName))) continue;
    const edits = file.statements.flatMap((at) => fixed({ at, file, project: project.program(), from, target, names }));
    if (edits.length > 0) more.set(file.fileName, edits);
  }
  const known = changes.map((change): FileChange => {
    const own = more.get(change.path);
    if (change.kind !== "edit" || !own) return change;
    more.delete(change.path);
    return { ...change, edits: [...change.edits, ...own].sort((a, b) => a.start - b.start) };
  });
  return [...known, ...[...more].map(([file, edits]): FileChange => ({ kind: "edit", path: file, edits }))];
}

interface Name {
  readonly text: string;
  readonly typeOnly: boolean;
}

function exportedNames(statement: ts.Node): Name[] {
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  if (!isExported) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [{ text: name.text, typeOnly: false }] : [],
    );
  }
  const typeOnly = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  const named =
    typeOnly ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return named && statement.name ? [{ text: statement.name.text, typeOnly }] : [];
}

interface Fix {
  readonly at: ts.Statement;
  readonly file: ts.SourceFile;
  readonly project: ts.Program;
  readonly from: ts.SourceFile;
  readonly target: string;
  readonly names: readonly Name[];
}

function fixed({ at, file, project, from, target, names }: Fix): TextEdit[] {
  if (!ts.isExportDeclaration(at) || !at.moduleSpecifier || !ts.isStringLiteral(at.moduleSpecifier)) return [];
  const reached = importedFiles(project, file, at.moduleSpecifier);
  if (!reached.some((imported) => keyOf(imported) === keyOf(from.fileName))) return [];
  const specifier = specifierLike(at.moduleSpecifier.text, file.fileName, target);
  const quote = at.moduleSpecifier.getText(file).charAt(0);
  const tail = `from ${quote}${specifier}${quote}${at.getText(file).endsWith(";") ? ";" : ""}`;
  const newLine = newLineOf(file.text);
  const write = (name: string, typeOnly: boolean) => `${newLine}export ${typeOnly ? "type " : ""}{ ${name} } ${tail}`;
  if (!at.exportClause) {
    const added = names.map(({ text, typeOnly }) => write(text, typeOnly || at.isTypeOnly)).join("");
    return [{ start: at.end, end: at.end, newText: added }];
  }
  if (!ts.isNamedExports(at.exportClause)) return [];
  const { elements } = at.exportClause;
  const moved = elements.filter(({ name, propertyName = name }) =>
    names.some(({ text }) => text === propertyName.text),
  );
  if (moved.length === 0) return [];
  const added = moved.map((element) =>
    write(element.getText(file).replace(/^type\s+/, ""), at.isTypeOnly || element.isTypeOnly),
  );
  if (moved.length === elements.length) {
    return [{ start: at.getStart(file), end: at.end, newText: added.join("").slice(newLine.length) }];
  }
  const kept = elements.filter((element) => !moved.includes(element)).map((element) => element.getText(file));
  const removal = {
    start: at.exportClause.getStart(file),
    end: at.exportClause.end,
    newText: `{ ${kept.join(", ")} }`,
  };
  return [removal, { start: at.end, end: at.end, newText: added.join("") }];
}

/** A relative specifier written the way another one is: with or without its extension. */
function specifierLike(model: string, importer: string, target: string): string {
  const extension = /\.[cm]?[jt]sx?$/.exec(model)?.[0] ?? "";
  const bare = path.relative(path.dirname(importer), target).replace(/\.[cm]?[jt]sx?$/, "");
  return `${bare.startsWith(".") ? "" : "./"}${bare}${extension}`;
}
