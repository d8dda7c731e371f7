import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";

export interface DrawnSymbol {
  readonly kind: "function" | "member" | "type" | "alias";
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly label: string;
}

/** Symbols of a git work tree, as many of each kind where there are, drawn by a seed from a plain walk of TypeScript's own trees. */
export async function drawSymbols(
  folder: string,
  { seed, count }: { seed: number; count: number },
): Promise<DrawnSymbol[]> {
  const byKind = new Map<DrawnSymbol["kind"], DrawnSymbol[]>();
  const files = execFileSync("git", ["ls-files", "*.ts"], { cwd: folder, encoding: "utf8" }).trim().split("\n").sort();
  for (const file of files) {
    const text = await readFile(path.join(folder, file), "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
    const add = (kind: DrawnSymbol["kind"], name: ts.Node) => {
      const { line, character } = source.getLineAndCharacterOfPosition(name.getStart());
      const label = `${file}:${line + 1}:${character + 1} ${name.getText()}`;
      const drawn = { kind, name: name.getText(), file, line: line + 1, column: character + 1, label };
      byKind.set(kind, [...(byKind.get(kind) ?? []), drawn]);
    };
    for (const statement of source.statements) visit(statement, add);
  }
  const random = generator(seed);
  const drawn: DrawnSymbol[] = [];
  const kinds = [...byKind].sort(([a], [b]) => (a < b ? -1 : 1));
  for (let turn = 0; drawn.length < count; turn++) {
    if (kinds.every(([, of]) => of.length === 0)) throw new Error(`Only ${drawn.length} symbols are there.`);
    // A kind of which there are few is used up before the others.
    const of = kinds[turn % kinds.length]?.[1] ?? [];
    const [one] = of.splice(Math.floor(random() * of.length), 1);
    if (one) drawn.push(one);
  }
  return drawn;
}

function visit(statement: ts.Statement, add: (kind: DrawnSymbol["kind"], name: ts.Node) => void): void {
  if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
    for (const element of statement.exportClause.elements) if (element.propertyName) add("alias", element.name);
    return;
  }
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  if (!isExported) return;
  if (ts.isFunctionDeclaration(statement) && statement.name) add("function", statement.name);
  if (ts.isVariableStatement(statement)) {
    for (const { name } of statement.declarationList.declarations) if (ts.isIdentifier(name)) add("function", name);
  }
  if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) add("type", statement.name);
  if (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) {
    for (const { name } of statement.members) if (name && ts.isIdentifier(name)) add("member", name);
  }
  if (ts.isTypeAliasDeclaration(statement) && ts.isTypeLiteralNode(statement.type)) {
    for (const { name } of statement.type.members) if (name && ts.isIdentifier(name)) add("member", name);
  }
}

/** mulberry32: the same numbers for the same seed on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
