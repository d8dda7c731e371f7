import { ts } from "../ts.ts";
import { isShorthand } from "../nameUses.ts";

/** How the type that a variable was declared with goes along. */
export interface Typed {
  readonly word: "as" | "satisfies" | "comment";
  readonly type: string;
}

/** The text of an expression at the position of a name, in parentheses where it needs them. */
export function insertedAt(use: ts.Identifier, expression: ts.Expression, typed: Typed | undefined): string {
  const file = expression.getSourceFile();
  const plain = expression.getText(file);
  const text = typed ? withType(expression, plain, typed) : plain;
  const isShort = isShorthand(use);
  const isFine = isShort || isDelimited(use, text) ? !isComma(expression) : !typed && isPrimary(use, expression);
  const whole = isFine ? text : `(${text})`;
  return (isShort ? `${use.text}: ` : "") + (opensStatement(use, whole) ? ";" : "") + whole;
}

function withType(expression: ts.Expression, plain: string, { word, type }: Typed): string {
  if (word === "comment") return `/** @type {${type}} */ (${plain})`;
  const isTight =
    isSelfContained(expression) || ts.isObjectLiteralExpression(expression) || ts.isNewExpression(expression);
  return `${isTight ? plain : `(${plain})`} ${word} ${type}`;
}

function isComma(expression: ts.Expression): boolean {
  return ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.CommaToken;
}

/** Whether what stands around a use ends every expression. */
function isDelimited(use: ts.Node, text: string): boolean {
  const { parent } = use;
  if (ts.isArrowFunction(parent) || ts.isExpressionStatement(parent) || ts.isExportAssignment(parent)) {
    return !/^(?:\{|function\b|class\b|async\b|let\b)/.test(text);
  }
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== use;
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === use;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return assigns && parent.right === use;
  }
  return closed.has(parent.kind);
}

const closed: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.ReturnStatement,
  ts.SyntaxKind.ThrowStatement,
  ts.SyntaxKind.ArrayLiteralExpression,
  ts.SyntaxKind.PropertyAssignment,
  ts.SyntaxKind.PropertyDeclaration,
  ts.SyntaxKind.TemplateSpan,
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.JsxExpression,
  ts.SyntaxKind.ComputedPropertyName,
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.SwitchStatement,
  ts.SyntaxKind.SpreadElement,
  ts.SyntaxKind.SpreadAssignment,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.BindingElement,
  ts.SyntaxKind.CaseClause,
]);

/** Whether an expression needs no parentheses anywhere but where a part of it would be taken for another. */
function isPrimary(use: ts.Node, expression: ts.Expression): boolean {
  const { parent } = use;
  if (ts.isDecorator(parent)) return false;
  const isOwner =
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) || ts.isCallExpression(parent)) &&
    parent.expression === use;
  if (isOwner && ts.isNumericLiteral(expression)) return false;
  const isChain = (expression.flags & ts.NodeFlags.OptionalChain) !== 0;
  if (isChain && (isOwner || ts.isNonNullExpression(parent) || ts.isTaggedTemplateExpression(parent))) return false;
  if (isCallee(use) && hasCall(expression)) return false;
  return isSelfContained(expression);
}

/** Whether a use is, with what is behind its dots, what `new` makes. */
function isCallee(use: ts.Node): boolean {
  let at = use;
  while (ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at) at = at.parent;
  return ts.isNewExpression(at.parent) && at.parent.expression === at;
}

function hasCall(node: ts.Node): boolean {
  return ts.isCallExpression(node) || (ts.forEachChild(node, hasCall) ?? false);
}

function isSelfContained(node: ts.Expression): boolean {
  if (ts.isIdentifier(node) || ts.isLiteralExpression(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return !/^(?:\{|function\b|class\b)/.test(node.getText());
  }
  if (ts.isNewExpression(node)) return node.arguments !== undefined;
  return contained.has(node.kind);
}

const contained: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ArrayLiteralExpression,
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.NonNullExpression,
  ts.SyntaxKind.TaggedTemplateExpression,
  ts.SyntaxKind.ThisKeyword,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
]);

/** Whether a text at the start of a statement would go on with the line above, which has no semicolon. */
function opensStatement(use: ts.Node, text: string): boolean {
  const file = use.getSourceFile();
  const start = use.getStart(file);
  const isFirst = ts.findAncestor(use, ts.isExpressionStatement)?.getStart(file) === start;
  return isFirst && /^[([`/+-]/.test(text) && /[^;{}\s]\s*$/.test(file.text.slice(0, start));
}
