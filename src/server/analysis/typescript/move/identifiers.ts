import { isNamedDeclaration } from "../../syntax/tsNames.ts";
import type { NamedDeclaration } from "../../syntax/tsNames.ts";
import { isMember, isShorthand, symbolOf } from "../nameUses.ts";
import { ts } from "../ts.ts";

/** Every name in a node whose meaning scope decides, in documentation comments too. */
export function* identifiersIn(node: ts.Node): Generator<ts.Identifier> {
  if (ts.isIdentifier(node)) {
    if (!isMember(node) && !isRightOfDot(node) && !isIntrinsic(node)) yield node;
    return;
  }
  // What it names is a declaration, as the names of an import statement are.
  if (ts.isJSDocImportTag(node)) return;
  for (const child of childrenOf(node)) yield* identifiersIn(child);
}

/** Every node below one, itself included. */
export function* nodesIn(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesIn(child);
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = "jsDoc" in node && Array.isArray(node.jsDoc) ? node.jsDoc.filter(isNode) : [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

function isNode(value: unknown): value is ts.Node {
  return typeof value === "object" && value !== null && "kind" in value;
}

function isRightOfDot(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isJSDocMemberName(parent)) return parent.right === node;
  return ts.isImportTypeNode(parent);
}

/** `div`: a tag of JSX that is no variable. */
function isIntrinsic({ parent, text }: ts.Identifier): boolean {
  const isTag = ts.isJsxOpeningElement(parent) || ts.isJsxClosingElement(parent) || ts.isJsxSelfClosingElement(parent);
  return isTag && /^[a-z]/.test(text);
}

/** Uses of one name: identifiers of a file whose symbol, not followed, is the given one. */
export function usesOf(file: ts.SourceFile, checker: ts.TypeChecker, name: ts.Identifier): ts.Identifier[] {
  const symbol = checker.getSymbolAtLocation(name);
  if (!symbol) return [];
  return [...identifiersIn(file)].filter(
    (node) => node !== name && node.text === name.text && symbolOf(checker, node) === symbol,
  );
}

export function isInDoc(node: ts.Node): boolean {
  return ts.findAncestor(node, (at) => ts.isJSDoc(at)) !== undefined;
}

export function isInLink(node: ts.Node): boolean {
  return (
    ts.findAncestor(node, (at) => ts.isJSDocLink(at) || ts.isJSDocLinkCode(at) || ts.isJSDocLinkPlain(at)) !== undefined
  );
}

/** Whether a use is gone after compilation: a type, the name behind `typeof` in a type, a comment. */
export function isTypeUse(node: ts.Identifier): boolean {
  if (isInDoc(node)) return true;
  let at: ts.Node = node;
  while (ts.isQualifiedName(at.parent) || (ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at)) {
    at = at.parent;
  }
  if (ts.isTypeQueryNode(at.parent) || ts.isPartOfTypeNode(at)) return true;
  const { parent } = at;
  if (ts.isExpressionWithTypeArguments(parent)) return ts.isPartOfTypeNode(parent);
  return ts.isTypePredicateNode(parent) || (ts.isExportSpecifier(parent) && isTypeExport(parent));
}

function isTypeExport({ isTypeOnly, parent }: ts.ExportSpecifier): boolean {
  return isTypeOnly || parent.parent.isTypeOnly;
}

/** A use under another name; a shorthand keeps its property. */
export function renamed(node: ts.Identifier, newName: string): string {
  return isShorthand(node) ? `${node.text}: ${newName}` : newName;
}

/** What a file declares at its top, imports included, each with its node. */
export function declaredIn(file: ts.SourceFile): Map<string, ts.Node> {
  const names = new Map<string, ts.Node>();
  const visit = (node: ts.Node): void => {
    const name = ts.isImportClause(node) || isDeclaration(node) ? node.name : undefined;
    if (name && ts.isIdentifier(name)) names.set(name.text, node);
    const isOpen =
      ts.isVariableStatement(node) ||
      ts.isVariableDeclarationList(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isObjectBindingPattern(node) ||
      ts.isArrayBindingPattern(node) ||
      ts.isBindingElement(node) ||
      ts.isImportDeclaration(node) ||
      ts.isImportClause(node) ||
      ts.isNamedImports(node);
    if (isOpen) ts.forEachChild(node, visit);
  };
  file.statements.forEach(visit);
  return names;
}

type Declaring =
  | NamedDeclaration
  | ts.VariableDeclaration
  | ts.BindingElement
  | ts.ImportSpecifier
  | ts.NamespaceImport
  | ts.ImportEqualsDeclaration;

function isDeclaration(node: ts.Node): node is Declaring {
  return (
    isNamedDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isImportSpecifier(node) ||
    ts.isNamespaceImport(node) ||
    ts.isImportEqualsDeclaration(node)
  );
}

/** Whether no variable of a name stands between a use and the top of its file. */
export function isUnshadowed(use: ts.Node, local: string | undefined): boolean {
  if (local === undefined) return false;
  for (let at = use.parent; !ts.isSourceFile(at); at = at.parent) {
    if ("locals" in at && at.locals instanceof Map && at.locals.has(local)) return false;
  }
  return true;
}

/** `name` of `ns.name`. */
export function memberOf(use: ts.Identifier): ts.Identifier | undefined {
  const { parent } = use;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === use && ts.isIdentifier(parent.name))
    return parent.name;
  return ts.isQualifiedName(parent) && parent.left === use ? parent.right : undefined;
}

export function isAssigned(node: ts.Node): boolean {
  const at = withParentheses(node);
  const { parent } = at;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return assigns && parent.left === at;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
  }
  return (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === at;
}

/** An expression with all the parentheses around it. */
export function withParentheses(node: ts.Node): ts.Node {
  let at = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return at;
}

/** Whether code runs while its file is loaded: it is in no function. */
export function runsAtLoad(node: ts.Node): boolean {
  return (
    ts.findAncestor(node, (at) => (ts.isFunctionLike(at) && !isCalledAtOnce(at)) || isOfInstance(at)) === undefined
  );
}

function isCalledAtOnce(node: ts.Node): boolean {
  const at = withParentheses(node);
  return ts.isCallExpression(at.parent) && at.parent.expression === at;
}

/** The value of a property, which runs when an instance is made. */
function isOfInstance(node: ts.Node): boolean {
  if (ts.isSourceFile(node)) return false;
  const { parent } = node;
  if (!ts.isPropertyDeclaration(parent) || parent.initializer !== node) return false;
  return parent.modifiers?.every(({ kind }) => kind !== ts.SyntaxKind.StaticKeyword) ?? true;
}
