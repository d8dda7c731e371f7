import { ts } from "../ts.ts";

export type Callable = ts.FunctionLikeDeclaration | ts.MethodSignature;

/** What a comment can say of a function without a word of its author. */
export interface Facts {
  readonly typeParameters: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly default?: string }[];
  readonly returns: boolean;
  /** Names of what it throws; "" where the name is not known. */
  readonly throws: readonly string[];
}

const longestDefault = 40;

export function factsOf(checker: ts.TypeChecker, node: Callable): Facts {
  return {
    typeParameters: (node.typeParameters ?? []).map(({ name }) => name.text),
    parameters: node.parameters.flatMap(({ name, initializer }) => {
      // A destructured parameter has no name, and `this` is none.
      if (!ts.isIdentifier(name) || name.text === "this") return [];
      const value = initializer?.getText().replace(/\s+/g, " ") ?? "";
      const isShown = value !== "" && value.length <= longestDefault && !/`|\*\//.test(value);
      return [{ name: name.text, ...(isShown && { default: value }) }];
    }),
    returns: !ts.isConstructorDeclaration(node) && returnsSomething(checker, node),
    throws: "body" in node && node.body ? thrownIn(checker, node.body) : [],
  };
}

function returnsSomething(checker: ts.TypeChecker, node: Callable): boolean {
  const signature = checker.getSignatureFromDeclaration(node);
  if (!signature) return false;
  const type = checker.getReturnTypeOfSignature(signature);
  const awaited = checker.getAwaitedType(type) ?? type;
  return (awaited.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never)) === 0;
}

/** What leaves a body by `throw`: not what stands in a function of its own, or is caught. */
function thrownIn(checker: ts.TypeChecker, body: ts.Node): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isThrowStatement(node)) found.add(nameOfThrown(checker, node.expression));
    if (ts.isTryStatement(node) && node.catchClause) {
      visit(node.catchClause.block);
      if (node.finallyBlock) visit(node.finallyBlock);
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  const named = [...found].filter((name) => name !== "");
  return named.length > 0 ? named : [...found];
}

function nameOfThrown(checker: ts.TypeChecker, node: ts.Expression): string {
  if (ts.isNewExpression(node)) {
    const name = node.expression.getText();
    return /^[\w$.]+$/.test(name) ? name : "";
  }
  const symbol = checker.getTypeAtLocation(node).getSymbol();
  const isClass = symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0;
  return isClass && /^[\w$]+$/.test(symbol.name) && !symbol.name.startsWith("__") ? symbol.name : "";
}
