import { ts } from "ts-morph";
import type { Range } from "./facts.ts";

const K = ts.SyntaxKind;
/** Less is no relief, and nearly everything only moves the problem. */
const leastLines = 4;
const mostShare = 0.8;

/**
 * The largest statement of a function that can surely become a function of its own: control does not leave it by
 * return, yield, break or continue, and it does not depend on `this`, `super` or `arguments`.
 */
export function extractable(source: ts.SourceFile, body: ts.Node): Range | undefined {
  // In generic code the compiler walks every type that is mentioned, and gives up where types have no end.
  if (ts.findAncestor(body, isGeneric)) return undefined;
  const lines = linesOf(source, body);
  let best: ts.Statement | undefined;
  const visit = (node: ts.Node): void => {
    // An inner function has a number of its own.
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (isCandidate(node) && canLeave(node)) {
      const own = linesOf(source, node);
      const fits = own >= leastLines && own <= lines * mostShare;
      if (fits && (!best || node.end - node.pos > best.end - best.pos)) best = node;
      if (fits) return;
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return best && rangeOf(source, best);
}

function isGeneric(node: ts.Node): boolean {
  const isDeclaration = ts.isFunctionLike(node) || ts.isClassLike(node);
  return isDeclaration && node.typeParameters !== undefined;
}

function isCandidate(node: ts.Node): node is ts.Statement {
  const isChained = ts.isIfStatement(node.parent) && node.parent.elseStatement === node;
  if (isChained) return false;
  return (
    ts.isIfStatement(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isTryStatement(node) ||
    ts.isSwitchStatement(node)
  );
}

const leaving: ReadonlySet<ts.SyntaxKind> = new Set([
  K.ReturnStatement,
  K.YieldExpression,
  K.AwaitExpression,
  K.ThisKeyword,
  K.SuperKeyword,
  K.LabeledStatement,
]);

/** Conservative: what the compiler may refuse to extract, or extracts with a change of meaning, is left out. */
function canLeave(statement: ts.Node): boolean {
  const check = (node: ts.Node, inLoop: boolean, inSwitch: boolean): boolean => {
    if (leaving.has(node.kind)) return false;
    if (ts.isIdentifier(node) && node.text === "arguments") return false;
    if (ts.isBreakStatement(node)) return node.label === undefined && (inLoop || inSwitch);
    if (ts.isContinueStatement(node)) return node.label === undefined && inLoop;
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return !mentionsThis(node);
    const loop = inLoop || ts.isIterationStatement(node, false);
    const choice = ts.isSwitchStatement(node) || (inSwitch && !ts.isIterationStatement(node, false));
    return ts.forEachChild(node, (child) => (check(child, loop, choice) ? undefined : true)) !== true;
  };
  return check(statement, false, false);
}

function mentionsThis(node: ts.Node): boolean {
  if (node.kind === K.ThisKeyword || node.kind === K.SuperKeyword) return true;
  if (ts.isIdentifier(node) && node.text === "arguments") return true;
  return ts.forEachChild(node, (child) => mentionsThis(child) || undefined) ?? false;
}

function linesOf(source: ts.SourceFile, node: ts.Node): number {
  const line = (offset: number) => source.getLineAndCharacterOfPosition(offset).line;
  return line(node.end) - line(node.getStart(source)) + 1;
}

function rangeOf(source: ts.SourceFile, node: ts.Node): Range {
  const start = source.getLineAndCharacterOfPosition(node.getStart(source));
  const end = source.getLineAndCharacterOfPosition(node.end);
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
