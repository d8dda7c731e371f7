import path from "node:path/posix";
import { firstOf, isInType } from "./sameCode.ts";
import type { Checkers, NamePair } from "./sameCode.ts";
import { isForm } from "./statements.ts";
import { resolved } from "../nameUses.ts";
import { keyOf, ts, typeOnlyDeclaration } from "../ts.ts";

/** Where code of changed files is after the changes. */
export interface Locations {
  /** Keys of the files that change. */
  readonly changed: ReadonlySet<string>;
  readonly statements: ReadonlyMap<ts.Statement, ts.Statement>;
  /** Of nodes in statements whose text is another. */
  readonly nodes: ReadonlyMap<ts.Node, ts.Node>;
}

/** Whether both names of a pair stand for one and the same declarations. */
export function meansSame(
  locations: Locations,
  checkers: Checkers,
  { before, after, symbol, symbolAfter }: NamePair,
): boolean {
  if (!symbol || !symbolAfter) return symbol === symbolAfter;
  if (!isSameTarget(locations, checkers, symbol, symbolAfter)) return false;
  // A value that is imported as a type may be used no more.
  if (isForm(statementOf(before)) || isInType(after) || !isOnlyType(checkers.after, after, symbolAfter)) return true;
  return isOnlyType(checkers.before, before, symbol);
}

function isOnlyType(checker: ts.TypeChecker, node: ts.Node, symbol: ts.Symbol): boolean {
  if (typeOnlyDeclaration(checker, symbol)) return true;
  const first = firstOf(node);
  const owner = first && first !== node ? checker.getSymbolAtLocation(first) : undefined;
  return owner !== undefined && typeOnlyDeclaration(checker, owner) !== undefined;
}

/** The same for symbols, an alias followed by what it stands for. */
export function isSameTarget(
  locations: Locations,
  checkers: Checkers,
  symbol: ts.Symbol,
  symbolAfter: ts.Symbol,
): boolean {
  const [target, targetAfter] = [resolved(checkers.before, symbol), resolved(checkers.after, symbolAfter)];
  const [was, is] = [target.declarations ?? [], targetAfter.declarations ?? []];
  if (was.length === 0 || is.length === 0) {
    if (was.length !== is.length || target.escapedName !== targetAfter.escapedName) return false;
    // Nothing is known of a module that is not there: its name must be the same.
    const [source, sourceAfter] = [sourceOf(symbol), sourceOf(symbolAfter)];
    return source === sourceAfter;
  }
  const keys = was.map((declaration) => locationAfter(locations, declaration));
  if (keys.includes(undefined)) return false;
  return keys.sort().join("\n") === is.map(locationOf).sort().join("\n");
}

function locationAfter({ changed, statements, nodes }: Locations, declaration: ts.Node): string | undefined {
  const file = declaration.getSourceFile();
  if (ts.isSourceFile(declaration) || !changed.has(keyOf(file.fileName))) return locationOf(declaration);
  const known = nodes.get(declaration);
  if (known) return locationOf(known);
  const statement = statementOf(declaration);
  const after = statements.get(statement);
  if (after?.getText() !== statement.getText(file)) return undefined;
  return locationIn(
    after.getSourceFile(),
    after.getStart() + declaration.getStart(file) - statement.getStart(file),
    declaration,
  );
}

function locationOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return locationIn(file, ts.isSourceFile(node) ? 0 : node.getStart(file), node);
}

function locationIn({ fileName }: ts.SourceFile, start: number, { kind }: ts.Node): string {
  return `${keyOf(fileName)}:${start}:${kind}`;
}

/** The statement at the top of its file. */
export function statementOf(node: ts.Node): ts.Statement {
  let at = node;
  while (!ts.isSourceFile(at.parent)) at = at.parent;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- children of a file are its statements, and its end
  return at as ts.Statement;
}

/** Module and name of an import that leads nowhere. */
function sourceOf(symbol: ts.Symbol): string | undefined {
  const [declaration] = symbol.declarations ?? [];
  if (!declaration) return undefined;
  const statement = ts.findAncestor(
    declaration,
    (node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node),
  );
  const { moduleSpecifier } = statement ?? {};
  if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return undefined;
  const { text } = moduleSpecifier;
  const folder = path.dirname(declaration.getSourceFile().fileName);
  const name =
    ts.isImportSpecifier(declaration) || ts.isExportSpecifier(declaration)
      ? (declaration.propertyName ?? declaration.name).text
      : ts.SyntaxKind[declaration.kind];
  return `${text.startsWith(".") ? path.join(folder, text) : text} ${name}`;
}
