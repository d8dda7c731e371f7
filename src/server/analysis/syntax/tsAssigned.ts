import { ts } from "ts-morph";
import { loopBody, namesGivenBy } from "./tsLoops.ts";
import { nameText } from "./tsNames.ts";
import { isJavaScript } from "./tsParse.ts";

/** A name that a file gives to a module, a prototype, a function or an object by an assignment instead of a declaration. */
export interface AssignedName {
  readonly name: string;
  /** What it is a member of, such as `View` or `app.settings`; empty for an export of the module. */
  readonly owner: readonly string[];
  readonly onPrototype: boolean;
  readonly nameNode: ts.Node;
  /** The whole assignment, or the property of a literal or call that gives the name; in a loop the string in its list. */
  readonly node: ts.Node;
  /** The assignment in a loop that gives one name after the other. */
  readonly inLoop?: ts.Node;
  readonly value: ts.Expression | ts.ObjectLiteralElementLike | undefined;
}

type Assigning = ts.AssignmentExpression<ts.EqualsToken>;

interface Owner {
  readonly path: readonly string[];
  readonly onPrototype: boolean;
}

/** What a file declares under a name, as far as a later assignment to a member of it matters. */
type Container = "function" | "class" | "object" | "other";

/** Names that every function and object has anyway. */
const builtIn = new Set(["prototype", "__proto__", "constructor", "__esModule"]);
const assigners = new Set(["assign", "extend", "mixin", "merge"]);

/** The names that the statements of a file or of a function's body assign, those in wrappers and conditions included. */
export function assignedNames(statements: readonly ts.Statement[], source: ts.SourceFile): AssignedName[] {
  const isScript = isJavaScript(source.fileName);
  const isCommonJs = isScript && !source.statements.some(isModuleSyntax);
  const containers = containersIn(statements);
  const counts = (assigned: AssignedName) => isDeclared(assigned, containers.get(assigned.owner[0] ?? ""), isScript);
  return statements.flatMap((statement) => fromStatement(statement, isCommonJs)).filter(counts);
}

/** Bodies of the functions that a statement calls on the spot, among them the factory that a UMD wrapper takes. */
export function wrappedBodies(node: ts.Node): ts.Block[] {
  const call = ts.isExpressionStatement(node) ? calledIn(node.expression) : calledIn(node);
  if (!call) return [];
  const callee = calleeOf(call);
  const isDefine = ts.isIdentifier(callee) && callee.text === "define";
  if (!isFunctionValue(callee) && !isDefine) return [];
  return [callee, ...call.arguments.map(plainValue)].flatMap((one) =>
    isFunctionValue(one) && ts.isBlock(one.body) ? [one.body] : [],
  );
}

/** Without parentheses, type assertions and the targets of `a = b = value`. */
export function plainValue(node: ts.Expression): ts.Expression {
  if (isAssignment(node)) return plainValue(node.right);
  const wraps =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node);
  return wraps ? plainValue(node.expression) : node;
}

export function isFunctionValue(node: ts.Node | undefined): node is ts.FunctionExpression | ts.ArrowFunction {
  return node !== undefined && (ts.isFunctionExpression(node) || ts.isArrowFunction(node));
}

/** Whether what is assigned is a function: a value, a method, or the one in `{ name: function () {} }`. */
export function functionIn(value: ts.Node | undefined): ts.SignatureDeclaration | undefined {
  if (!value) return undefined;
  if (ts.isMethodDeclaration(value)) return value;
  const plain = ts.isPropertyAssignment(value) ? value.initializer : ts.isExpression(value) ? value : undefined;
  const found = plain && plainValue(plain);
  return isFunctionValue(found) ? found : undefined;
}

/** The expression that gives the value. */
export function valueOf({ value }: AssignedName): ts.Expression | undefined {
  if (!value) return undefined;
  if (ts.isPropertyAssignment(value)) return plainValue(value.initializer);
  return ts.isExpression(value) ? plainValue(value) : undefined;
}

/** Whether the value is what has been declared elsewhere, or what `require` gives. */
export function isHandedOn(assigned: AssignedName): boolean {
  const { value } = assigned;
  if (value && ts.isShorthandPropertyAssignment(value)) return true;
  const plain = valueOf(assigned);
  return plain !== undefined && isOther(plain);
}

function isOther(value: ts.Expression): boolean {
  if (ts.isIdentifier(value)) return true;
  if (ts.isPropertyAccessExpression(value)) return isOther(value.expression);
  return ts.isCallExpression(value) && ts.isIdentifier(value.expression) && value.expression.text === "require";
}

