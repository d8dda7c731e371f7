import { ts } from "ts-morph";
import type { FunctionFacts } from "./facts.ts";

/** A node that is a code path of its own. */
export type Measured =
  | (ts.FunctionLikeDeclaration & { readonly body?: ts.Node | undefined })
  | ts.PropertyDeclaration
  | ts.ClassStaticBlockDeclaration;

export const anonymous = "(anonymous)";

/** The name path of a function: `Class/method` for members, else its own or its variable's name. */
export function functionName(node: Measured): string {
  if (ts.isClassStaticBlockDeclaration(node)) return `${className(node.parent)}/static`;
  if (ts.isConstructorDeclaration(node)) return `${className(node.parent)}/constructor`;
  const own = node.name ? nameText(node.name) : undefined;
  if (own !== undefined) return ts.isClassLike(node.parent) ? `${className(node.parent)}/${own}` : own;
  return givenName(node);
}

export function functionKind(node: Measured): FunctionFacts["kind"] {
  if (ts.isClassStaticBlockDeclaration(node)) return "static block";
  if (ts.isPropertyDeclaration(node)) return "field";
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (ts.isGetAccessorDeclaration(node)) return "getter";
  if (ts.isSetAccessorDeclaration(node)) return "setter";
  if (ts.isMethodDeclaration(node)) return "method";
  return functionName(node) === anonymous ? "lambda" : "function";
}

/** The text of a name; computed names that are no literal are written as in the code. */
export function nameText(name: ts.PropertyName | ts.BindingName | ts.ModuleName): string | undefined {
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  if (ts.isComputedPropertyName(name)) return `[${name.expression.getText().slice(0, 60)}]`;
  return undefined;
}

/** The names that a declaration brings, also by destructuring. */
export function bindingNames(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bindingNames(element.name) : []));
}

export type NamedDeclaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.EnumDeclaration
  | ts.ModuleDeclaration;

/** A statement that declares one thing; variables are declared by others. */
export function isNamedDeclaration(node: ts.Node): node is NamedDeclaration {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node)
  );
}

export function className(node: ts.ClassLikeDeclaration | ts.ObjectLiteralExpression): string {
  if (!ts.isObjectLiteralExpression(node) && node.name) return node.name.text;
  return givenName(node);
}

/** The name that an expression gets from the variable, property or export around it. */
function givenName(node: ts.Node): string {
  let parent: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) {
    parent = parent.parent;
  }
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return nameText(parent.name) ?? anonymous;
  if (ts.isPropertyDeclaration(parent)) {
    return `${className(parent.parent)}/${nameText(parent.name) ?? anonymous}`;
  }
  if (ts.isExportAssignment(parent) || hasDefault(node)) return "default";
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const { left } = parent;
    if (ts.isIdentifier(left)) return left.text;
    if (ts.isPropertyAccessExpression(left)) return left.name.text;
  }
  return anonymous;
}

function hasDefault(node: ts.Node): boolean {
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}
