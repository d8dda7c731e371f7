import { isMember, isShorthand, namespaceMember, symbolOf } from "../nameUses.ts";
import { keyOf, ts } from "../ts.ts";

/** What a name stands for at one position, as keys that are equal in all projects. */
export interface Roles {
  /** What has the name here: a variable, a type, an export; several of them where one word is the name of all. */
  readonly keys: readonly string[];
  /** The property of `{ name }`, whose name can change apart from that of the variable. */
  readonly property: readonly string[];
}

const none: Roles = { keys: [], property: [] };

/** Keys of a symbol: where its declarations are. */
export function keysOf(symbol: ts.Symbol | undefined): string[] {
  return (symbol?.declarations ?? []).map((one) => `${keyOf(one.getSourceFile().fileName)}:${one.kind}:${one.pos}`);
}

/**
 * @param withTypes whether names are looked at that only a type decides about: properties of objects that are modules
 */
export function rolesOf(checker: ts.TypeChecker, node: ts.Node, withTypes: boolean): Roles {
  if (ts.isStringLiteralLike(node)) {
    return withTypes && isIndex(node) ? of(checker.getSymbolAtLocation(node)) : none;
  }
  if (!ts.isIdentifier(node)) return none;
  const { parent } = node;
  if (isShorthand(node)) {
    const property = withTypes ? shorthandProperty(checker, node) : undefined;
    return { keys: keysOf(symbolOf(checker, node)), property: keysOf(property) };
  }
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return specifier(checker, node, parent);
  if ((ts.isImportClause(parent) || isImportOfModule(parent)) && parent.name === node) {
    const own = checker.getSymbolAtLocation(node);
    return { keys: [...keysOf(own), ...keysOf(unnamedTarget(checker, own, node.text))], property: [] };
  }
  if (ts.isObjectLiteralElementLike(parent) && parent.name === node) {
    return withTypes ? of(propertyOfLiteral(checker, node, parent)) : none;
  }
  if (!isMember(node)) return of(symbolOf(checker, node));
  const found = namespaceMember(checker, node);
  if (found !== "member") return of(found);
  const isRead = ts.isPropertyAccessExpression(parent) || ts.isBindingElement(parent);
  return withTypes && isRead ? of(checker.getSymbolAtLocation(node)) : none;
}

function of(symbol: ts.Symbol | undefined): Roles {
  return symbol ? { keys: keysOf(symbol), property: [] } : none;
}

function isIndex({ parent }: ts.StringLiteralLike): boolean {
  if (ts.isElementAccessExpression(parent)) return true;
  return ts.isLiteralTypeNode(parent) && ts.isIndexedAccessTypeNode(parent.parent);
}

function isImportOfModule(node: ts.Node): node is ts.ImportEqualsDeclaration {
  return ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference);
}

/** `name` alone is the name of both sides, and in `name as other` each side has its own. */
function specifier(
  checker: ts.TypeChecker,
  node: ts.Identifier,
  parent: ts.ImportSpecifier | ts.ExportSpecifier,
): Roles {
  if (parent.propertyName === node) return of(checker.getSymbolAtLocation(node));
  const own = checker.getSymbolAtLocation(node);
  const isNamed = parent.propertyName !== undefined && parent.propertyName.text !== "default";
  if (isNamed) return of(own);
  return { keys: [...keysOf(own), ...keysOf(unnamedTarget(checker, own, node.text))], property: [] };
}

/** What an alias stands for, past `default` and `export =`, which are no names, if it has the same name. */
function unnamedTarget(checker: ts.TypeChecker, alias: ts.Symbol | undefined, name: string): ts.Symbol | undefined {
  let target = alias;
  do {
    if (!target || !(target.flags & ts.SymbolFlags.Alias)) return undefined;
    target = checker.getImmediateAliasedSymbol(target);
    if (target?.declarations?.some(isNamedDefault) === true) return undefined;
  } while (target && isUnnamed(target) && target.flags & ts.SymbolFlags.Alias);
  return target && isCalled(target, name) ? target : undefined;
}

/** `name as default`: what imports it has chosen a name of its own. */
function isNamedDefault(one: ts.Declaration): boolean {
  return (
    ts.isExportSpecifier(one) && one.name.text === "default" && (one.propertyName?.text ?? "default") !== "default"
  );
}

function isUnnamed({ escapedName }: ts.Symbol): boolean {
  return escapedName === ts.InternalSymbolName.Default || escapedName === ts.InternalSymbolName.ExportEquals;
}

function isCalled(symbol: ts.Symbol, name: string): boolean {
  if (!isUnnamed(symbol)) return symbol.name === name;
  return (symbol.declarations ?? []).some((one) => {
    const own = ts.getNameOfDeclaration(one);
    return own !== undefined && ts.isIdentifier(own) && own.text === name;
  });
}

/** The property that `{ name }` reads or gives. */
function shorthandProperty(checker: ts.TypeChecker, node: ts.Identifier): ts.Symbol | undefined {
  const { parent } = node;
  if (ts.isBindingElement(parent)) return checker.getTypeAtLocation(parent.parent).getProperty(node.text);
  return ts.isShorthandPropertyAssignment(parent) ? propertyOfLiteral(checker, node, parent) : undefined;
}

/** The property of what an object literal is checked against, or of what is taken apart by it. */
function propertyOfLiteral(
  checker: ts.TypeChecker,
  node: ts.Identifier,
  { parent }: ts.ObjectLiteralElementLike,
): ts.Symbol | undefined {
  if (!ts.isObjectLiteralExpression(parent)) return undefined;
  const assigned = isAssignedTo(parent) ? checker.getPropertySymbolOfDestructuringAssignment(node) : undefined;
  return assigned ?? checker.getContextualType(parent)?.getProperty(node.text);
}

/** Whether an object literal is a pattern that is assigned to. */
export function isAssignedTo(literal: ts.Node): boolean {
  const { parent } = literal;
  if (ts.isBinaryExpression(parent)) {
    if (parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken || parent.left !== literal) return false;
    return true;
  }
  if (ts.isForOfStatement(parent)) return parent.initializer === literal;
  if (ts.isParenthesizedExpression(parent) || ts.isArrayLiteralExpression(parent)) return isAssignedTo(parent);
  if (ts.isPropertyAssignment(parent) && parent.initializer === literal) return isAssignedTo(parent.parent);
  return ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent) ? isAssignedTo(parent.parent) : false;
}
