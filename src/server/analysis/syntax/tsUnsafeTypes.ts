import { ts } from "ts-morph";
import type { UnsafeType } from "./facts.ts";
import { lineAt } from "./tsParse.ts";

const directive = /(?:\/\/|\/\*)\s*@ts-(?:ignore|expect-error|nocheck)\b/g;

/** Where the type checker is switched off: `any`, `as`, `!` and the ts-comments. `as const` hides nothing. */
export function unsafeTypesOf(source: ts.SourceFile): UnsafeType[] {
  const unsafeTypes: UnsafeType[] = [];
  const literals: (readonly [number, number])[] = [];
  const add = (kind: UnsafeType["kind"], offset: number) => unsafeTypes.push({ kind, line: lineAt(source, offset) });
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) add("any", node.getStart(source));
    else if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
      if (!ts.isConstTypeReference(node.type)) add("assertion", node.type.getStart(source));
    } else if (ts.isNonNullExpression(node)) add("non-null", node.end - 1);
    else if (isText(node)) literals.push([node.getStart(source), node.end]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const match of source.text.matchAll(directive)) {
    if (!literals.some(([start, end]) => match.index >= start && match.index < end)) add("ignored error", match.index);
  }
  return unsafeTypes.sort((a, b) => a.line - b.line);
}

function isText(node: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isJsxText(node)
  );
}
