import {
  assignedNames,
  functionIn,
  isFunctionValue,
  isHandedOn,
  plainValue,
  valueOf,
  wrappedBodies,
} from "../syntax/tsAssigned.ts";
import type { AssignedName } from "../syntax/tsAssigned.ts";
import { docPropertiesOf, docTypesOf } from "../syntax/tsDocs.ts";
import { ts } from "./ts.ts";

/** What a declaration is called in answers and in `kinds`. */
export type SymbolKind =
  | "class"
  | "interface"
  | "type"
  | "enum"
  | "enum member"
  | "namespace"
  | "function"
  | "method"
  | "constructor"
  | "property"
  | "accessor"
  | "variable"
  | "alias";

/** A declaration that has a name of its own, with its location in the tree of names. */
export interface Named {
  readonly name: string;
  readonly kind: SymbolKind;
  /** The whole declaration. */
  readonly node: ts.Node;
  /** Where references of it are asked for: its name. */
  readonly nameNode: ts.Node;
  readonly parent: Named | undefined;
  readonly children: Named[];
}

const cache = new WeakMap<ts.SourceFile, Named[]>();

/** The named declarations of a file, without what is inside function bodies. */
export function outlineOf(file: ts.SourceFile): Named[] {
  const known = cache.get(file);
  if (known) return known;
  const top: Named[] = [];
  collectBody(file, undefined, top);
  addDocTypes(file, top);
  cache.set(file, top);
  return top;
}

/** Every declaration of an outline, parents first. */
export function* allNamed(outline: readonly Named[]): Generator<Named> {
  for (const named of outline) {
    yield named;
    yield* allNamed(named.children);
  }
}

/** `Class/method`. */
export function namePath(named: Named): string {
  return named.parent ? `${namePath(named.parent)}/${named.name}` : named.name;
}

/** Declarations directly inside a function body, for name paths that lead there. */
export function insideOf(named: Named): Named[] {
  const body = bodyOf(named.node);
  if (!body) return [];
  const found: Named[] = [];
  collectBody(body, named, found);
  return found;
}

/** The innermost declaration of the outline that contains a position. */
export function enclosing(outline: readonly Named[], position: number): Named | undefined {
  let low = 0;
  let high = outline.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const named = outline[middle];
    if (!named) return undefined;
    if (position < named.node.pos) high = middle - 1;
    else if (position >= named.node.end) low = middle + 1;
    else return enclosing(named.children, position) ?? named;
  }
  return undefined;
}

/** What a file or a function's body declares, then what it assigns to what it has declared. */
function collectBody(body: ts.Node, parent: Named | undefined, into: Named[]): void {
  collect(body, parent, into);
  if (ts.isSourceFile(body) || ts.isBlock(body)) addAssigned(body.statements, parent, into);
}

/** Types that comments declare are of the file by name; by position a comment is in the declaration behind it. */
function addDocTypes(file: ts.SourceFile, into: Named[]): void {
  for (const type of docTypesOf(file)) {
    const { tag, name } = type;
    const named: Named = {
      name: name.text,
      kind: "type",
      node: tag,
      nameNode: name,
      parent: undefined,
      children: [],
    };
    for (const property of docPropertiesOf(type)) {
      if (!ts.isIdentifier(property.name)) continue;
      const { text } = property.name;
      named.children.push({
        name: text,
        kind: "property",
        node: property,
        nameNode: property.name,
        parent: named,
        children: [],
      });
    }
    const list = enclosing(into, tag.pos)?.children ?? into;
    list.push(named);
    list.sort(byPosition);
  }
}

function addAssigned(statements: readonly ts.Statement[], parent: Named | undefined, into: Named[]): void {
  const [first] = statements;
  if (!first) return;
  const found = assignedNames(statements, first.getSourceFile());
  if (found.length === 0) return;
  const known = new Map<string, Named>();
  for (const named of allNamed(into)) if (!known.has(namePath(named))) known.set(namePath(named), named);
  const outer: Named[] = [];
  let last: Named | undefined;
  for (const assigned of found) {
    const owner = ownerOf(assigned, parent, known);
    const named: Named = {
      name: assigned.name,
      kind: kindOf(assigned),
      node: assigned.node,
      nameNode: assigned.nameNode,
      parent: owner,
      children: [],
    };
    const value = valueOf(assigned);
    if (value) members(value, named);
    if (!known.has(namePath(named))) known.set(namePath(named), named);
    // A list has its declarations in order and none inside another, so that a position is found by halves.
    const around =
      enclosing(into, assigned.node.pos) ?? (last && contains(last.node, assigned.node) ? last : undefined);
    (around?.children ?? outer).push(named);
    around?.children.sort(byPosition);
    last = named;
  }
  into.push(...outer);
  into.sort(byPosition);
}

