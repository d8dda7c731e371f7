import { isJavaScript } from "../../syntax/tsParse.ts";
import { withParentheses } from "../move/identifiers.ts";
import { nodeAt, ts } from "../ts.ts";
import { editsIn, positionOf, quoted, refusal, withEdits } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";

type Convertible = ts.ArrowFunction | ts.FunctionExpression;

/** An arrow function has the `this` of what it is in, and a function has its own. */
export function refuseOwnThis({ view, file, range }: Conversion): void {
  const converted = functionAt(file, range);
  const use = converted && useOfOwn(converted);
  if (!use) return;
  throw refusal(
    "THIS_DIFFERS",
    `${quoted(use)} at ${positionOf(view, use)} would mean another thing in another kind of function.`,
    "Put its value into a variable in front of the function first.",
  );
}

/** A named function starts without the type that its variable has, and cannot be the only statement under a condition. */
export function refuseNamed(conversion: Conversion): void {
  refuseOwnThis(conversion);
  const { file, range } = conversion;
  const declaration = functionAt(file, range)?.parent;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return;
  const { type, name } = declaration;
  if (type) {
    throw refusal(
      "TYPE_LOST",
      `${quoted(name)} has the type ${quoted(type)}, which a named function cannot have.`,
      "Write the types on the parameters and the result, and remove the type of the variable first.",
    );
  }
  refuseWithoutBlock(declaration.parent.parent);
}

/** Refuses to put a second statement where only one is allowed, or a declaration where none is. */
export function refuseWithoutBlock(statement: ts.Node): void {
  const { parent } = statement;
  const hasList = ts.isSourceFile(parent) || ts.isBlock(parent) || ts.isModuleBlock(parent);
  if (hasList || ts.isCaseOrDefaultClause(parent)) return;
  throw refusal(
    "NEEDS_BLOCK",
    "The statement is the only one under a condition, a loop or a label, and a declaration would need a block there.",
    "Put braces around the statement first.",
  );
}

/** What only a function can be: a generator, called by `new`, with its own `this`. */
export function refuseArrow(conversion: Conversion): void {
  refuseOwnThis(conversion);
  const { view, file, range } = conversion;
  const converted = functionAt(file, range);
  if (!converted || !ts.isFunctionExpression(converted)) return;
  const needs = (why: string) =>
    refusal("NEEDS_FUNCTION", `An arrow function cannot be ${why}.`, "Leave the function as it is.");
  if (converted.asteriskToken) throw needs("a generator");
  if (converted.parameters.some(({ name }) => ts.isIdentifier(name) && name.text === "this")) {
    throw needs("called with a `this` of its own, which its parameter names");
  }
  const outer = withParentheses(converted).parent;
  if (ts.isNewExpression(outer)) throw needs("called by `new`");
  const name = nameOf(converted);
  const made = name && referencesTo(conversion, name).find(isConstructed);
  if (made) throw needs(`used as a class, as at ${positionOf(view, made)}`);
}

/** `function () {}.bind(x)` and `x || function () {}` need parentheses around the arrow function. */
export function parenthesizedArrow({ file, range }: Conversion, converted: Converted): Converted {
  const before = functionAt(file, range);
  if (!before || !isOperand(before)) return converted;
  const edits = editsIn(converted, file).map((edit) => {
    const isWhole = edit.start === before.getStart(file) && edit.end === before.end;
    return isWhole ? { ...edit, newText: `(${edit.newText})` } : edit;
  });
  return withEdits(converted, file, edits);
}

function isOperand(node: Convertible): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    return parent.left === node || !isSequenceOrAssignment(parent.operatorToken.kind);
  }
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isCallExpression(parent) || ts.isElementAccessExpression(parent)) return parent.expression === node;
  if (ts.isAwaitExpression(parent) || ts.isPrefixUnaryExpression(parent) || ts.isVoidExpression(parent)) return true;
  if (ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent) || ts.isNonNullExpression(parent)) return true;
  return ts.isPropertyAccessExpression(parent) || ts.isTypeOfExpression(parent) || ts.isTypeAssertionExpression(parent);
}

function isSequenceOrAssignment(kind: ts.SyntaxKind): boolean {
  if (kind === ts.SyntaxKind.CommaToken) return true;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The function around a position, or the one that a variable is declared with at its name. */
function functionAt(file: ts.SourceFile, { pos }: ts.TextRange): Convertible | undefined {
  const node = nodeAt(file, pos);
  const around = ts.findAncestor(node, (at) => isConvertible(at) || ts.isVariableDeclaration(at) || ts.isStatement(at));
  if (!around || isConvertible(around)) return around;
  const declaration = ts.isVariableStatement(around) ? around.declarationList.declarations[0] : around;
  const value = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return value && isConvertible(value) ? value : undefined;
}

function isConvertible(node: ts.Node): node is Convertible {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** The first use of what a function has of its own and an arrow function does not. */
function useOfOwn(converted: Convertible | ts.FunctionDeclaration): ts.Node | undefined {
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (isOwn(node)) return node;
    if (ts.isClassStaticBlockDeclaration(node)) return undefined;
    if (ts.isPropertyDeclaration(node)) return visit(node.name);
    const hasOwn = ts.isFunctionLike(node) && !ts.isArrowFunction(node) && node !== converted;
    if (hasOwn) return node.name && ts.isComputedPropertyName(node.name) ? visit(node.name) : undefined;
    return ts.forEachChild(node, visit);
  };
  return ts.forEachChild(converted, visit);
}

function isOwn(node: ts.Node): boolean {
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) return true;
  if (ts.isMetaProperty(node)) return node.keywordToken === ts.SyntaxKind.NewKeyword;
  if (!ts.isIdentifier(node)) return false;
  const { parent } = node;
  // Code in a string may have any of them.
  if (node.text === "eval") return ts.isCallExpression(parent) && parent.expression === node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  return node.text === "arguments" && !isMember && !ts.isPropertyAssignment(parent);
}

function nameOf(converted: Convertible): ts.Node | undefined {
  const { parent } = withParentheses(converted);
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) {
    return parent.name;
  }
  if (!ts.isBinaryExpression(parent) || !isJavaScript(parent.getSourceFile().fileName)) return undefined;
  const { left } = parent;
  return ts.isPropertyAccessExpression(left) ? left.name : left;
}

function referencesTo({ project, file }: Conversion, name: ts.Node): ts.Node[] {
  const found = project.service.getReferencesAtPosition(file.fileName, name.getStart(file)) ?? [];
  return found.flatMap(({ fileName, textSpan }) => {
    const other = project.program().getSourceFile(fileName);
    return other ? [nodeAt(other, textSpan.start)] : [];
  });
}

/** `new name()`, `name.prototype`, `class extends name`, `x instanceof name`. */
function isConstructed(use: ts.Node): boolean {
  let at = use;
  if (ts.isPropertyAccessExpression(at.parent) && at.parent.name === at) at = at.parent;
  at = withParentheses(at);
  while (ts.isAsExpression(at.parent) || ts.isNonNullExpression(at.parent)) at = withParentheses(at.parent);
  const { parent } = at;
  if (ts.isNewExpression(parent)) return parent.expression === at;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text === "prototype";
  if (ts.isExpressionWithTypeArguments(parent)) return true;
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
}

/** Whether calls of a declared function give it a `this` that it reads. */
export function usesThis(declaration: ts.Declaration): boolean {
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  if (!value || !(ts.isFunctionDeclaration(value) || ts.isFunctionExpression(value))) return false;
  return useOfOwn(value)?.kind === ts.SyntaxKind.ThisKeyword;
}
