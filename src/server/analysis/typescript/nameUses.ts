import { ts } from "./ts.ts";

/** A name in a file: looked up by scope or in a namespace, as opposed to a member of a type. */
export interface NameUse {
  readonly node: ts.Identifier;
  readonly start: number;
  /** What it means; an alias is followed by what it stands for. */
  readonly symbols: readonly ts.Symbol[];
}

export interface NamesInFile {
  readonly uses: readonly NameUse[];
  /** Starts of the same names where a type decides what they mean, and of labels. */
  readonly members: ReadonlySet<number>;
  /** A string is one of the names of an export, or the module has it as a global. */
  readonly hasOdd: boolean;
  /** The error of a catch, of which no variable in its block may have the name. */
  readonly hasError: boolean;
}

/** Where a file's code has one of the names. Comments are not looked into. */
export function namesIn(file: ts.SourceFile, checker: ts.TypeChecker, words: RegExp): NamesInFile {
  const uses: NameUse[] = [];
  const members = new Set<number>();
  let hasOdd = false;
  let hasError = false;
  for (const { index } of file.text.matchAll(words)) {
    const node = nodeAround(file, index);
    if (ts.isIdentifier(node)) {
      const start = node.getStart(file);
      // A comment in front of it says the name as well.
      if (start !== index) continue;
      if (ts.isNamespaceExportDeclaration(node.parent)) hasOdd = true;
      if (ts.isCatchClause(node.parent.parent)) hasError = true;
      const found = isMember(node) ? namespaceMember(checker, node) : symbolOf(checker, node);
      if (found === "member") members.add(start);
      else uses.push({ node, start, symbols: withTarget(checker, found) });
    } else if (ts.isStringLiteral(node) && isExportName(node)) hasOdd = true;
  }
  return { uses, members, hasOdd, hasError };
}

/** Whether a file writes one of the names with escapes, which neither a rename nor a search for words finds. */
export function hasEscaped(file: ts.SourceFile, names: readonly string[]): boolean {
  if (!file.text.includes("\\u")) return false;
  const visit = (node: ts.Node): boolean => {
    if (!ts.isIdentifier(node)) return ts.forEachChild(node, visit) ?? false;
    return names.includes(node.text) && node.end - node.getStart(file) !== node.text.length;
  };
  return visit(file);
}

/** The innermost node around an offset: quicker than a walk through the whole file. */
export function nodeAround(file: ts.SourceFile, offset: number): ts.Node {
  let node: ts.Node = file;
  for (;;) {
    const inner = ts.forEachChild(node, (child) => (child.pos <= offset && offset < child.end ? child : undefined));
    if (!inner) return node;
    node = inner;
  }
}

/** `{ name }` as an object or a pattern: the name of a variable and of a property at once. */
export function isShorthand({ parent }: ts.Node): boolean {
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (!ts.isBindingElement(parent) || parent.propertyName || parent.dotDotDotToken) return false;
  return ts.isObjectBindingPattern(parent.parent);
}

function isExportName({ parent }: ts.Node): boolean {
  return ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isNamespaceExport(parent);
}

/** A name whose meaning scope does not decide. */
export function isMember(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  if (ts.isPropertyAssignment(parent) || ts.isJsxAttribute(parent) || ts.isEnumMember(parent)) {
    return parent.name === node;
  }
  if (ts.isNamedTupleMember(parent) || ts.isJsxNamespacedName(parent) || ts.isImportAttribute(parent)) {
    return parent.name === node;
  }
  if (ts.isLabeledStatement(parent)) return parent.label === node;
  if (ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent)) return true;
  return (ts.isClassElement(parent) || ts.isTypeElement(parent)) && parent.name === node;
}

/** `ns.name` of a module or namespace is found without a look at any type. */
export function namespaceMember(checker: ts.TypeChecker, node: ts.Identifier): ts.Symbol | undefined | "member" {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent)) return "member";
  const owner = namespaceOf(checker, parent.expression);
  return owner ? checker.tryGetMemberInModuleExports(node.text, owner) : "member";
}

function namespaceOf(checker: ts.TypeChecker, left: ts.Expression): ts.Symbol | undefined {
  const symbol = ts.isIdentifier(left)
    ? checker.getSymbolAtLocation(left)
    : ts.isPropertyAccessExpression(left) && ts.isIdentifier(left.name)
      ? namespaceMember(checker, left.name)
      : undefined;
  if (symbol === undefined || symbol === "member") return undefined;
  const target = resolved(checker, symbol);
  return target.flags & ts.SymbolFlags.Module ? target : undefined;
}

export function symbolOf(checker: ts.TypeChecker, node: ts.Identifier): ts.Symbol | undefined {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent) && parent.name === node) {
    return checker.getShorthandAssignmentValueSymbol(parent);
  }
  if (ts.isExportSpecifier(parent) && !parent.parent.parent.moduleSpecifier && (parent.propertyName ?? node) === node) {
    return checker.getExportSpecifierLocalTargetSymbol(parent);
  }
  return checker.getSymbolAtLocation(node);
}

function withTarget(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): ts.Symbol[] {
  if (!symbol) return [];
  const target = resolved(checker, symbol);
  return target === symbol ? [symbol] : [symbol, target];
}

/** What an alias stands for. */
export function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/**
 * Whether a renamed declaration is found by scope alone, inside of one module: no member, nothing that other files can
 * add to, no enum (two are alike when their names are), and no namespace, whose own members are an object's.
 */
export function isPlain(declaration: ts.Declaration): boolean {
  const { parent } = declaration;
  if (ts.isParameter(declaration) && declaration.modifiers) return false;
  if (ts.isTypeParameterDeclaration(declaration) && (ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent))) {
    return false;
  }
  if (!plainKinds.has(declaration.kind)) return false;
  const outer = ts.findAncestor(
    parent,
    (node) => ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node) || ts.isSourceFile(node),
  );
  if (ts.findAncestor(parent, ts.isModuleDeclaration)) return false;
  return !outer || !ts.isSourceFile(outer) || ts.isExternalModule(outer);
}

const plainKinds: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.BindingElement,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.ClassExpression,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.TypeParameter,
  ts.SyntaxKind.ImportClause,
  ts.SyntaxKind.ImportSpecifier,
  ts.SyntaxKind.NamespaceImport,
  ts.SyntaxKind.ImportEqualsDeclaration,
  ts.SyntaxKind.ExportSpecifier,
]);

/** Where a lookup of a declared name must find that declaration; undefined for a name that declares nothing. */
export function scopeOf(node: ts.Identifier): ts.Node | undefined {
  const { parent } = node;
  if (!declaresInScope(parent) || ts.getNameOfDeclaration(parent) !== node) return undefined;
  return ts.isFunctionExpression(parent) || ts.isClassExpression(parent) ? parent : parent.parent;
}

function declaresInScope(node: ts.Node): node is ts.Declaration {
  if (ts.isExportSpecifier(node)) return false;
  return plainKinds.has(node.kind) || ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node);
}