/** Declarations of a CommonJS file that it exports under any name: `module.exports = X`, `exports.x = y`. */
export function exportedByAssignment(source: ts.SourceFile): Set<string> {
  const found = new Set<string>();
  if (!isJavaScript(source.fileName) || source.statements.some(isModuleSyntax)) return found;
  for (const { owner, value } of assignedNames(source.statements, source)) {
    if (owner.length > 0 || !value) continue;
    const plain = ts.isPropertyAssignment(value) ? value.initializer : value;
    if (ts.isIdentifier(plain)) found.add(plain.text);
    if (ts.isShorthandPropertyAssignment(value)) found.add(value.name.text);
  }
  const visit = (node: ts.Node): void => {
    if (isAssignment(node) && ownerOf(node.left, true)?.path.length === 0) {
      const value = plainValue(node.right);
      if (ts.isIdentifier(value)) found.add(value.text);
    }
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && exportsItself(node.initializer)) {
      found.add(node.name.text);
    }
    if (!ts.isFunctionLike(node) || ts.isFunctionExpression(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `var app = module.exports = value`. */
function exportsItself(initializer: ts.Expression | undefined): boolean {
  if (!initializer || !isAssignment(initializer)) return false;
  return ownerOf(initializer.left, true)?.path.length === 0 || exportsItself(initializer.right);
}

function isModuleSyntax(node: ts.Statement): boolean {
  return ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isExportAssignment(node);
}

function isAssignment(node: ts.Node): node is Assigning {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function calledIn(node: ts.Node): ts.CallExpression | undefined {
  if (ts.isCallExpression(node)) return node;
  if (ts.isParenthesizedExpression(node)) return calledIn(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return calledIn(node.operand);
  return ts.isVoidExpression(node) || ts.isAwaitExpression(node) ? calledIn(node.expression) : undefined;
}

/** The function that is called, also by its `call` or `apply`. */
function calleeOf({ expression }: ts.CallExpression): ts.Expression {
  const plain = plainValue(expression);
  if (!ts.isPropertyAccessExpression(plain)) return plain;
  const inner = plainValue(plain.expression);
  return isFunctionValue(inner) && /^(?:call|apply)$/.test(plain.name.text) ? inner : plain;
}

function fromStatement(node: ts.Node, isCommonJs: boolean): AssignedName[] {
  if (ts.isExpressionStatement(node)) {
    const wrapped = wrappedBodies(node).flatMap((body) => [...body.statements]);
    const inside = wrapped.flatMap((statement) => fromStatement(statement, isCommonJs));
    return [...inside, ...fromLoop(node.expression, isCommonJs), ...fromExpression(node.expression, node, isCommonJs)];
  }
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ initializer }) =>
      initializer && isAssignment(initializer) ? memberTargets(initializer, isCommonJs) : [],
    );
  }
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return [];
  if (!ts.isStatement(node) && !ts.isCatchClause(node) && !ts.isCaseOrDefaultClause(node) && !ts.isCaseBlock(node)) {
    return [];
  }
  const found: AssignedName[] = [];
  ts.forEachChild(node, (child) => void found.push(...fromStatement(child, isCommonJs)));
  return found;
}

/** `list.forEach(function (name) { … })` runs as a loop of the file does. */
function fromLoop(node: ts.Expression, isCommonJs: boolean): AssignedName[] {
  const body = loopBody(node);
  if (!body) return [];
  if (!ts.isBlock(body)) return fromExpression(body, body, isCommonJs);
  return body.statements.flatMap((statement) => fromStatement(statement, isCommonJs));
}

/** `var app = exports.app = value`: the variable has the members of the value, the other targets only their names. */
function memberTargets(node: Assigning, isCommonJs: boolean): AssignedName[] {
  const { left, right } = node;
  const own = fromMember(left, node, plainValue(right), isCommonJs);
  return isAssignment(right) ? [...own, ...memberTargets(right, isCommonJs)] : own;
}

function fromExpression(node: ts.Expression, whole: ts.Node, isCommonJs: boolean): AssignedName[] {
  if (ts.isParenthesizedExpression(node)) return fromExpression(node.expression, whole, isCommonJs);
  if (ts.isConditionalExpression(node)) {
    return [node.whenTrue, node.whenFalse].flatMap((one) => fromExpression(one, one, isCommonJs));
  }
  if (ts.isCallExpression(node)) return fromCall(node, isCommonJs);
  if (!ts.isBinaryExpression(node)) return [];
  if (isAssignment(node)) {
    const { left, right } = node;
    const own = fromTarget({ left, node: whole, value: plainValue(right), isCommonJs });
    return isAssignment(right) ? [...own, ...fromExpression(right, right, isCommonJs)] : own;
  }
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.CommaToken) {
    return [node.left, node.right].flatMap((one) => fromExpression(one, one, isCommonJs));
  }
  const isGuard = kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
  return isGuard ? fromExpression(node.right, node.right, isCommonJs) : [];
}

