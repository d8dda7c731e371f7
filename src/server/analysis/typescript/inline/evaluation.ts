import { isAssigned, nodesIn, usesOf, withParentheses } from "../move/identifiers.ts";
import { namespaceMember, resolved, symbolOf } from "../nameUses.ts";
import { ts } from "../ts.ts";

/** What evaluating code does, which decides where it can be evaluated instead. */
export interface Evaluation {
  /** It calls, assigns or waits: once and in its order only. */
  readonly hasEffect: boolean;
  /** It reads what can change: only where nothing runs in between. */
  readonly reads: boolean;
  /** It makes an object, which is another one each time. */
  readonly makes: boolean;
}

const nothing: Evaluation = { hasEffect: false, reads: false, makes: false };

export function evaluationOf(checker: ts.TypeChecker, nodes: readonly ts.Node[]): Evaluation {
  return nodes.map((node) => evaluate(checker, node)).reduce(both, nothing);
}

function both(a: Evaluation, b: Evaluation): Evaluation {
  return { hasEffect: a.hasEffect || b.hasEffect, reads: a.reads || b.reads, makes: a.makes || b.makes };
}

function evaluate(checker: ts.TypeChecker, node: ts.Node): Evaluation {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return nothing;
  // Its code runs when it is called.
  if (ts.isFunctionLike(node)) return { ...nothing, makes: !ts.isFunctionDeclaration(node) };
  if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return nothing;
  let own: Evaluation = nothing;
  if (hasEffect(node)) own = { ...nothing, hasEffect: true };
  else if (makesObject(node)) own = { ...nothing, makes: true };
  else if (readsChanging(checker, node)) own = { ...nothing, reads: true };
  const parts: ts.Node[] = [];
  ts.forEachChild(node, (child) => void parts.push(child));
  return parts.map((part) => evaluate(checker, part)).reduce(both, own);
}

function hasEffect(node: ts.Node): boolean {
  if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) return true;
  if (ts.isAwaitExpression(node) || ts.isYieldExpression(node) || ts.isDeleteExpression(node)) return true;
  if (ts.isForOfStatement(node) || ts.isThrowStatement(node) || ts.isClassLike(node)) return true;
  if (ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node) || ts.isDebuggerStatement(node)) return true;
  if (ts.isBinaryExpression(node)) return isAssigned(node.left);
  return (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isAssigned(node.operand);
}

function makesObject(node: ts.Node): boolean {
  if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node)) return true;
  return ts.isRegularExpressionLiteral(node) || ts.isJsxElement(node) || ts.isJsxFragment(node) || isTag(node);
}

function isTag(node: ts.Node): boolean {
  return ts.isJsxSelfClosingElement(node);
}

function readsChanging(checker: ts.TypeChecker, node: ts.Node): boolean {
  if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) return true;
  if (ts.isElementAccessExpression(node)) return true;
  if (ts.isPropertyAccessExpression(node)) return !isFixedMember(checker, node) && !isCallee(node);
  return ts.isIdentifier(node) && isVariable(checker, node);
}

/** A member of an enum, or of a module by its namespace. */
function isFixedMember(checker: ts.TypeChecker, { name }: ts.PropertyAccessExpression): boolean {
  if (!ts.isIdentifier(name)) return false;
  const found = namespaceMember(checker, name);
  if (found !== "member") return found !== undefined;
  return ((checker.getSymbolAtLocation(name)?.flags ?? 0) & ts.SymbolFlags.EnumMember) !== 0;
}

/** Methods are hardly ever replaced. */
function isCallee(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isCallExpression(parent) && parent.expression === node;
}

/** Whether a name is one of a variable that is assigned again somewhere. */
function isVariable(checker: ts.TypeChecker, node: ts.Identifier): boolean {
  const symbol = symbolOf(checker, node);
  return (symbol ? resolved(checker, symbol).declarations : undefined)?.some(isAssignedAgain) ?? false;
}

function isAssignedAgain(declaration: ts.Declaration): boolean {
  if (!ts.isVariableDeclaration(declaration) && !ts.isParameter(declaration) && !ts.isBindingElement(declaration)) {
    return false;
  }
  if (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) return false;
  const { name } = declaration;
  if (!ts.isIdentifier(name)) return false;
  // By any name that is the same: a pattern on the left is not looked into.
  const file = declaration.getSourceFile();
  for (const node of nodesIn(file)) {
    if (ts.isIdentifier(node) && node.text === name.text && (isAssigned(node) || isInPattern(node))) return true;
  }
  return false;
}

/** Whether a name may stand in a pattern that is assigned to. */
function isInPattern(node: ts.Node): boolean {
  const literal = ts.findAncestor(node, (at) => {
    const isPart = ts.isObjectLiteralExpression(at) || ts.isArrayLiteralExpression(at);
    return isPart && isAssigned(withParentheses(at));
  });
  return literal !== undefined;
}

/** Uses of a variable in its file. */
export function usesOfVariable(checker: ts.TypeChecker, name: ts.Identifier): ts.Identifier[] {
  return usesOf(name.getSourceFile(), checker, name);
}
