import { ts } from "ts-morph";
import type { ExportFacts, ImportFacts, ReexportFacts } from "./facts.ts";
import { bindingNames, isNamedDeclaration, nameText } from "./tsNames.ts";
import { lineAt } from "./tsParse.ts";

export interface Links {
  readonly imports: ImportFacts[];
  readonly exports: ExportFacts[];
  readonly reexports: ReexportFacts[];
  /** Offsets of import and re-export statements. */
  readonly statements: (readonly [number, number])[];
}

/** What a file takes from other modules and gives to them. */
export function linksOf(source: ts.SourceFile): Links {
  const links: Links = { imports: [], exports: [], reexports: [], statements: [] };
  const declared: { name: string; local: string; node: ts.Node }[] = [];
  const pending: PendingImport[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const one = importOf(statement, source);
      if (one) pending.push(one);
      links.statements.push([statement.getStart(source), statement.end]);
    } else if (ts.isExportDeclaration(statement)) addExportList(statement, { source, links, declared });
    else if (ts.isImportEqualsDeclaration(statement)) addImportEquals(statement, source, links);
    else if (ts.isExportAssignment(statement)) declared.push({ name: "default", local: "", node: statement });
    else if (isExported(statement)) declared.push(...declaredNames(statement));
  }
  addExpressions(source, links);
  const { uses, values } = usesOf(source);
  links.imports.push(...pending.map(({ clause, ...one }) => ({ ...one, when: whenNeeded(clause, values) })));
  for (const { name, local, node } of declared) {
    const line = lineAt(source, node.getStart(source));
    // Once is the declaration itself; an export list names it once more.
    const own = ts.isExportSpecifier(node) ? 2 : 1;
    links.exports.push({ name, line, usedHere: (uses.get(local) ?? 0) > own });
  }
  return links;
}

interface PendingImport extends Omit<ImportFacts, "when"> {
  readonly clause: ts.ImportClause | undefined;
}

function importOf(node: ts.ImportDeclaration, source: ts.SourceFile): PendingImport | undefined {
  const specifier = textOf(node.moduleSpecifier);
  if (specifier === undefined) return undefined;
  const clause = node.importClause;
  const bindings = clause?.namedBindings;
  const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
  const names = named.map((one) => (one.propertyName ?? one.name).text);
  if (clause?.name) names.push("default");
  return {
    specifier,
    line: lineAt(source, node.getStart(source)),
    names: bindings && ts.isNamespaceImport(bindings) ? "*" : names,
    clause,
  };
}

/** The compiler drops an import of which only types are used; where it is used as a value nowhere, it is one. */
function whenNeeded(clause: ts.ImportClause | undefined, values: ReadonlySet<string> | undefined): "load" | "types" {
  if (!clause) return "load";
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return "types";
  const bindings = clause.namedBindings;
  const named = bindings && ts.isNamedImports(bindings) ? bindings.elements.filter((one) => !one.isTypeOnly) : [];
  const locals = [clause.name, ...named.map(({ name }) => name)].filter((name) => name !== undefined);
  if (bindings && ts.isNamespaceImport(bindings)) locals.push(bindings.name);
  return locals.some(({ text }) => !values || values.has(text)) ? "load" : "types";
}

interface Listing {
  readonly source: ts.SourceFile;
  readonly links: Links;
  readonly declared: { name: string; local: string; node: ts.Node }[];
}

function addExportList(node: ts.ExportDeclaration, { source, links, declared }: Listing): void {
  const clause = node.exportClause;
  const named = clause && ts.isNamedExports(clause) ? clause.elements : [];
  const specifier = node.moduleSpecifier && textOf(node.moduleSpecifier);
  if (specifier === undefined) {
    for (const one of named) {
      declared.push({ name: one.name.text, local: (one.propertyName ?? one.name).text, node: one });
    }
    return;
  }
  links.statements.push([node.getStart(source), node.end]);
  const line = lineAt(source, node.getStart(source));
  const typeOnly = node.isTypeOnly || (named.length > 0 && named.every((one) => one.isTypeOnly));
  const isNamespace = clause !== undefined && ts.isNamespaceExport(clause);
  // What is handed on is followed as a re-export; the import itself uses no name, but a namespace uses all.
  links.imports.push({ specifier, line, when: typeOnly ? "types" : "load", names: isNamespace ? "*" : [] });
  if (!clause) links.reexports.push({ name: "*", original: "*", specifier, line });
  if (isNamespace) links.exports.push({ name: clause.name.text, line, usedHere: false });
  for (const one of named) {
    const original = (one.propertyName ?? one.name).text;
    links.reexports.push({ name: one.name.text, original, specifier, line: lineAt(source, one.getStart(source)) });
  }
}