interface Assignment {
  readonly left: ts.Expression;
  readonly node: ts.Node;
  readonly value: ts.Expression;
  readonly isCommonJs: boolean;
}

function fromTarget({ left, node, value, isCommonJs }: Assignment): AssignedName[] {
  const whole = ownerOf(left, isCommonJs);
  const isModule = whole?.path.length === 0;
  if (whole && (isModule || whole.onPrototype)) {
    if (ts.isObjectLiteralExpression(value)) return fromLiteral(whole, value);
    return isModule ? exportItself(left, node, value) : [];
  }
  return fromMember(left, node, value, isCommonJs);
}

/** `module.exports = function name() {}`: what the module is, by its own name where it has one. */
function exportItself(left: ts.Expression, node: ts.Node, value: ts.Expression): AssignedName[] {
  if (!isFunctionValue(value) && !ts.isClassExpression(value)) return [];
  const nameNode = value.name ?? (ts.isPropertyAccessExpression(left) ? left.name : left);
  return [{ name: value.name?.text ?? "module.exports", owner: [], onPrototype: false, nameNode, node, value }];
}

function fromMember(left: ts.Expression, node: ts.Node, value: ts.Expression, isCommonJs: boolean): AssignedName[] {
  const owner = isAccess(left) ? ownerOf(left.expression, isCommonJs) : undefined;
  if (!owner) return [];
  const nameNode = memberName(left);
  if (nameNode) return [named(owner, nameNode, node, value)];
  return ts.isElementAccessExpression(left) ? computedNames(owner, left, node, value) : [];
}

/**
 * `app[method] = function () {}`: the names that a loop takes from a list in the file, and `[method]` for those that only a
 * run works out. A value that is no function is seldom a member then: the object is a table.
 */
function computedNames(
  owner: Owner,
  left: ts.ElementAccessExpression,
  node: ts.Node,
  value: ts.Expression,
): AssignedName[] {
  const { argumentExpression: nameNode } = left;
  const found = inLoop(owner, nameNode, node, value);
  if (namesGivenBy(nameNode).isWhole || !functionIn(value)) return found;
  const { path, onPrototype } = owner;
  return [...found, { name: `[${nameNode.getText()}]`, owner: path, onPrototype, nameNode, node, value }];
}

function inLoop(owner: Owner, name: ts.Expression, node: ts.Node, value: AssignedName["value"]): AssignedName[] {
  return namesGivenBy(name).names.map((one) => ({ ...named(owner, one, one, value), inLoop: node }));
}

type Access = ts.PropertyAccessExpression | ts.ElementAccessExpression;

