import { ts } from "ts-morph";

/** Names that a computed member such as `app[method]` stands for. */
interface GivenNames {
  readonly names: readonly ts.StringLiteralLike[];
  /** Whether there are no others. */
  readonly isWhole: boolean;
}

const unknown: GivenNames = { names: [], isWhole: false };

/** The body that a call such as `list.forEach(function (name) { … })` or `_.each(list, …)` runs once for each name. */
export function loopBody(node: ts.Expression): ts.ConciseBody | undefined {
  return ts.isCallExpression(node) && listOf(node) ? callbackOf(node)?.body : undefined;
}

/** What the variable of a loop goes through, as far as strings in the file say it. */
export function namesGivenBy(node: ts.Expression): GivenNames {
  if (!ts.isIdentifier(node)) return unknown;
  const isIt = (name: ts.Node | undefined) => name !== undefined && ts.isIdentifier(name) && name.text === node.text;
  for (let at: ts.Node = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isForOfStatement(at) && ts.isVariableDeclarationList(at.initializer)) {
      if (isIt(at.initializer.declarations[0]?.name)) return namesIn(at.expression);
    } else if (ts.isFunctionLike(at) && at.parameters.some(({ name }) => isIt(name))) {
      const list = isIt(at.parameters[0]?.name) && ts.isCallExpression(at.parent) ? listOf(at.parent) : undefined;
      return list ? namesIn(list) : unknown;
    }
  }
  return unknown;
}

function callbackOf({ arguments: args }: ts.CallExpression): ts.FunctionExpression | ts.ArrowFunction | undefined {
  return args.find((one) => ts.isFunctionExpression(one) || ts.isArrowFunction(one));
}

/** The list of `list.forEach(…)`, `each(list, …)` or `_.each(list, …)`. */
function listOf({ expression, arguments: args }: ts.CallExpression): ts.Expression | undefined {
  const [first] = args;
  if (!first) return undefined;
  const isCallback = ts.isFunctionExpression(first) || ts.isArrowFunction(first);
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  if (!ts.isIdentifier(name) || !/^(?:forEach|each)$/.test(name.text)) return undefined;
  if (!isCallback) return first;
  return ts.isPropertyAccessExpression(expression) ? expression.expression : undefined;
}

function namesIn(list: ts.Expression): GivenNames {
  if (ts.isParenthesizedExpression(list)) return namesIn(list.expression);
  if (ts.isStringLiteralLike(list)) return { names: [list], isWhole: true };
  if (ts.isArrayLiteralExpression(list)) return joined(list.elements.map(namesIn));
  if (ts.isSpreadElement(list)) return namesIn(list.expression);
  if (ts.isIdentifier(list)) {
    const value = initializerOf(list);
    return value && ts.isArrayLiteralExpression(value) ? namesIn(value) : unknown;
  }
  if (!ts.isCallExpression(list) || !ts.isPropertyAccessExpression(list.expression)) return unknown;
  const { expression, name } = list.expression;
  return name.text === "concat" ? joined([expression, ...list.arguments].map(namesIn)) : unknown;
}

function joined(all: readonly GivenNames[]): GivenNames {
  return { names: all.flatMap(({ names }) => names), isWhole: all.every(({ isWhole }) => isWhole) };
}

/** What the innermost variable of a name is declared with. */
function initializerOf({ text, parent }: ts.Identifier): ts.Expression | undefined {
  const inner = ts.findAncestor(parent, (node) => declaredIn(node, text) !== undefined);
  return inner && declaredIn(inner, text)?.initializer;
}

function declaredIn(node: ts.Node, name: string): ts.VariableDeclaration | undefined {
  if (!ts.isSourceFile(node) && !ts.isBlock(node)) return undefined;
  return node.statements
    .flatMap((one) => (ts.isVariableStatement(one) ? [...one.declarationList.declarations] : []))
    .find((one) => ts.isIdentifier(one.name) && one.name.text === name);
}
