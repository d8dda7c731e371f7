import { ts } from "ts-morph";
import { addStructure, cognitiveOf, newUnit } from "./cognitive.ts";
import type { Unit } from "./cognitive.ts";
import { extractable } from "./extractable.ts";
import type { FunctionFacts } from "./facts.ts";
import { anonymous, functionKind, functionName } from "./tsNames.ts";
import type { Measured } from "./tsNames.ts";
import { lineAt } from "./tsParse.ts";

const K = ts.SyntaxKind;

interface At {
  readonly unit: Unit;
  /** The name that a call of itself has. */
  readonly name: string;
  /** Cognitive nesting in the unit. */
  readonly level: number;
  /** Block nesting in the unit. */
  readonly depth: number;
}

/**
 * Measures every function of a file. The cyclomatic number is that of ESLint's `complexity` rule: functions, class
 * field initializers and static blocks are each a code path of their own, and every branch counts where it is run.
 */
export function measureFunctions(source: ts.SourceFile): FunctionFacts[] {
  const found: { node: Measured; unit: Unit; outer: string }[] = [];
  /** `a = 1` inside a destructuring assignment: a default, not an assignment. */
  const defaults = new Set<ts.Node>();
  const recursive = new Set<Unit>();

  function visit(node: ts.Node, at: At): void {
    countPaths(node, at.unit, defaults);
    if (isMeasured(node)) return enter(node, at);
    if (ts.isCallExpression(node)) countRecursion(node, at);
    if (ts.isIfStatement(node)) return visitIf(node, at, false);
    if (ts.isTryStatement(node)) return visitTry(node, at);
    if (ts.isBinaryExpression(node)) countSequence(node, at.unit);
    if ((ts.isBreakStatement(node) || ts.isContinueStatement(node)) && node.label) at.unit.cost += 1;
    const breaks = ts.isConditionalExpression(node) || ts.isSwitchStatement(node) || isLoop(node);
    if (!breaks) return ts.forEachChild(node, (child) => visit(child, at));
    addStructure(at.unit, at.level);
    const inner = ts.isConditionalExpression(node) ? { ...at, level: at.level + 1 } : deeper(at);
    const head = headOf(node);
    ts.forEachChild(node, (child) => visit(child, head.includes(child) ? at : inner));
  }

  function visitIf(node: ts.IfStatement, at: At, isElseIf: boolean): void {
    if (isElseIf) at.unit.cost += 1;
    else addStructure(at.unit, at.level);
    const inner = deeper(at);
    visit(node.expression, at);
    visit(node.thenStatement, inner);
    const other = node.elseStatement;
    if (!other) return;
    if (ts.isIfStatement(other)) {
      countPaths(other, at.unit, defaults);
      visitIf(other, at, true);
    } else {
      at.unit.cost += 1;
      visit(other, inner);
    }
  }

  function visitTry(node: ts.TryStatement, at: At): void {
    // A try is a block level of its own, but only its catch interrupts the flow.
    const inner = { ...at, depth: at.depth + 1 };
    at.unit.depth = Math.max(at.unit.depth, inner.depth);
    visit(node.tryBlock, inner);
    if (node.catchClause) {
      countPaths(node.catchClause, at.unit, defaults);
      addStructure(at.unit, at.level);
      ts.forEachChild(node.catchClause, (child) => visit(child, { ...inner, level: at.level + 1 }));
    }
    if (node.finallyBlock) visit(node.finallyBlock, inner);
  }

  /** Names, decorators and types of a member belong to what is around it; parameters and body are the function. */
  function enter(node: Measured, at: At): void {
    const unit = newUnit();
    const own = functionName(node);
    const inside: At = { unit, name: own === anonymous ? at.name : own, level: 0, depth: 0 };
    found.push({ node, unit, outer: at.name });
    at.unit.nested.push({ unit, level: at.level });
    ts.forEachChild(node, (child) => visit(child, isOwn(node, child) ? inside : at));
  }

  function countRecursion(node: ts.CallExpression, { unit, name }: At): void {
    if (recursive.has(unit) || !isOwnCall(node.expression, name)) return;
    recursive.add(unit);
    unit.cost += 1;
  }

  visit(source, { unit: newUnit(), name: "", level: 0, depth: 0 });
  return found.map(({ node, unit, outer }) => ({
    ...extractOf(source, node, unit),
    name: placedName(functionName(node), outer),
    kind: functionKind(node),
    line: lineAt(source, node.getStart(source)),
    endLine: lineAt(source, node.end),
    end: ts.isPropertyDeclaration(node) ? (node.initializer?.end ?? node.end) : node.end,
    cyclomatic: unit.cyclomatic,
    cognitive: cognitiveOf(unit),
    nesting: unit.depth,
    parameters: "parameters" in node ? node.parameters.filter((one) => !isThis(one)).length : 0,
  }));
}

/** Only of a function that a finding may be about: it costs a walk over its tree. */
function extractOf(source: ts.SourceFile, node: Measured, unit: Unit): Pick<FunctionFacts, "extract"> {
  const isLong = source.getLineAndCharacterOfPosition(node.end).line - lineAt(source, node.getStart(source)) > 100;
  if (cognitiveOf(unit) <= 10 && unit.cyclomatic <= 10 && unit.depth <= 3 && !isLong) return {};
  const body = "body" in node ? node.body : undefined;
  const extract = body && extractable(source, body);
  return extract ? { extract } : {};
}

