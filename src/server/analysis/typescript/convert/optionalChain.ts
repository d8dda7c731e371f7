import type { Conflict } from "../answers.ts";
import { withParentheses } from "../move/identifiers.ts";
import { ts } from "../ts.ts";
import { conflictAt, editsIn, positionOf, quoted, refusal, withEdits } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";
import { falsyOf, isUnknown } from "./falsy.ts";

const useTypes = "Leave the expression, or rule the value out by a type or a check first.";

/** `a?.b` gives undefined where `a && a.b` gives `a`: the same only when `a` is undefined, or when nobody looks. */
export function checkedOptionalChain(conversion: Conversion, converted: Converted): Converted {
  const { view, project, file } = conversion;
  const [edit] = editsIn(converted, file);
  const chain = edit && chainAt(file, edit);
  if (!edit || !chain) return converted;
  const checker = project.program().getTypeChecker();
  const { whole, guards, last } = chain;
  refuseAsReference(whole, last);
  const [first] = guards;
  const text = (node: ts.Node) => node.getText(file).replaceAll(/\s+/g, "");
  if (first && !edit.newText.replaceAll(/\s+/g, "").startsWith(text(first))) {
    throw differs(`The \`?.\` of ${quoted(first)} would be lost.`);
  }
  const isCondition = isOnlyCondition(whole);
  const conflicts = [...checkedGuards({ conversion, chain, checker, isCondition })];
  const comparison = comparisonIn(last);
  if (comparison) {
    if (!isCondition) throw differs(`${quoted(whole)} would be false where it is undefined or null.`);
    conflicts.push(...checkedComparison(conversion, checker, comparison));
  } else if (!isAccess(last)) {
    throw differs(`${quoted(last)} would be worked out where it is not reached today.`);
  }
  const { fallback } = chain;
  if (!fallback) return { ...converted, conflicts };
  if (isUndefined(fallback)) {
    const newText = edit.newText.replace(/\s*\?\?\s*undefined$/, "");
    return { ...withEdits(converted, file, [{ ...edit, newText }]), conflicts };
  }
  const type = checker.getTypeAtLocation(last);
  if (isUnknown(type)) conflicts.push(conflictAt(view, last, unknownValue(last)));
  else if (falsyOf(checker, type).some((kind) => kind === "undefined" || kind === "null")) {
    throw differs(`${quoted(last)} can be undefined or null, and ${quoted(fallback)} would stand for it.`);
  }
  return { ...converted, conflicts };
}

