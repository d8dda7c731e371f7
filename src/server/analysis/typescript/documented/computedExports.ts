import { ts } from "../ts.ts";

/** Why names of a CommonJS module are not known before it runs; undefined where all of them are. */
export function computedExports(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  whole: ts.Symbol | undefined,
): string | undefined {
  const isExports = (node: ts.Expression): boolean => {
    if (ts.isPropertyAccessExpression(node)) return /^module\s*\.\s*exports$/.test(node.getText(file));
    if (!ts.isIdentifier(node)) return false;
    return node.text === "exports" || (whole !== undefined && checker.getSymbolAtLocation(node) === whole);
  };
  const isValue = whole === undefined || (whole.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) === 0;
  const visit = (node: ts.Node): string | undefined => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const { left } = node;
      if (
        ts.isElementAccessExpression(left) &&
        isExports(left.expression) &&
        !ts.isStringLiteralLike(left.argumentExpression)
      ) {
        return `Names that it sets by an expression are not documented: ${shown(left, file)}`;
      }
    }
    if (ts.isCallExpression(node) && isValue && !isKnown(node, file)) {
      if (node.arguments.some((each) => isExports(each))) {
        return `Names that a function sets are not documented: ${shown(node.expression, file)}`;
      }
    }
    return ts.forEachChild(node, visit);
  };
  return visit(file);
}

/** The compiler understands the first; the others set no names. */
function isKnown({ expression }: ts.CallExpression, file: ts.SourceFile): boolean {
  return /^(?:Object\.(?:defineProperty|create|freeze|seal|setPrototypeOf|keys)|require)$/.test(
    expression.getText(file),
  );
}

function shown(node: ts.Node, file: ts.SourceFile): string {
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return `${node.getText(file).replace(/\s+/g, " ").slice(0, 60)} in line ${String(line + 1)}.`;
}