function addImportEquals(node: ts.ImportEqualsDeclaration, source: ts.SourceFile, links: Links): void {
  if (!ts.isExternalModuleReference(node.moduleReference)) return;
  const specifier = textOf(node.moduleReference.expression);
  if (specifier === undefined) return;
  const line = lineAt(source, node.getStart(source));
  links.imports.push({ specifier, line, when: node.isTypeOnly ? "types" : "load", names: "*" });
}

/** `import("x")`, `require("x")` and the type `import("x").Name`, wherever they stand. */
function addExpressions(source: ts.SourceFile, links: Links): void {
  if (!/\bimport\s*\(|\brequire\b/.test(source.text)) return;
  const push = (specifier: string, node: ts.Node, when: ImportFacts["when"]) =>
    links.imports.push({ specifier, line: lineAt(source, node.getStart(source)), when, names: "*" });
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (ts.isCallExpression(node)) {
      const specifier = node.arguments[0] && textOf(node.arguments[0]);
      const called = node.expression;
      if (specifier !== undefined && called.kind === ts.SyntaxKind.ImportKeyword) push(specifier, node, "later");
      if (specifier !== undefined && ts.isIdentifier(called) && called.text === "require") {
        push(specifier, node, inFunction ? "later" : "load");
      }
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const specifier = textOf(node.argument.literal);
      if (specifier !== undefined) push(specifier, node, "types");
    }
    const inside = inFunction || ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(source, false);
}

export function isExported(node: ts.Node): boolean {
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

export function isDefault(node: ts.Node): boolean {
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

function declaredNames(statement: ts.Statement): { name: string; local: string; node: ts.Node }[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations
      .flatMap((one) => bindingNames(one.name))
      .map((node) => ({ name: node.text, local: node.text, node }));
  }
  if (isDefault(statement)) return [{ name: "default", local: "", node: statement }];
  if (!isNamedDeclaration(statement) || !statement.name) return [];
  const name = nameText(statement.name);
  return name === undefined ? [] : [{ name, local: name, node: statement }];
}

interface NameUses {
  /** How often each identifier stands in the file. */
  readonly uses: ReadonlyMap<string, number>;
  /** Those that stand where a value is meant; undefined for JavaScript, which drops no import. */
  readonly values: ReadonlySet<string> | undefined;
}

function usesOf(source: ts.SourceFile): NameUses {
  const uses = new Map<string, number>();
  const values = new Set<string>();
  const visit = (node: ts.Node, inType: boolean): void => {
    if (ts.isIdentifier(node)) {
      uses.set(node.text, (uses.get(node.text) ?? 0) + 1);
      if (!inType) values.add(node.text);
      return;
    }
    const isImport = ts.isImportDeclaration(node);
    ts.forEachChild(node, (child) => visit(child, inType || isImport || isTypePosition(child)));
  };
  visit(source, false);
  const isTypeScript = /\.[cm]?tsx?$/.test(source.fileName);
  return { uses, values: isTypeScript ? values : undefined };
}

function isTypePosition(node: ts.Node): boolean {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isTypeParameterDeclaration(node))
    return true;
  // `extends Base` of a class is run; `implements Shape` is not.
  if (ts.isExpressionWithTypeArguments(node)) {
    return !ts.isHeritageClause(node.parent) || node.parent.token !== ts.SyntaxKind.ExtendsKeyword;
  }
  return ts.isTypeNode(node);
}

function textOf(node: ts.Node): string | undefined {
  return ts.isStringLiteralLike(node) ? node.text : undefined;
}