/** The declaration that has the member; one without a location for what the file does not declare, such as `Array`. */
function ownerOf({ owner, nameNode }: AssignedName, parent: Named | undefined, known: Map<string, Named>) {
  return owner.reduce<Named | undefined>((outer, name) => {
    const path = outer ? `${namePath(outer)}/${name}` : name;
    const named: Named = known.get(path) ?? {
      name,
      kind: "variable",
      node: nameNode,
      nameNode,
      parent: outer,
      children: [],
    };
    known.set(path, named);
    return named;
  }, parent);
}

function kindOf(assigned: AssignedName): SymbolKind {
  const { owner, value } = assigned;
  if (functionIn(value)) return owner.length > 0 ? "method" : "function";
  if (value && ts.isAccessor(value)) return "accessor";
  if (value && ts.isPropertyAssignment(value) && nameText(value.name) === "get" && ts.isCallExpression(assigned.node)) {
    return "accessor";
  }
  const plain = valueOf(assigned);
  if (plain && ts.isClassExpression(plain)) return "class";
  if (owner.length > 0) return "property";
  return isHandedOn(assigned) ? "alias" : "variable";
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}

function byPosition(a: Named, b: Named): number {
  return a.node.pos - b.node.pos;
}

function collect(node: ts.Node, parent: Named | undefined, into: Named[]): void {
  ts.forEachChild(node, (child) => {
    visit(child, parent, into);
  });
}

function visit(node: ts.Node, parent: Named | undefined, into: Named[]): void {
  const add = (kind: SymbolKind, nameNode: ts.Node, name = nameText(nameNode), whole: ts.Node = node): Named => {
    const named: Named = { name, kind, node: whole, nameNode, parent, children: [] };
    into.push(named);
    return named;
  };
  if (ts.isClassDeclaration(node) || ts.isClassExpression(node)) {
    if (!node.name && ts.isClassExpression(node)) return;
    const named = add("class", node.name ?? keyword(node, ts.SyntaxKind.DefaultKeyword), node.name?.text ?? "default");
    for (const member of node.members) visit(member, named, named.children);
  } else if (ts.isInterfaceDeclaration(node)) {
    const named = add("interface", node.name);
    for (const member of node.members) visit(member, named, named.children);
  } else if (ts.isTypeAliasDeclaration(node)) {
    const named = add("type", node.name);
    if (ts.isTypeLiteralNode(node.type)) for (const member of node.type.members) visit(member, named, named.children);
  } else if (ts.isEnumDeclaration(node)) {
    const named = add("enum", node.name);
    for (const member of node.members) visit(member, named, named.children);
  } else if (ts.isEnumMember(node)) {
    add("enum member", node.name);
  } else if (ts.isModuleDeclaration(node)) {
    const named = add("namespace", node.name);
    if (node.body) collect(ts.isModuleBlock(node.body) ? node.body : node, named, named.children);
  } else if (ts.isFunctionDeclaration(node)) {
    add("function", node.name ?? keyword(node, ts.SyntaxKind.DefaultKeyword), node.name?.text ?? "default");
  } else if (ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) {
    add("method", node.name);
  } else if (ts.isConstructorDeclaration(node)) {
    const named = add("constructor", keyword(node, ts.SyntaxKind.ConstructorKeyword), "constructor");
    for (const parameter of node.parameters) {
      if (!ts.isParameterPropertyDeclaration(parameter, node)) continue;
      // Inside the constructor by position, a member of the class by name.
      const name = nameText(parameter.name);
      named.children.push({ name, kind: "property", node: parameter, nameNode: parameter.name, parent, children: [] });
    }
  } else if (ts.isPropertyDeclaration(node) || ts.isPropertySignature(node)) {
    const named = add("property", node.name);
    if (ts.isPropertyDeclaration(node) && node.initializer) members(node.initializer, named);
    if (node.type && ts.isTypeLiteralNode(node.type))
      for (const member of node.type.members) visit(member, named, named.children);
  } else if (ts.isGetAccessor(node) || ts.isSetAccessor(node)) {
    add("accessor", node.name);
  } else if (ts.isPropertyAssignment(node)) {
    const named = add("property", node.name);
    members(node.initializer, named);
  } else if (ts.isShorthandPropertyAssignment(node)) {
    add("property", node.name);
  } else if (ts.isExpressionStatement(node)) {
    for (const body of wrappedBodies(node)) collect(body, parent, into);
  } else if (ts.isVariableStatement(node)) {
    for (const declaration of node.declarationList.declarations) variable(declaration, parent, into, node);
  } else if (ts.isExportSpecifier(node) || ts.isNamespaceExport(node)) {
    if (ts.isNamespaceExport(node) || node.propertyName) add("alias", node.name, nameText(node.name));
  } else if (ts.isExportDeclaration(node) || ts.isNamedExports(node)) {
    collect(node, parent, into);
  } else if (ts.isExportAssignment(node)) {
    if (!ts.isIdentifier(node.expression)) {
      const named = add("variable", keyword(node, ts.SyntaxKind.DefaultKeyword), "default");
      members(node.expression, named);
    }
  }
}

