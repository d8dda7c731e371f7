import { ts } from "ts-morph";
import type { Component, ComponentKind } from "./components.ts";
import { isCut, scriptHead } from "./signatures.ts";
import {
  assignedNames,
  exportedByAssignment,
  functionIn,
  isFunctionValue,
  isHandedOn,
  plainValue,
  valueOf,
  wrappedBodies,
} from "./tsAssigned.ts";
import type { AssignedName } from "./tsAssigned.ts";
import { docTypeHead, docTypesOf } from "./tsDocs.ts";
import { isDefault, isExported } from "./tsLinks.ts";
import { bindingNames, nameText } from "./tsNames.ts";
import { lineAt } from "./tsParse.ts";
import { routesOf, testsOf } from "./tsRoutes.ts";

/**
 * Declarations of a file: those of the module and its namespaces with the members of classes, but not what is inside
 * functions. Of overloads the last one stands for all. Then its routes, its tests, and what it hands on.
 */
export function scriptComponents(source: ts.SourceFile): Component[] {
  const found: Component[] = [];
  const listed = listedExports(source);

  interface Position {
    readonly prefix: string;
    /** Everything in an ambient namespace or declaration file is visible. */
    readonly ambient: boolean;
  }

  function add(node: ts.Node, facts: { name: string; kind: ComponentKind; exported: boolean; head: string }): void {
    const { name, kind, exported, head } = facts;
    const start = startOf(node, source);
    found.push({
      name,
      kind,
      line: lineAt(source, start),
      endLine: lineAt(source, node.end),
      signature: scriptHead(head),
      exported,
    });
  }

  function statements(all: readonly ts.Statement[], location: Position): void {
    for (const [index, statement] of all.entries()) {
      if (ts.isFunctionDeclaration(statement) && isOverloaded(statement, all[index + 1])) continue;
      declaration(statement, location);
    }
  }

  function declaration(node: ts.Statement, { prefix, ambient }: Position): void {
    const visible = (name: string) =>
      isExported(node) || (prefix === "" && listed.has(name)) || (ambient && prefix !== "");
    const own = (name: string | undefined) => prefix + (name ?? "default");
    if (ts.isFunctionDeclaration(node)) {
      const name = node.name?.text;
      add(node, {
        name: own(name),
        kind: "function",
        exported: visible(name ?? "default"),
        head: headOf(node, node.body, source),
      });
    } else if (ts.isClassDeclaration(node)) {
      const name = node.name?.text;
      const exported = visible(name ?? "default");
      add(node, { name: own(name), kind: "class", exported, head: classHead(node, source) });
      members(node, own(name), exported);
    } else if (ts.isInterfaceDeclaration(node)) {
      const head = source.text.slice(startOf(node, source), node.members.pos).replace(/\{\s*$/, "");
      add(node, { name: own(node.name.text), kind: "interface", exported: visible(node.name.text), head });
    } else if (ts.isTypeAliasDeclaration(node)) {
      add(node, {
        name: own(node.name.text),
        kind: "type",
        exported: visible(node.name.text),
        head: typeHead(node, source),
      });
    } else if (ts.isEnumDeclaration(node)) {
      const names = node.members.map(({ name }) => nameText(name)).join(", ");
      const head = `${source.text.slice(startOf(node, source), node.name.end)} { ${names} }`;
      add(node, { name: own(node.name.text), kind: "enum", exported: visible(node.name.text), head });
    } else if (ts.isModuleDeclaration(node)) namespace(node, prefix, ambient);
    else if (ts.isVariableStatement(node)) variables(node, prefix, visible);
    else if (ts.isExpressionStatement(node)) wrapped(node, prefix);
    else if (prefix === "" && ts.isExportDeclaration(node)) exportList(node);
    else if (prefix === "" && ts.isExportAssignment(node)) {
      add(node, { name: "default", kind: "export", exported: true, head: node.getText(source).replace(/;$/, "") });
    }
  }

  /** What a function that is called on the spot declares is the module's own. */
  function wrapped(node: ts.Node, prefix: string): void {
    for (const body of wrappedBodies(node)) statements(body.statements, { prefix, ambient: false });
  }

  /** What JavaScript assigns instead of declaring: functions and classes, and what a module exports. */
  function assigned(one: AssignedName): void {
    const { owner, value } = one;
    const node = one.inLoop ?? one.node;
    const name = [...owner, one.name].join("/");
    const body = bodyOf(functionIn(value));
    const isMember = owner.length > 0;
    const exported = !isMember || listed.has(owner[0] ?? "");
    if (functionIn(value) || (value && ts.isAccessor(value))) {
      const kind = isMember ? "method" : "function";
      add(node, { name, kind, exported, head: headOf(node, body, source).replace(/=>\s*$/, "") });
      return;
    }
    const plain = valueOf(one);
    if (plain && ts.isClassExpression(plain)) {
      add(node, {
        name,
        kind: "class",
        exported,
        head: source.text.slice(startOf(node, source), plain.members.pos - 1),
      });
      members(plain, name, exported);
    } else if (isMember ? exported : !isItself(one)) {
      const kind = isHandedOn(one) ? "export" : "variable";
      add(node, { name, kind, exported, head: headOf(node, undefined, source) });
    }
  }

  function namespace(node: ts.ModuleDeclaration, prefix: string, ambient: boolean): void {
    const name = prefix + (nameText(node.name) ?? "global");
    const head = source.text.slice(startOf(node, source), node.name.end);
    add(node, { name, kind: "namespace", exported: isExported(node) || listed.has(name), head });
    const declared = ambient || hasModifier(node, ts.SyntaxKind.DeclareKeyword) || source.isDeclarationFile;
    const { body } = node;
    if (body && ts.isModuleBlock(body)) statements(body.statements, { prefix: `${name}/`, ambient: declared });
    else if (body && ts.isModuleDeclaration(body)) namespace(body, `${name}/`, declared);
  }

  function variables(node: ts.VariableStatement, prefix: string, visible: (name: string) => boolean): void {
    const keyword = /^(?:const|let|var|await using|using)/.exec(node.declarationList.getText(source))?.[0] ?? "const";
    for (const one of node.declarationList.declarations) {
      const value = one.initializer && plainValue(one.initializer);
      const isFunction = isFunctionValue(value);
      const isClass = value !== undefined && ts.isClassExpression(value);
      for (const name of bindingNames(one.name)) {
        const exported = visible(name.text);
        const kind = isFunction ? "function" : isClass ? "class" : "variable";
        if (kind === "variable" && !exported) continue;
        const until = isFunction ? value.body.getStart(source) : isClass ? value.members.pos - 1 : one.end;
        const head = `${keyword} ${source.text.slice(one.getStart(source), until).replace(/(?:=>)?\s*$/, "")}`;
        add(one, { name: prefix + name.text, kind, exported, head });
        if (isClass) members(value, prefix + name.text, exported);
        else if (value && ts.isObjectLiteralExpression(value)) methods(value, prefix + name.text, exported);
      }
    }
  }

  function members(node: ts.ClassLikeDeclaration, owner: string, exported: boolean): void {
    for (const [index, member] of node.members.entries()) {
      const isFunction =
        ts.isMethodDeclaration(member) ||
        ts.isConstructorDeclaration(member) ||
        ts.isGetAccessorDeclaration(member) ||
        ts.isSetAccessorDeclaration(member);
      const value = ts.isPropertyDeclaration(member) && member.initializer ? plainValue(member.initializer) : undefined;
      const field = isFunctionValue(value) ? value : undefined;
      if (!isFunction && !field) continue;
      if (isFunction && isOverloaded(member, node.members[index + 1])) continue;
      const name = ts.isConstructorDeclaration(member) ? "constructor" : member.name && nameText(member.name);
      if (name === undefined) continue;
      const isPrivate = name.startsWith("#") || hasModifier(member, ts.SyntaxKind.PrivateKeyword);
      const body = isFunction ? member.body : field?.body;
      const head = headOf(member, body, source).replace(/=>\s*$/, "");
      add(member, { name: `${owner}/${name}`, kind: "method", exported: exported && !isPrivate, head });
    }
  }

  function methods(object: ts.ObjectLiteralExpression, owner: string, exported: boolean): void {
    for (const property of object.properties) {
      const name = property.name && nameText(property.name);
      const found = ts.isAccessor(property) ? property : functionIn(property);
      if (name === undefined || !found) continue;
      const head = headOf(property, bodyOf(found), source).replace(/=>\s*$/, "");
      add(property, { name: `${owner}/${name}`, kind: "method", exported, head });
    }
  }

  function exportList(node: ts.ExportDeclaration): void {
    const clause = node.exportClause;
    const head = node.getText(source).replace(/;$/, "");
    const add1 = (name: string, signature: string) =>
      add(node, { name, kind: "export", exported: true, head: signature });
    if (!clause) return add1("*", head);
    if (ts.isNamespaceExport(clause)) return add1(clause.name.text, head);
    const from = node.moduleSpecifier ? ` from ${node.moduleSpecifier.getText(source)}` : "";
    for (const one of clause.elements) {
      // A plain list marks its declarations as exported; only what is renamed or handed on is news.
      if (from === "" && !one.propertyName) continue;
      add1(one.name.text, `export { ${one.getText(source)} }${from}`);
    }
  }

  statements(source.statements, { prefix: "", ambient: source.isDeclarationFile });
  for (const one of assignedNames(source.statements, source)) assigned(one);
  for (const { tag, name } of docTypesOf(source)) {
    // Whatever a module declares in a comment can be imported.
    add(tag, { name: name.text, kind: "type", exported: true, head: docTypeHead(source, tag) });
  }
  found.push(...routesOf(source), ...testsOf(source));
  return found.sort((a, b) => a.line - b.line || b.endLine - a.endLine);
}

/** `exports.name = name`, whose declaration is listed as exported. */
function isItself(one: AssignedName): boolean {
  const plain = valueOf(one);
  const isShorthand = one.value !== undefined && ts.isShorthandPropertyAssignment(one.value);
  return isShorthand || (plain !== undefined && ts.isIdentifier(plain) && plain.text === one.name);
}

function bodyOf(node: ts.Node | undefined): ts.Node | undefined {
  return node && ts.isFunctionLike(node) && "body" in node ? node.body : undefined;
}

/** Names in `export { a }` and `export default a`, and those that CommonJS exports. */
function listedExports(source: ts.SourceFile): Set<string> {
  const names = exportedByAssignment(source);
  for (const one of source.statements) {
    if (ts.isExportAssignment(one) && ts.isIdentifier(one.expression)) names.add(one.expression.text);
    if (!ts.isExportDeclaration(one) || one.moduleSpecifier) continue;
    if (!one.exportClause || !ts.isNamedExports(one.exportClause)) continue;
    for (const { name, propertyName } of one.exportClause.elements) names.add((propertyName ?? name).text);
  }
  return names;
}

/** A signature without body that the next declaration goes on with. */
function isOverloaded(node: ts.Node, next: ts.Node | undefined): boolean {
  if (!("body" in node) || node.body !== undefined || next?.kind !== node.kind) return false;
  return declaredName(node) === declaredName(next);
}

function declaredName(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const named = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
  return named && node.name ? nameText(node.name) : isDefault(node) ? "default" : undefined;
}

/** Behind decorators and comments. */
function startOf(node: ts.Node, source: ts.SourceFile): number {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  const last = decorators.at(-1);
  if (!last) return node.getStart(source);
  const space = /^\s*/.exec(source.text.slice(last.end))?.[0].length ?? 0;
  return Math.max(node.getStart(source), last.end + space);
}

function headOf(node: ts.Node, body: ts.Node | undefined, source: ts.SourceFile): string {
  return source.text.slice(startOf(node, source), body ? body.getStart(source) : node.end).replace(/;$/, "");
}

function classHead(node: ts.ClassDeclaration, source: ts.SourceFile): string {
  return source.text.slice(startOf(node, source), node.members.pos).replace(/\{\s*$/, "");
}

/** A type that is too long for its whole text is its name and what it takes: half of the text helps nobody. */
function typeHead(node: ts.TypeAliasDeclaration, source: ts.SourceFile): string {
  const start = startOf(node, source);
  const whole = source.text.slice(start, node.end).replace(/;$/, "");
  if (!isCut(scriptHead(whole))) return whole;
  const names = node.typeParameters?.map(({ name }) => name.text).join(", ");
  return `${source.text.slice(start, node.name.end)}${names === undefined ? "" : `<${names}>`} = …`;
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);
}
