import { scriptHead } from "../syntax/signatures.ts";
import { docTypeHead } from "../syntax/tsDocs.ts";
import type { SymbolAnswer, SymbolFact, SymbolsQuery } from "./answers.ts";
import { closestTo } from "./closest.ts";
import type { View } from "./engine.ts";
import { lookUp, shortName } from "./lookup.ts";
import { nameIndex } from "./nameIndex.ts";
import type { NamedSymbol } from "./nameIndex.ts";
import type { Named } from "./outline.ts";
import type { Project } from "./project.ts";
import { sourceFile } from "./symbols.ts";
import { nodeAt, slashed, ts } from "./ts.ts";

interface Ranked {
  readonly symbol: NamedSymbol;
  readonly named: Named;
  readonly rank: number;
}

const maxSymbols = 5000;

/**
 * Symbols by name or part of a name: what the query means to the other tools, then the own ones before those of generated and
 * vendored files, each best match first.
 */
export function findSymbols(view: View, { query, kinds, path, include }: SymbolsQuery): SymbolAnswer {
  const scope = path === undefined ? undefined : slashed(path);
  const within = scope === undefined ? undefined : fileAt(view, scope);
  const isWanted = ({ kind }: Named) => !kinds || kinds.includes(kind);
  const isInScope = ({ file: { fileName } }: NamedSymbol) =>
    scope === undefined || fileName === scope || fileName.startsWith(`${scope}/`);
  const meant = new Set(
    lookUp(view, query, within)
      .found.filter((one) => within !== undefined || isInScope(one))
      .map(({ label }) => label),
  );
  const ranked: Ranked[] = [];
  const rank = ranking(query);
  for (const symbol of nameIndex(view).all) {
    const isMeant = meant.has(symbol.label);
    if (!isMeant && !isInScope(symbol)) continue;
    const named = symbol.declarations.find(isWanted);
    const ofName = named && (isMeant ? -1 : rank(symbol, named));
    if (named && ofName !== undefined) ranked.push({ symbol, named, rank: ofName });
  }
  const order = ({ symbol: { generated }, rank: value }: Ranked) => (generated && value >= 0 ? 1 : 0);
  ranked.sort((a, b) => order(a) - order(b) || a.rank - b.rank || (a.symbol.label < b.symbol.label ? -1 : 1));
  return {
    symbols: ranked.slice(0, maxSymbols).map((one) => factOf(view, one, include ?? [])),
    total: ranked.length,
    inGenerated: ranked.filter(({ symbol }) => symbol.generated).length,
    ...(ranked.length === 0 && { closest: closestTo(nameIndex(view), query) }),
    incomplete: [...view.incomplete],
  };
}

/** The file of a scope, or a refusal that says why it has no symbols: another language, or no project has it. */
function fileAt(view: View, scope: string) {
  if (view.files.folders.kindOf(scope) === "folder") return undefined;
  const project = view.projectOf(scope);
  return { project, file: sourceFile(view, project, scope) };
}

/** How well a name fits, the least best; undefined when it does not. */
function ranking(query: string) {
  const names = query.split("/").filter((name) => name !== "");
  const last = names.at(-1)?.toLowerCase() ?? "";
  const prefix = names.slice(0, -1).join("/").toLowerCase();
  return ({ path }: NamedSymbol, named: Named): number | undefined => {
    const name = named.name.toLowerCase();
    if (!name.includes(last)) return undefined;
    const outer = path.slice(0, Math.max(0, path.length - named.name.length - 1)).toLowerCase();
    if (prefix !== "" && outer !== prefix && !outer.endsWith(`/${prefix}`)) return undefined;
    const depth = outer === "" ? 0 : 1;
    const alias = named.kind === "alias" ? 0.5 : 0;
    if (name === last) return depth + alias;
    return (name.startsWith(last) ? 2 : 4) + depth + alias;
  };
}

function factOf(view: View, { symbol, named }: Ranked, include: readonly string[]): SymbolFact {
  const { file, project } = symbol;
  const start = named.nameNode.getStart(file);
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return {
    symbol: shortName(view, symbol),
    kind: named.kind,
    path: view.displayPath(file.fileName),
    line: line + 1,
    column: character + 1,
    signature: signatureOf(file, named),
    ...(include.includes("body") && { body: named.node.getText(file) }),
    ...(include.includes("doc") && docOf(named)),
    ...(include.includes("type") && { type: typeOf(project, file, start) }),
  };
}

/** The declaration up to its body, on one line. */
function signatureOf(file: ts.SourceFile, { node }: Named): string {
  if (ts.isJSDocTypedefTag(node) || ts.isJSDocCallbackTag(node)) return docTypeHead(file, node);
  return scriptHead(file.text.slice(node.getStart(file), bodyStart(node) ?? node.end));
}

function bodyStart(node: ts.Node): number | undefined {
  if (ts.isVariableStatement(node)) {
    const value = node.declarationList.declarations[0]?.initializer;
    return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value.body.getStart() : undefined;
  }
  if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node)) {
    const brace = node.getChildren().find((child) => child.kind === ts.SyntaxKind.OpenBraceToken);
    return brace?.getStart();
  }
  if (ts.isFunctionLike(node) && "body" in node) return node.body?.getStart();
  return undefined;
}

function docOf({ node }: Named): { doc?: string } {
  const [doc] = ts.getJSDocCommentsAndTags(node);
  const text = doc && ts.isJSDoc(doc) ? ts.getTextOfJSDocComment(doc.comment) : undefined;
  return text ? { doc: text } : {};
}

function typeOf(project: Project, file: ts.SourceFile, position: number): string {
  const checker = project.program().getTypeChecker();
  return checker.typeToString(checker.getTypeAtLocation(nodeAt(file, position)));
}
