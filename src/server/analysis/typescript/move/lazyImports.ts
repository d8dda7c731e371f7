import { ts } from "../ts.ts";
import type { Draft } from "./drafts.ts";
import { usesOf, withParentheses } from "./identifiers.ts";

/** The names that are taken from a module by `import()`, `import("…").Name` or `require()`; undefined for the whole of it. */
export function lazyMembers({ file, checker }: Draft, specifier: ts.StringLiteralLike): string[] | undefined {
  const { parent } = specifier;
  if (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent)) return typeMembers(parent.parent);
  if (ts.isExternalModuleReference(parent)) {
    return membersOfUses(file, checker, parent.parent.name);
  }
  if (!ts.isCallExpression(parent)) return undefined;
  if (parent.expression.kind !== ts.SyntaxKind.ImportKeyword) return membersOf(file, checker, parent);
  const taken = withParentheses(parent);
  if (ts.isAwaitExpression(taken.parent)) return membersOf(file, checker, taken.parent);
  const { parent: access } = taken;
  const isThen = ts.isPropertyAccessExpression(access) && access.expression === taken && access.name.text === "then";
  if (!isThen || !ts.isCallExpression(access.parent) || access.parent.expression !== access) return undefined;
  const [callback] = access.parent.arguments;
  if (!callback || (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback))) return undefined;
  const [parameter] = callback.parameters;
  if (!parameter) return [];
  return ts.isIdentifier(parameter.name)
    ? membersOfUses(file, checker, parameter.name)
    : membersOfPattern(parameter.name);
}

function typeMembers({ qualifier }: ts.ImportTypeNode): string[] | undefined {
  let first = qualifier;
  while (first && ts.isQualifiedName(first)) first = first.left;
  return first && ts.isIdentifier(first) ? [first.text] : undefined;
}

/** What is taken from an expression that is the module. */
function membersOf(file: ts.SourceFile, checker: ts.TypeChecker, module: ts.Expression): string[] | undefined {
  const taken = withParentheses(module);
  const { parent } = taken;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === taken) return [parent.name.text];
  if (ts.isElementAccessExpression(parent) && parent.expression === taken) {
    return ts.isStringLiteralLike(parent.argumentExpression) ? [parent.argumentExpression.text] : undefined;
  }
  if (ts.isExpressionStatement(parent)) return [];
  if (!ts.isVariableDeclaration(parent) || parent.initializer !== taken) return undefined;
  return ts.isIdentifier(parent.name) ? membersOfUses(file, checker, parent.name) : membersOfPattern(parent.name);
}

function membersOfPattern(pattern: ts.BindingPattern): string[] | undefined {
  if (!ts.isObjectBindingPattern(pattern)) return undefined;
  const names: string[] = [];
  for (const { dotDotDotToken, propertyName, name } of pattern.elements) {
    const key = propertyName ?? name;
    if (dotDotDotToken || (!ts.isIdentifier(key) && !ts.isStringLiteral(key))) return undefined;
    names.push(key.text);
  }
  return names;
}

function membersOfUses(file: ts.SourceFile, checker: ts.TypeChecker, name: ts.Identifier): string[] | undefined {
  const names: string[] = [];
  for (const use of usesOf(file, checker, name)) {
    const { parent } = use;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === use) names.push(parent.name.text);
    else if (ts.isQualifiedName(parent) && parent.left === use) names.push(parent.right.text);
    else return undefined;
  }
  return names;
}
