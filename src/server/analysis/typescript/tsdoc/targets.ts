import { resolved } from "../nameUses.ts";
import { ts } from "../ts.ts";
import { moduleSymbols } from "../documented/moduleSymbols.ts";
import type { Callable } from "./facts.ts";

/** A declaration that can have a comment. */
export interface Target {
  /** What the comment stands in front of. */
  readonly host: ts.Node;
  readonly symbol: ts.Symbol | undefined;
  /** Undefined of a class, of which only the type parameters are known. */
  readonly callable?: Callable;
  readonly typeParameters?: readonly string[];
}

/** The exported functions and classes of a file with their public methods, in their order. */
export function targetsIn(checker: ts.TypeChecker, file: ts.SourceFile): Target[] {
  const symbols = moduleSymbols(checker, file);
  const exported = symbols ? [...symbols.exports, ...(symbols.whole ? [symbols.whole] : [])] : [];
  const declarations = new Set(exported.flatMap((each) => resolved(checker, each).declarations ?? []));
  return [...declarations]
    .filter((each) => each.getSourceFile() === file)
    .flatMap((each) => targetsOf(checker, each))
    .sort((a, b) => a.host.getStart(file) - b.host.getStart(file));
}

function targetsOf(checker: ts.TypeChecker, node: ts.Declaration): Target[] {
  if (ts.isFunctionDeclaration(node)) {
    return isImplementation(
      node,
      node.parent.getChildren().flatMap((each) => each.getChildren()),
    )
      ? []
      : [targetOf(checker, node, node)];
  }
  if (ts.isVariableDeclaration(node)) {
    const list = node.parent;
    const { initializer } = node;
    if (!ts.isVariableDeclarationList(list) || list.declarations.length > 1 || !ts.isVariableStatement(list.parent))
      return [];
    const statement = list.parent;
    if (!initializer || !(ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))) return [];
    return [{ host: statement, symbol: checker.getSymbolAtLocation(node.name), callable: initializer }];
  }
  if (ts.isClassDeclaration(node)) {
    const names = (node.typeParameters ?? []).map(({ name }) => name.text);
    const own: Target = { host: node, symbol: symbolAt(checker, node), typeParameters: names };
    return [own, ...node.members.flatMap((member) => memberTargets(checker, member, node.members))];
  }
  if (ts.isInterfaceDeclaration(node)) {
    return node.members.flatMap((each) => (ts.isMethodSignature(each) ? [targetOf(checker, each, each)] : []));
  }
  return [];
}

function memberTargets(checker: ts.TypeChecker, member: ts.ClassElement, members: readonly ts.Node[]): Target[] {
  if (!ts.isMethodDeclaration(member) && !ts.isConstructorDeclaration(member)) return [];
  const isPrivate = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
  if (isPrivate || (member.name && ts.isPrivateIdentifier(member.name)) || isImplementation(member, members)) return [];
  return [targetOf(checker, member, member)];
}

function targetOf(checker: ts.TypeChecker, host: ts.Node, callable: Callable): Target {
  return { host, symbol: symbolAt(checker, callable), callable };
}

function symbolAt(checker: ts.TypeChecker, node: ts.Declaration): ts.Symbol | undefined {
  const name = ts.getNameOfDeclaration(node);
  return name && checker.getSymbolAtLocation(name);
}

/** Its overloads have the comments. */
function isImplementation(node: ts.FunctionLikeDeclaration, siblings: readonly ts.Node[]): boolean {
  if (!node.body) return false;
  const at = siblings.indexOf(node);
  const before = at > 0 ? siblings[at - 1] : undefined;
  if (before?.kind !== node.kind || !ts.isFunctionLike(before) || !("body" in before)) return false;
  const isSameName = before.name?.getText() === node.name?.getText();
  return isSameName && before.body === undefined;
}
