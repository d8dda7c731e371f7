import type { FaultsQuery, SeededFault } from "./answers.ts";
import type { View } from "./engine.ts";
import { slashed, ts } from "./ts.ts";

/** Operators whose other one is right in a few cases only: limits, signs, conditions. */
const others: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.EqualsEqualsToken]: "!=",
  [ts.SyntaxKind.ExclamationEqualsToken]: "==",
  [ts.SyntaxKind.PlusToken]: "-",
  [ts.SyntaxKind.MinusToken]: "+",
  [ts.SyntaxKind.AsteriskToken]: "/",
  [ts.SyntaxKind.SlashToken]: "*",
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
  [ts.SyntaxKind.PlusEqualsToken]: "-=",
  [ts.SyntaxKind.MinusEqualsToken]: "+=",
};

interface Change {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
  readonly what: string;
}

/**
 * Faults spread over the functions of a file, the same each time. As mutation testing makes them: an operator for its
 * neighbour, a condition turned round, a returned value left out, a call left out.
 */
export function seededFaults(view: View, { path, from = 1, to = Infinity, most }: FaultsQuery): readonly SeededFault[] {
  const name = slashed(path);
  const file = view.projectOf(name).program().getSourceFile(name);
  if (!file) return [];
  const lineOf = (offset: number) => file.getLineAndCharacterOfPosition(offset).line + 1;
  const found: Change[] = [];
  const visit = (node: ts.Node, isInFunction: boolean): void => {
    if (isInFunction) found.push(...faultsOf(node, file));
    const isFunction = ts.isFunctionLike(node);
    node.forEachChild((child) => visit(child, isInFunction || isFunction));
  };
  visit(file, false);
  const inRange = found.filter(({ start }) => lineOf(start) >= from && lineOf(start) <= to);
  return spread(inRange, most).map(({ start, end, newText, what }) => ({
    line: lineOf(start),
    what,
    text: file.text.slice(0, start) + newText + file.text.slice(end),
  }));
}

function faultsOf(node: ts.Node, file: ts.SourceFile): readonly Change[] {
  if (ts.isBinaryExpression(node)) {
    const { operatorToken: token } = node;
    const newText = others[token.kind];
    if (newText === undefined) return [];
    const old = token.getText(file);
    return [{ start: token.getStart(file), end: token.end, newText, what: `${newText} instead of ${old}` }];
  }
  if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
    const condition = ts.isIfStatement(node) ? node.expression : node.condition;
    const [start, end] = [condition.getStart(file), condition.end];
    return [{ start, end, newText: `!(${condition.getText(file)})`, what: "the condition turned round" }];
  }
  if (ts.isReturnStatement(node) && node.expression) {
    const { expression } = node;
    const [start, end] = [expression.getStart(file), expression.end];
    return [
      { start, end, newText: isJavaScript(file) ? "undefined" : "undefined as never", what: "undefined returned" },
    ];
  }
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
    return [{ start: node.getStart(file), end: node.end, newText: ";", what: "a call left out" }];
  }
  return [];
}

function isJavaScript({ fileName }: ts.SourceFile): boolean {
  return /\.[cm]?jsx?$/.test(fileName);
}

/** So many of them, evenly over the file. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, at) => all[Math.floor((at * all.length) / most)]).flatMap((each) =>
    each === undefined ? [] : [each],
  );
}
