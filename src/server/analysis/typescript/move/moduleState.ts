import { isMember } from "../nameUses.ts";
import { ts } from "../ts.ts";
import { isAssigned, nodesIn, runsAtLoad, withParentheses } from "./identifiers.ts";
import { declaratorsOf } from "./moved.ts";
import type { Piece } from "./moved.ts";

/** Whether a variable starts as an empty container, as a memory or a registry does. */
export function isMadeToBeFilled(piece: Piece): boolean {
  return declaratorsOf(piece).some(({ initializer }) => initializer && isEmptyContainer(initializer));
}

/** `[]`, `{}`, `new Map()`. */
function isEmptyContainer(value: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(value)) return value.elements.length === 0;
  if (ts.isObjectLiteralExpression(value)) return value.properties.length === 0;
  if (ts.isAsExpression(value) || ts.isSatisfiesExpression(value) || ts.isParenthesizedExpression(value)) {
    return isEmptyContainer(value.expression);
  }
  if (!ts.isNewExpression(value) || (value.arguments ?? []).length > 0) return false;
  return /^(?:Weak)?(?:Map|Set)$/.test(value.expression.getText());
}

/** Whether a name stands in a pattern that is assigned to: `[name] = values`. */
function isInAssignedPattern(node: ts.Node): boolean {
  const pattern = ts.findAncestor(node, (at) => {
    const isPattern = ts.isObjectLiteralExpression(at) || ts.isArrayLiteralExpression(at);
    return isPattern && isAssigned(withParentheses(at));
  });
  return pattern !== undefined;
}

const mutators = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append register".split(" "),
);
const changers = new Set(["assign", "defineProperty", "defineProperties", "setPrototypeOf"]);

/** Whether a use assigns a variable or changes its object: a part of it, by `delete`, or by a method that is known to. */
export function isChanged(use: ts.Node): boolean {
  let at = withParentheses(use);
  while (isPartOf(at.parent, at)) at = withParentheses(at.parent);
  const { parent } = at;
  if (isAssigned(at) || isInAssignedPattern(at) || ts.isDeleteExpression(parent)) return true;
  if (!ts.isCallExpression(parent)) return false;
  if (parent.expression === at) return ts.isPropertyAccessExpression(at) && mutators.has(at.name.text);
  const { expression: callee } = parent;
  return parent.arguments[0] === at && ts.isPropertyAccessExpression(callee) && changers.has(callee.name.text);
}

const globalObjects = new Set(["globalThis", "window", "self", "global"]);

/** Properties of the global object that a file assigns, as mocks do. */
export function assignedGlobals(file: ts.SourceFile): Set<string> {
  return new Set(
    [...nodesIn(file)].flatMap((node) => (isOfGlobalObject(node) && isAssigned(node) ? node.name.text : [])),
  );
}

/** Whether a declaration keeps the value that such a property has while the file loads, which is another one later. */
export function readsAtLoad(piece: Piece, globals: ReadonlySet<string>): boolean {
  return [...nodesIn(piece)].some((node) => {
    if (!ts.isIdentifier(node) || !globals.has(node.text) || !runsAtLoad(node)) return false;
    return !isMember(node) || isOfGlobalObject(node.parent);
  });
}

function isOfGlobalObject(node: ts.Node): node is ts.PropertyAccessExpression {
  return (
    ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && globalObjects.has(node.expression.text)
  );
}

function isPartOf(parent: ts.Node, of: ts.Node): boolean {
  if (ts.isNonNullExpression(parent) || ts.isAsExpression(parent)) return true;
  return (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === of;
}

/** Whether a declaration does nothing but declare while its file loads, so that it can load in another file. */
export function isQuiet(program: ts.Program, checker: ts.TypeChecker, piece: Piece): boolean {
  return [...nodesIn(piece)].every((node) => {
    if (ts.isDecorator(node) || ts.isClassStaticBlockDeclaration(node)) return false;
    if (!mayHaveEffect(node) || !(runsAtLoad(node) || isInComputedName(node))) return true;
    return isPlainCall(program, checker, node);
  });
}

function mayHaveEffect(node: ts.Node): boolean {
  if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) return true;
  if (ts.isAwaitExpression(node) || ts.isDeleteExpression(node)) return true;
  if (ts.isBinaryExpression(node)) return isAssigned(node.left);
  return (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isAssigned(node.operand);
}

function isInComputedName(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isComputedPropertyName) !== undefined;
}

const plainTypes =
  /^(?:Readonly|Weak)?(?:Object|Array|String|Number|Boolean|BigInt|Symbol|Math|RegExp|Map|Set)(?:Constructor)?$/;

/** A call of the language's own that only makes a value: `new Set(["a"])`, `Object.freeze(…)`, `"a b".split(" ")`. */
function isPlainCall(program: ts.Program, checker: ts.TypeChecker, node: ts.Node): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const owner = checker.getResolvedSignature(node)?.declaration?.parent;
  if (!owner || !ts.isInterfaceDeclaration(owner) || !plainTypes.test(owner.name.text)) return false;
  if (!program.isSourceFileDefaultLibrary(owner.getSourceFile())) return false;
  const { expression: callee } = node;
  if (ts.isPropertyAccessExpression(callee) && (mutators.has(callee.name.text) || callee.name.text === "random"))
    return false;
  // A function that is handed over is called at once.
  return (node.arguments ?? []).every((one) => checker.getTypeAtLocation(one).getCallSignatures().length === 0);
}
