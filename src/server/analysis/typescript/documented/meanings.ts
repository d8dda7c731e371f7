import { ts } from "../ts.ts";

/** One of the things that a name means, with the declarations that say so. */
export interface Meaning {
  readonly kind: string;
  readonly declarations: readonly ts.Declaration[];
}

const { SymbolFlags } = ts;

interface Rule {
  readonly kind: string;
  readonly flags: ts.SymbolFlags;
  isDeclaration(node: ts.Declaration): boolean;
}

/** A class that is merged with an interface is a class. */
const rules: readonly Rule[] = [
  { kind: "class", flags: SymbolFlags.Class, isDeclaration: (node) => !ts.isModuleDeclaration(node) },
  { kind: "function", flags: SymbolFlags.Function, isDeclaration: (node) => ts.isFunctionLike(node) },
  { kind: "variable", flags: SymbolFlags.Variable, isDeclaration: isVariable },
  { kind: "interface", flags: SymbolFlags.Interface, isDeclaration: (node) => ts.isInterfaceDeclaration(node) },
  { kind: "type", flags: SymbolFlags.TypeAlias, isDeclaration: isType },
  { kind: "enum", flags: SymbolFlags.Enum, isDeclaration: (node) => ts.isEnumDeclaration(node) },
  { kind: "namespace", flags: SymbolFlags.Module, isDeclaration: isNamespace },
];

/** What a name means, each thing once: `class A` and `namespace A` are two. */
export function meaningsOf(checker: ts.TypeChecker, symbol: ts.Symbol): Meaning[] {
  const { flags, declarations = [] } = symbol;
  // In JavaScript every function that sets members of `this` is a class to the compiler, methods too.
  const isMethod = declarations.every((each) => ts.isFunctionLike(each)) && isInLowerCase(symbol);
  const isClass = (flags & SymbolFlags.Class) !== 0 && !isMethod;
  const found = rules.flatMap(({ kind, flags: wanted, isDeclaration }): Meaning[] => {
    if (
      (flags & wanted) === 0 ||
      (isMethod && kind === "class") ||
      (isClass && (kind === "function" || kind === "interface"))
    )
      return [];
    const own = declarations.filter(isDeclaration);
    // Assignments to a function make a namespace of it, which is no declaration of one.
    if (own.length === 0) return kind === "namespace" ? [] : [{ kind, declarations }];
    return [{ kind: kind === "variable" ? valueKind(checker, symbol, own) : kind, declarations: own }];
  });
  if (found.length > 0) return found;
  if (flags & SymbolFlags.Alias) return [{ kind: "variable", declarations }];
  // A property, such as one of `module.exports`.
  const type = checker.getTypeOfSymbol(symbol);
  if (type.getConstructSignatures().length > 0 && !isInLowerCase(symbol)) return [{ kind: "class", declarations }];
  if (type.getCallSignatures().length + type.getConstructSignatures().length > 0)
    return [{ kind: "function", declarations }];
  return [{ kind: "variable", declarations }];
}

function isInLowerCase(symbol: ts.Symbol): boolean {
  return /^[a-z_$]/.test(nameOf(symbol));
}

function nameOf({ name, declarations: [first] = [] }: ts.Symbol): string {
  const own = first && ts.isFunctionLike(first) && first.name ? first.name.getText() : name;
  return own.startsWith("__") ? "" : own;
}

function isVariable(node: ts.Declaration): boolean {
  return !ts.isTypeAliasDeclaration(node) && !ts.isInterfaceDeclaration(node) && !ts.isModuleDeclaration(node);
}

function isType(node: ts.Declaration): boolean {
  return (
    ts.isTypeAliasDeclaration(node) ||
    ts.isJSDocTypedefTag(node) ||
    ts.isJSDocCallbackTag(node) ||
    ts.isJSDocEnumTag(node)
  );
}

function isNamespace(node: ts.Declaration): boolean {
  return ts.isModuleDeclaration(node) || ts.isSourceFile(node);
}

/** `const add = (a) => a` is a function to who reads about it, unless `as` makes something else of it. */
function valueKind(checker: ts.TypeChecker, symbol: ts.Symbol, [declaration]: readonly ts.Declaration[]): string {
  if (!declaration || !ts.isVariableDeclaration(declaration) || declaration.type) return "variable";
  if (!isFunctionExpression(declaration.initializer)) return "variable";
  const type = checker.getTypeOfSymbol(symbol);
  return type.getCallSignatures().length > 0 && type.getConstructSignatures().length === 0 ? "function" : "variable";
}

export function isFunctionExpression(node: ts.Expression | undefined): boolean {
  if (!node) return false;
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return isFunctionExpression(node.expression);
  }
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}