function isAccess(node: ts.Node): node is Access {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

function memberName(node: ts.Node): ts.Identifier | ts.StringLiteralLike | undefined {
  if (ts.isPropertyAccessExpression(node)) return ts.isIdentifier(node.name) ? node.name : undefined;
  if (!ts.isElementAccessExpression(node)) return undefined;
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression : undefined;
}

function named(
  owner: Owner,
  nameNode: ts.Identifier | ts.StringLiteralLike,
  node: ts.Node,
  value: AssignedName["value"],
) {
  return { name: nameNode.text, owner: owner.path, onPrototype: owner.onPrototype, nameNode, node, value };
}

function fromLiteral(owner: Owner, literal: ts.ObjectLiteralExpression): AssignedName[] {
  return literal.properties.flatMap((property) => {
    const name = property.name && nameText(property.name);
    if (!property.name || name === undefined) return [];
    const { path, onPrototype } = owner;
    return [{ name, owner: path, onPrototype, nameNode: property.name, node: property, value: property }];
  });
}

/** `Object.assign(X.prototype, { … })` and its kin, `Object.defineProperty(exports, "name", …)`. */
function fromCall(call: ts.CallExpression, isCommonJs: boolean): AssignedName[] {
  const { expression } = call;
  const [target, second, third] = call.arguments;
  if (ts.isIdentifier(expression)) return fromHelper(call, isCommonJs);
  if (!ts.isPropertyAccessExpression(expression) || !target) return [];
  const method = expression.name.text;
  const isObject = ts.isIdentifier(expression.expression) && expression.expression.text === "Object";
  if (/^__define[GS]etter__$/.test(method)) {
    const owner = ownerOf(expression.expression, isCommonJs);
    return owner && ts.isStringLiteralLike(target) ? [named(owner, target, call, second)] : [];
  }
  const owner = ownerOf(target, isCommonJs);
  if (!owner) return [];
  if (isObject && method === "defineProperty") {
    if (second && ts.isStringLiteralLike(second)) return [named(owner, second, call, definedBy(third))];
    return second ? inLoop(owner, second, call, definedBy(third)) : [];
  }
  const isDefining = isObject && method === "defineProperties";
  if (!isDefining && !assigners.has(method)) return [];
  return call.arguments.slice(1).flatMap((one) => (ts.isObjectLiteralExpression(one) ? fromLiteral(owner, one) : []));
}

/** `defineGetter(object, "name", function () {})`: a helper that is called as `Object.defineProperty` is. */
function fromHelper({ expression, arguments: [target, name, value] }: ts.CallExpression, isCommonJs: boolean) {
  if (!ts.isIdentifier(expression) || !/^(?:define|def)(?:[A-Z]\w*)?$/.test(expression.text)) return [];
  if (!target || !name || !ts.isStringLiteralLike(name)) return [];
  const owner = ownerOf(target, isCommonJs);
  return owner ? [named(owner, name, expression.parent, value)] : [];
}

/** The function or value in a property's descriptor. */
function definedBy(descriptor: ts.Expression | undefined): AssignedName["value"] {
  if (!descriptor || !ts.isObjectLiteralExpression(descriptor)) return undefined;
  const part = (wanted: string) =>
    descriptor.properties.find((property) => property.name && nameText(property.name) === wanted);
  return part("value") ?? part("get") ?? descriptor;
}

/** What an expression before the last dot stands for; undefined for what is found out only when the code runs. */
function ownerOf(node: ts.Expression, isCommonJs: boolean): Owner | undefined {
  const plain = plainValue(node);
  if (ts.isIdentifier(plain)) {
    if (plain.text === "exports") return isCommonJs ? { path: [], onPrototype: false } : undefined;
    return { path: [plain.text], onPrototype: false };
  }
  const name = memberName(plain)?.text;
  if (name === undefined || !isAccess(plain)) return undefined;
  if (ts.isIdentifier(plain.expression) && plain.expression.text === "module" && name === "exports") {
    return isCommonJs ? { path: [], onPrototype: false } : undefined;
  }
  const owner = ownerOf(plain.expression, isCommonJs);
  if (!owner) return undefined;
  return name === "prototype" ? { ...owner, onPrototype: true } : { path: [...owner.path, name], onPrototype: false };
}

function containersIn(statements: readonly ts.Statement[]): Map<string, Container> {
  const found = new Map<string, Container>();
  const visit = (node: ts.Statement): void => {
    if (ts.isFunctionDeclaration(node) && node.name) found.set(node.name.text, "function");
    else if (ts.isClassDeclaration(node) && node.name) found.set(node.name.text, "class");
    else if (ts.isVariableStatement(node)) {
      for (const { name, initializer } of node.declarationList.declarations) {
        if (ts.isIdentifier(name)) found.set(name.text, containerOf(initializer));
      }
    }
    for (const body of wrappedBodies(node)) body.statements.forEach(visit);
  };
  statements.forEach(visit);
  return found;
}

function containerOf(initializer: ts.Expression | undefined): Container {
  const value = initializer && plainValue(initializer);
  if (isFunctionValue(value)) return "function";
  if (!value) return "other";
  if (ts.isClassExpression(value)) return "class";
  if (ts.isObjectLiteralExpression(value)) return "object";
  if (isObjectCreate(value)) return "object";
  // `var app = window.app || {}`.
  const isFallback = ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.BarBarToken;
  return isFallback ? containerOf(value.right) : "other";
}

function isObjectCreate(value: ts.Expression): boolean {
  if (!ts.isCallExpression(value) || !ts.isPropertyAccessExpression(value.expression)) return false;
  const { expression, name } = value.expression;
  return ts.isIdentifier(expression) && expression.text === "Object" && name.text === "create";
}

/**
 * TypeScript takes an assignment for a declaration on functions only. JavaScript has no other way to declare, but what is
 * set on an object of unknown origin is news only when it is a function.
 */
function isDeclared(assigned: AssignedName, container: Container | undefined, isScript: boolean): boolean {
  const { name, owner, onPrototype, value } = assigned;
  if (builtIn.has(name) || isUndefined(value)) return false;
  if (owner.length === 0) return true;
  if (!isScript) return container === "function" && owner.length === 1 && !onPrototype;
  if (onPrototype || (container !== undefined && container !== "other")) return true;
  return functionIn(value) !== undefined;
}

/** `exports.name = void 0`, by which compilers reserve a name. */
function isUndefined(value: AssignedName["value"]): boolean {
  if (!value) return false;
  return ts.isVoidExpression(value) || (ts.isIdentifier(value) && value.text === "undefined");
}