function variable(
  declaration: ts.VariableDeclaration,
  parent: Named | undefined,
  into: Named[],
  statement: ts.VariableStatement,
): void {
  const { name, initializer } = declaration;
  if (!ts.isIdentifier(name)) return bindings(name, declaration, parent, into);
  const isFunction = initializer !== undefined && isFunctionValue(plainValue(initializer));
  const whole = statement.declarationList.declarations.length === 1 ? statement : declaration;
  const named: Named = {
    name: name.text,
    kind: isFunction ? "function" : "variable",
    node: whole,
    nameNode: name,
    parent,
    children: [],
  };
  into.push(named);
  if (initializer) members(initializer, named);
}

function bindings(pattern: ts.BindingPattern, whole: ts.Node, parent: Named | undefined, into: Named[]): void {
  for (const element of pattern.elements) {
    if (!ts.isBindingElement(element)) continue;
    if (!ts.isIdentifier(element.name)) bindings(element.name, whole, parent, into);
    else
      into.push({
        name: element.name.text,
        kind: "variable",
        node: element,
        nameNode: element.name,
        parent,
        children: [],
      });
  }
}

/** The members of an object literal or class expression that a declaration is set to. */
function members(value: ts.Expression, named: Named): void {
  const plain = plainValue(value);
  for (const body of wrappedBodies(plain)) collectBody(body, named, named.children);
  if (ts.isObjectLiteralExpression(plain))
    for (const property of plain.properties) visit(property, named, named.children);
  else if (ts.isClassExpression(plain)) for (const member of plain.members) visit(member, named, named.children);
}

/** The keyword that stands for a declaration without a name. */
function keyword(node: ts.Node, kind: ts.SyntaxKind): ts.Node {
  const file = node.getSourceFile();
  const find = (at: ts.Node): ts.Node | undefined =>
    at.getChildren(file).find((child) => child.kind === kind) ??
    at
      .getChildren(file)
      .filter((child) => child.kind === ts.SyntaxKind.SyntaxList)
      .map(find)
      .find((found) => found !== undefined);
  return find(node) ?? node;
}

function bodyOf(node: ts.Node): ts.Node | undefined {
  if (ts.isExpressionStatement(node)) return bodyOf(node.expression);
  if (ts.isBinaryExpression(node)) return bodyOf(plainValue(node));
  if (ts.isPropertyAssignment(node)) return bodyOf(plainValue(node.initializer));
  if (ts.isVariableStatement(node)) {
    const first = node.declarationList.declarations[0]?.initializer;
    return first && bodyOf(first);
  }
  if (ts.isVariableDeclaration(node)) return node.initializer && bodyOf(node.initializer);
  if (ts.isFunctionLike(node) && "body" in node) return node.body;
  return undefined;
}

function nameText(node: ts.Node): string {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) return node.text;
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text;
  return node.getText();
}