/** A function is called by its name, a method by `this` and the last part of its name path. */
function isOwnCall(callee: ts.Expression, name: string): boolean {
  if (ts.isIdentifier(callee)) return callee.text === name;
  if (!ts.isPropertyAccessExpression(callee) || callee.expression.kind !== K.ThisKeyword) return false;
  return callee.name.text === name.slice(name.lastIndexOf("/") + 1);
}

/** A callback is recognized by the function that it stands in. */
function placedName(name: string, outer: string): string {
  if (name !== anonymous) return name;
  return outer === "" || outer === anonymous ? anonymous : `callback in ${outer}`;
}

function isThis(parameter: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(parameter.name) && parameter.name.text === "this";
}

function deeper(at: At): At {
  const depth = at.depth + 1;
  at.unit.depth = Math.max(at.unit.depth, depth);
  return { ...at, level: at.level + 1, depth };
}

function isMeasured(node: ts.Node): node is Measured {
  if (ts.isClassStaticBlockDeclaration(node)) return true;
  // An auto-accessor is no class field to ESLint: its value belongs to what is around the class.
  if (ts.isPropertyDeclaration(node))
    return node.initializer !== undefined && !ts.isAutoAccessorPropertyDeclaration(node);
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}

/** What is run when the function is, as opposed to where it is declared. */
function isOwn(node: Measured, child: ts.Node): boolean {
  if (ts.isPropertyDeclaration(node)) return child === node.initializer;
  if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node)) return true;
  if (ts.isClassStaticBlockDeclaration(node)) return true;
  return child !== node.name && !ts.isDecorator(child);
}

function isLoop(node: ts.Node): node is ts.IterationStatement {
  return ts.isIterationStatement(node, false);
}

/** The parts of a structure that are run before it branches, on the level around it. */
function headOf(node: ts.Node): readonly (ts.Node | undefined)[] {
  if (ts.isConditionalExpression(node)) return [node.condition];
  if (ts.isForStatement(node)) return [node.initializer, node.condition, node.incrementor];
  if (ts.isForInStatement(node) || ts.isForOfStatement(node)) return [node.initializer, node.expression];
  if (ts.isWhileStatement(node) || ts.isDoStatement(node) || ts.isSwitchStatement(node)) return [node.expression];
  return [];
}

const deciding = new Set<ts.SyntaxKind>([
  K.CatchClause,
  K.ConditionalExpression,
  K.ForStatement,
  K.ForInStatement,
  K.ForOfStatement,
  K.IfStatement,
  K.WhileStatement,
  K.DoStatement,
  K.CaseClause,
]);

const logical = new Set<ts.SyntaxKind>([
  K.AmpersandAmpersandToken,
  K.BarBarToken,
  K.QuestionQuestionToken,
  K.AmpersandAmpersandEqualsToken,
  K.BarBarEqualsToken,
  K.QuestionQuestionEqualsToken,
]);

/** What ESLint's rule counts at this node. */
function countPaths(node: ts.Node, unit: Unit, defaults: Set<ts.Node>): void {
  if (deciding.has(node.kind)) unit.cyclomatic += 1;
  if ((ts.isParameter(node) || ts.isBindingElement(node)) && node.initializer) unit.cyclomatic += 1;
  if (ts.isShorthandPropertyAssignment(node) && node.objectAssignmentInitializer) unit.cyclomatic += 1;
  const optional =
    ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node);
  if (optional && node.questionDotToken) unit.cyclomatic += 1;
  if ((ts.isForInStatement(node) || ts.isForOfStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) {
    markDefaults(node.initializer, defaults);
  }
  if (!ts.isBinaryExpression(node)) return;
  if (logical.has(node.operatorToken.kind) || defaults.has(node)) unit.cyclomatic += 1;
  if (node.operatorToken.kind === K.EqualsToken) markDefaults(node.left, defaults);
}

/** Finds the defaults in the target of a destructuring assignment. */
function markDefaults(target: ts.Node, defaults: Set<ts.Node>): void {
  if (ts.isParenthesizedExpression(target) || ts.isSpreadElement(target) || ts.isSpreadAssignment(target)) {
    return markDefaults(target.expression, defaults);
  }
  if (ts.isArrayLiteralExpression(target)) for (const element of target.elements) markElement(element, defaults);
  if (!ts.isObjectLiteralExpression(target)) return;
  for (const property of target.properties) {
    if (ts.isPropertyAssignment(property)) markElement(property.initializer, defaults);
    else if (ts.isSpreadAssignment(property)) markDefaults(property, defaults);
  }
}

function markElement(element: ts.Expression, defaults: Set<ts.Node>): void {
  if (ts.isBinaryExpression(element) && element.operatorToken.kind === K.EqualsToken) defaults.add(element);
  else markDefaults(element, defaults);
}

/** A run of the same logical operator costs 1, however long; `??` is a shorthand and costs nothing. */
function countSequence(node: ts.BinaryExpression, unit: Unit): void {
  const { kind } = node.operatorToken;
  if (kind !== K.AmpersandAmpersandToken && kind !== K.BarBarToken) return;
  let parent: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(parent)) parent = parent.parent;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === kind) return;
  unit.cost += 1;
}
