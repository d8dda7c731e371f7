import { isTypeUse } from "../move/identifiers.ts";
import { isMember, namespaceMember, nodeAround, symbolOf } from "../nameUses.ts";
import { ts } from "../ts.ts";

/** A name before and after, each with what scope says it means. */
export interface NamePair {
  readonly before: ts.Node;
  readonly after: ts.Node;
  readonly symbol: ts.Symbol | undefined;
  readonly symbolAfter: ts.Symbol | undefined;
}

export interface Checkers {
  readonly before: ts.TypeChecker;
  readonly after: ts.TypeChecker;
}

export interface Comparison {
  readonly checkers: Checkers;
  /** What is where after the changes, of statements whose text is another. */
  readonly nodes: Map<ts.Node, ts.Node>;
  /** Names that must mean the same. */
  readonly names: NamePair[];
}

/**
 * Whether two statements are the same code but for the way by which names are reached, such as `Errors.Base` instead of
 * `Base`. What the names mean is compared later, when all locations are known.
 */
export function isSameCode(comparison: Comparison, before: ts.Node, after: ts.Node): boolean {
  comparison.nodes.set(before, after);
  const chain = chainPair(comparison, before, after);
  if (chain) {
    comparison.names.push(chain);
    return before.getText() === after.getText() || mayBeReachedOtherwise(before, after, chain);
  }
  if (ts.isImportTypeNode(before) && ts.isImportTypeNode(after)) return isSameImportType(comparison, before, after);
  if (before.kind !== after.kind) return false;
  const [parts, partsAfter] = [partsOf(before), partsOf(after)];
  if (parts.length !== partsAfter.length) return false;
  if (parts.length === 0) return before.getText() === after.getText();
  return parts.every((part, index) => {
    const other = partsAfter[index];
    return other !== undefined && isSameCode(comparison, part, other);
  });
}

/** Adds the names that are among the words, of two pieces of equal text. */
export function addNames(
  { checkers, names }: Comparison,
  words: RegExp,
  [before, after]: readonly [ts.Node, ts.Node],
): void {
  const [file, fileAfter] = [before.getSourceFile(), after.getSourceFile()];
  const start = before.getStart(file);
  const shift = after.getStart(fileAfter) - start;
  for (const { index } of file.text.slice(start, before.end).matchAll(words)) {
    const at = start + index;
    const node = nodeAround(file, at);
    if (!ts.isIdentifier(node) || node.getStart(file) !== at) continue;
    const other = nodeAround(fileAfter, at + shift);
    const [symbol, symbolAfter] = [scoped(checkers.before, node), scoped(checkers.after, other)];
    if (symbol === "member" && symbolAfter === "member") continue;
    names.push({ before: node, after: other, symbol: known(symbol), symbolAfter: known(symbolAfter) });
  }
}

function known(symbol: ts.Symbol | undefined | "member"): ts.Symbol | undefined {
  return symbol === "member" ? undefined : symbol;
}

/** Adds `x` of `import x from`, which does not say the name that it means. */
export function addDefaultImport(
  { checkers, names }: Comparison,
  [before, after]: readonly [ts.Statement, ts.Statement],
): void {
  const [name, nameAfter] = [defaultImport(before), defaultImport(after)];
  if (!name || !nameAfter) return;
  names.push({
    before: name,
    after: nameAfter,
    symbol: checkers.before.getSymbolAtLocation(name),
    symbolAfter: checkers.after.getSymbolAtLocation(nameAfter),
  });
}

function defaultImport(statement: ts.Statement): ts.Identifier | undefined {
  return ts.isImportDeclaration(statement) ? statement.importClause?.name : undefined;
}

export function isReachedOtherwise({ before, after }: NamePair): boolean {
  return before.getText() !== after.getText();
}

/** A name, or a name behind the dots of namespaces, of which both are decided by scope. */
function chainPair({ checkers }: Comparison, before: ts.Node, after: ts.Node): NamePair | undefined {
  const symbol = chained(checkers.before, before);
  const symbolAfter = chained(checkers.after, after);
  if (symbol === "member" || symbolAfter === "member") return undefined;
  return { before, after, symbol, symbolAfter };
}

function chained(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined | "member" {
  if (ts.isIdentifier(node)) return isMember(node) ? "member" : symbolOf(checker, node);
  if (ts.isQualifiedName(node)) return checker.getSymbolAtLocation(node.right);
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.name)) return "member";
  return namespaceMember(checker, node.name);
}

function scoped(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined | "member" {
  if (!ts.isIdentifier(node)) return "member";
  return isMember(node) ? namespaceMember(checker, node) : symbolOf(checker, node);
}

/** Where another way to a name cannot matter: not for what is declared, or for what `if` narrows. */
function mayBeReachedOtherwise(before: ts.Node, after: ts.Node, { symbol, symbolAfter }: NamePair): boolean {
  if (isDeclaredName(before) || isDeclaredName(after)) return false;
  if (!symbol || !symbolAfter) return false;
  return isInType(before) || !(symbol.flags & ts.SymbolFlags.Variable);
}

/** A shorthand `{ name }` too, which is also a property's name. */
function isDeclaredName(node: ts.Node): boolean {
  return "name" in node.parent && node.parent.name === node;
}

/** Whether a use is gone after compilation. */
export function isInType(node: ts.Node): boolean {
  const first = firstOf(node);
  return first !== undefined && isTypeUse(first);
}

/** The first name of `a.b.c`. */
export function firstOf(node: ts.Node): ts.Identifier | undefined {
  let at = node;
  while (!ts.isIdentifier(at)) {
    if (ts.isPropertyAccessExpression(at)) at = at.expression;
    else if (ts.isQualifiedName(at)) at = at.left;
    else return undefined;
  }
  return at;
}

function isSameImportType(comparison: Comparison, before: ts.ImportTypeNode, after: ts.ImportTypeNode): boolean {
  const { checkers, names } = comparison;
  if (!before.qualifier || !after.qualifier || before.isTypeOf !== after.isTypeOf) return false;
  const [last, lastAfter] = [rightOf(before.qualifier), rightOf(after.qualifier)];
  const symbol = checkers.before.getSymbolAtLocation(last);
  const symbolAfter = checkers.after.getSymbolAtLocation(lastAfter);
  if (!symbol || !symbolAfter) return false;
  names.push({ before: last, after: lastAfter, symbol, symbolAfter });
  const [given, givenAfter] = [before.typeArguments ?? [], after.typeArguments ?? []];
  return (
    given.length === givenAfter.length &&
    given.every((one, index) => {
      const other = givenAfter[index];
      return other !== undefined && isSameCode(comparison, one, other);
    })
  );
}

function rightOf(name: ts.EntityName): ts.Identifier {
  return ts.isIdentifier(name) ? name : name.right;
}

/** Every token counts, but comments, and the words that export a statement: what is exported is compared by itself. */
function partsOf(node: ts.Node): ts.Node[] {
  const isTop = ts.isSourceFile(node.parent);
  return node
    .getChildren()
    .flatMap((part) => (part.kind === ts.SyntaxKind.SyntaxList ? part.getChildren() : [part]))
    .filter((part) => !ts.isJSDoc(part) && !(isTop && isExportWord(part)));
}

function isExportWord({ kind }: ts.Node): boolean {
  return kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword;
}
