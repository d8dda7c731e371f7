import { ts } from "../ts.ts";

/** Where a use is, seen from the declaration. */
export interface Way {
  /** It runs with the declaration, once for each time: no function and no loop is between them. */
  readonly isOnce: boolean;
  /** It runs whenever the declaration does. */
  readonly isSure: boolean;
  /** What is evaluated between the two. */
  readonly between: readonly ts.Node[];
}

/** Undefined when the use is not in the block of the declaration. */
export function wayTo(declaration: ts.VariableDeclaration, use: ts.Node): Way | undefined {
  const list = declaration.parent;
  if (!ts.isVariableDeclarationList(list)) return undefined;
  const { declarations, parent: statement } = list;
  const block = statement.parent;
  let isOnce = true;
  let isSure = true;
  const between: ts.Node[] = [];
  const later = declarations.slice(declarations.indexOf(declaration) + 1);
  let at: ts.Node = use;
  for (; at.parent !== block; at = at.parent) {
    if (ts.isSourceFile(at)) return undefined;
    const { parent } = at;
    if (parent === list) {
      const index = later.findIndex((one) => one === at);
      return index < 0 ? undefined : { isOnce, isSure, between: [...between, ...later.slice(0, index)] };
    }
    if (runsAgain(parent, at)) isOnce = false;
    if (isConditional(parent, at)) isSure = false;
    between.push(...earlierIn(parent, at));
  }
  if (!("statements" in block)) return undefined;
  const statements = nodesOf(block.statements);
  const [from, to] = [statements.indexOf(statement), statements.indexOf(at)];
  if (to < from) return undefined;
  return { isOnce, isSure, between: [...between, ...later, ...statements.slice(from + 1, to)] };
}

/** Whether a part of a node runs at another time than the node, or several times. */
function runsAgain(parent: ts.Node, part: ts.Node): boolean {
  if (ts.isFunctionLike(parent) || ts.isClassLike(parent)) return true;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.expression !== part;
  if (ts.isForStatement(parent)) return parent.initializer !== part;
  return isLoop(parent);
}

function nodesOf(value: unknown): ts.Node[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- every list of statements is one of nodes
  return Array.isArray(value) ? (value as ts.Node[]) : [];
}

export function isLoop(node: ts.Node): boolean {
  return ts.isIterationStatement(node, false);
}

/** Whether a part of a node does not always run when the node does. */
export function isConditional(parent: ts.Node, part: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== part;
  if (ts.isIfStatement(parent)) return parent.expression !== part;
  if (ts.isBinaryExpression(parent)) return parent.right === part && isShortCircuit(parent.operatorToken.kind);
  if (ts.isCaseClause(parent) || ts.isDefaultClause(parent)) return true;
  if (ts.isTryStatement(parent) || ts.isCatchClause(parent)) return true;
  if (ts.isParameter(parent) || ts.isBindingElement(parent)) return parent.initializer === part;
  if (ts.isCallExpression(parent) || ts.isElementAccessExpression(parent)) {
    return parent.expression !== part && (parent.flags & ts.NodeFlags.OptionalChain) !== 0;
  }
  return false;
}

function isShortCircuit(kind: ts.SyntaxKind): boolean {
  return shortCircuits.has(kind);
}

const shortCircuits: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/** What of a node is evaluated before one of its parts. */
export function earlierIn(parent: ts.Node, part: ts.Node): ts.Node[] {
  const earlier: ts.Node[] = [];
  ts.forEachChild(parent, (child) => {
    if (child.pos < part.pos && child !== part) earlier.push(child);
  });
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return ts.isIdentifier(parent.left) ? [] : earlier.flatMap(ownerOf);
  }
  return earlier;
}

/** `a` of `a.b = value`, which is not read. */
function ownerOf(left: ts.Node): ts.Node[] {
  return ts.isPropertyAccessExpression(left) ? [left.expression] : [left];
}