interface Chain {
  /** The expression whose value it is. */
  readonly whole: ts.Expression;
  /** What is checked before, and is written once then. */
  readonly guards: readonly ts.Expression[];
  readonly last: ts.Expression;
  /** What a conditional expression gives else. */
  readonly fallback?: ts.Expression;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function chainAt(file: ts.SourceFile, { start, end }: Span): Chain | undefined {
  let found: Chain | undefined;
  const visit = (node: ts.Node): void => {
    if (node.end <= start || node.getStart(file) >= end || found) return;
    if (ts.isConditionalExpression(node) && node.getStart(file) === start && node.end === end) {
      const { condition, whenTrue: last, whenFalse: fallback } = node;
      found = { whole: node, guards: operandsOf(condition), last, fallback };
    } else if (isAnd(node) && node.end >= end) {
      // The edit ends before a comparison of the last one.
      const inside = operandsOf(node).filter((at) => at.getStart(file) >= start && at.getStart(file) < end);
      const last = inside.at(-1);
      if (last && inside.length > 1) found = { whole: node, guards: inside.slice(0, -1), last };
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isAnd(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
}

function operandsOf(node: ts.Expression): ts.Expression[] {
  return isAnd(node) ? [...operandsOf(node.left), ...operandsOf(node.right)] : [node];
}

function differs(message: string) {
  return refusal("VALUE_DIFFERS", message, useTypes);
}

function unknownValue(node: ts.Node): string {
  return `${quoted(node)} has no known type: where it is null, "", 0 or false the value would be another.`;
}

/** `(a && a.b)()` calls without `this`, and `(a?.b)()` with `a`; `delete (a && a.b)` deletes nothing. */
function refuseAsReference(whole: ts.Expression, last: ts.Expression): void {
  const outer = withParentheses(whole);
  const { parent } = outer;
  const isCalled = ts.isCallExpression(parent) && parent.expression === outer;
  if ((isCalled || ts.isTaggedTemplateExpression(parent)) && !ts.isCallExpression(last)) {
    const message = `${quoted(whole)} is called without \`this\`, and would be called with it.`;
    throw refusal("THIS_DIFFERS", message, "Put the function into a variable first.");
  }
  if (ts.isDeleteExpression(parent)) throw differs(`${quoted(parent)} would delete a property.`);
}

interface Guarding {
  readonly conversion: Conversion;
  readonly chain: Chain;
  readonly checker: ts.TypeChecker;
  readonly isCondition: boolean;
}

function* checkedGuards({ conversion, chain, checker, isCondition }: Guarding): Generator<Conflict> {
  const { guards, last, fallback } = chain;
  const { strict, strictNullChecks } = conversion.project.spec.options;
  for (const [index, guard] of guards.entries()) {
    const type = checker.getTypeAtLocation(guard);
    const member = memberAfter(guard, guards[index + 1] ?? last);
    if (isUnknown(type)) {
      if (isCondition && member !== undefined && !isOfPrimitives(member)) continue;
      yield conflictAt(conversion.view, guard, unknownValue(guard));
      continue;
    }
    const kinds = falsyOf(checker, type);
    const isNullable = isCondition || fallback !== undefined;
    // Without strict null checks every value may be null.
    if (!(strictNullChecks ?? strict ?? false)) kinds.push("null");
    const bad = kinds.find((kind) => kind !== "undefined" && !(kind === "null" && isNullable));
    if (bad === undefined) continue;
    const isHarmless = bad !== "null" && isCondition && member !== undefined && !isOfPrimitives(member);
    if (!isHarmless) throw differs(`${quoted(guard)} can be ${bad}, and the value would no longer be that.`);
  }
}

/** The name of the property that is read of a guard. */
function memberAfter(guard: ts.Expression, next: ts.Expression): string | undefined {
  const wanted = guard.getText();
  let member: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === wanted) member ??= node.name.text;
    ts.forEachChild(node, visit);
  };
  visit(next);
  return member;
}

/** Whether "", 0 or false have a member of the name, which could be truthy. */
function isOfPrimitives(name: string): boolean {
  return [String, Number, Boolean, BigInt].some(({ prototype }) => name in prototype);
}

interface Comparison {
  readonly operator: ts.SyntaxKind;
  readonly other: ts.Expression;
}

function comparisonIn(node: ts.Expression): Comparison | undefined {
  if (!ts.isBinaryExpression(node)) return undefined;
  const { left, right, operatorToken } = node;
  return comparisons.has(operatorToken.kind)
    ? { operator: operatorToken.kind, other: isAccess(left) ? right : left }
    : undefined;
}

const comparisons: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

/** `undefined === other` must be false, `undefined !== other` as well. */
function* checkedComparison({ view }: Conversion, checker: ts.TypeChecker, comparison: Comparison) {
  const { operator, other } = comparison;
  const type = checker.getTypeAtLocation(other);
  const isEqual = operator === ts.SyntaxKind.EqualsEqualsEqualsToken || operator === ts.SyntaxKind.EqualsEqualsToken;
  const isUnequal =
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
  if (!isEqual && !isUnequal) return;
  const isLoose = operator === ts.SyntaxKind.EqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
  const nothing = ts.TypeFlags.Undefined | (isLoose ? ts.TypeFlags.Null : 0);
  const parts = type.isUnion() ? type.types : [type];
  if (isUnequal && parts.every(({ flags }) => (flags & nothing) !== 0)) return;
  if (isEqual && isUnknown(type)) {
    yield conflictAt(view, other, `${quoted(other)} has no known type: undefined would be equal to undefined.`);
    return;
  }
  if (isEqual && parts.every(({ flags }) => (flags & nothing) === 0)) return;
  throw differs(`The comparison with ${quoted(other)} at ${positionOf(view, other)} would be true for undefined.`);
}

function isAccess(node: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node);
}

function isUndefined(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === "undefined";
}

/** Whether nobody sees more of a value than whether it is truthy. */
function isOnlyCondition(node: ts.Expression): boolean {
  const at = withParentheses(node);
  const { parent } = at;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) return true;
  if (ts.isExpressionStatement(parent) || ts.isVoidExpression(parent)) return true;
  if (ts.isForStatement(parent)) return true;
  if (ts.isConditionalExpression(parent) && parent.condition === at) return true;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isConditionalExpression(parent)) return isOnlyCondition(parent);
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  if (kind === ts.SyntaxKind.CommaToken) return parent.left === at || isOnlyCondition(parent);
  const isLogical = kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
  return isLogical && isOnlyCondition(parent);
}
