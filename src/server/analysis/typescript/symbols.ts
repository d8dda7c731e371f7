import { ToolError } from "../../platform/errors.ts";
import { isDeclarationOfSource, isGenerated, saysGenerated } from "../../platform/fileKinds.ts";
import { scriptHead } from "../syntax/signatures.ts";
import type { SymbolAnswer, SymbolFact, SymbolsQuery, Target } from "./answers.ts";
import type { View } from "./engine.ts";
import { allNamed, insideOf, namePath, outlineOf } from "./outline.ts";
import type { Named } from "./outline.ts";
import type { Project } from "./project.ts";
import { isScriptName } from "./scriptFiles.ts";
import { keyOf, nodeAt, slashed, ts } from "./ts.ts";

/** A symbol of the workspace with where its name stands. */
export interface Located {
  readonly file: ts.SourceFile;
  readonly project: Project;
  readonly position: number;
  /** Where each of its declarations has its name: overloads, merged ones, a function and its export. */
  readonly positions: readonly number[];
  /** `file.ts#Class/method`, or `file.ts:line:column` for what has no name path. */
  readonly label: string;
}

interface Candidate {
  readonly file: ts.SourceFile;
  readonly project: Project;
  readonly named: Named;
}

const maxCandidates = 10;
const maxClosest = 5;
const maxFuzzy = 5000;

/** Finds what a caller means; AMBIGUOUS lists the candidates, NOT_FOUND the closest names. */
export function locate(view: View, target: Target): Located {
  if (target.kind === "position") return locatePosition(view, target);
  const found = candidatesFor(view, target.namePath, target.file);
  const [only, ...others] = found;
  if (!only) throw missing(view, target.namePath, target.file);
  if (others.length > 0) {
    const candidates = found.slice(0, maxCandidates).map((candidate) => labelOf(view, candidate));
    throw new ToolError(
      "AMBIGUOUS",
      `${found.length} symbols are called ${target.namePath}.`,
      "Name one of `candidates`.",
      { candidates, left: found.length - candidates.length },
    );
  }
  const { file, project, named } = only;
  const position = named.nameNode.getStart(file);
  return { file, project, position, positions: positionsOf(file, named), label: labelOf(view, only) };
}

function locatePosition(view: View, { file: path, line, column }: Target & { kind: "position" }): Located {
  const project = view.projectOf(path);
  const file = sourceFile(view, project, path);
  const starts = file.getLineStarts();
  const start = starts[line - 1];
  const end = starts[line] ?? file.end + 1;
  if (start === undefined || start + column - 1 >= end) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${view.displayPath(file.fileName)} has no line ${line}, column ${column}.`,
      `Lines and columns are 1-based; the file has ${starts.length} lines.`,
    );
  }
  const position = start + column - 1;
  const label = `${view.displayPath(file.fileName)}:${line}:${column}`;
  return { file, project, position, positions: [position], label };
}

function positionsOf(file: ts.SourceFile, named: Named): number[] {
  const path = namePath(named);
  const same = [...allNamed(outlineOf(file))].filter((one) => one.name === named.name && namePath(one) === path);
  const declarations = same.length > 0 ? same : [named];
  return [...new Set(declarations.map(({ nameNode }) => nameNode.getStart(file)))];
}

export function sourceFile(view: View, project: Project, path: string): ts.SourceFile {
  const file = project.program().getSourceFile(slashed(path));
  if (file) return file;
  throw new ToolError(
    "NOT_FOUND",
    `${view.displayPath(path)} does not exist.`,
    "Use list_directory to see what exists.",
  );
}

/** The workspace's own files, each with the first project that has it. Scripts of components are not among them. */
export function* ownFiles(view: View): Generator<{ file: ts.SourceFile; project: Project }> {
  const seen = new Set<string>();
  for (const project of view.projects) {
    for (const file of project.program().getSourceFiles()) {
      const key = keyOf(file.fileName);
      if (seen.has(key) || !view.isOwn(file.fileName) || isScriptName(file.fileName)) continue;
      seen.add(key);
      yield { file, project };
    }
  }
}

function filesFor(view: View, path: string | undefined): { file: ts.SourceFile; project: Project }[] {
  if (path === undefined) return [...ownFiles(view)];
  const project = view.projectOf(path);
  return [{ file: sourceFile(view, project, path), project }];
}

function candidatesFor(view: View, wanted: string, path: string | undefined): Candidate[] {
  const names = wanted.split("/").filter((name) => name !== "");
  const last = names.at(-1);
  const exact = names.join("/");
  const whole: Candidate[] = [];
  const suffix: Candidate[] = [];
  for (const { file, project } of filesFor(view, path)) {
    for (const named of allNamed(outlineOf(file))) {
      if (named.name !== last) continue;
      const full = namePath(named);
      if (full === exact) whole.push({ file, project, named });
      else if (full.endsWith(`/${exact}`)) suffix.push({ file, project, named });
    }
  }
  const found = distinct(whole.length > 0 ? whole : suffix);
  if (found.length > 0 || names.length < 2) return found;
  const outer = candidatesFor(view, names.slice(0, -1).join("/"), path);
  return distinct(
    outer.flatMap(({ file, project, named }) =>
      insideOf(named)
        .filter((inner) => inner.name === last)
        .map((inner) => ({ file, project, named: inner })),
    ),
  );
}

/** Overloads and merged declarations are one symbol; a re-export under another name only counts when nothing else fits. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const first = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = `${candidate.file.fileName}#${namePath(candidate.named)}`;
    if (!first.has(key)) first.set(key, candidate);
  }
  const all = [...first.values()];
  const real = all.filter(({ named }) => named.kind !== "alias");
  return real.length > 0 ? real : all;
}

function labelOf(view: View, { file, named }: Candidate): string {
  return `${view.displayPath(file.fileName)}#${namePath(named)}`;
}

function missing(view: View, wanted: string, path: string | undefined): ToolError {
  const closest = closestTo(view, wanted, path);
  return new ToolError(
    "NOT_FOUND",
    `There is no symbol ${wanted}${path === undefined ? "" : ` in ${view.displayPath(path)}`}.`,
    closest.length > 0 ? "Did you mean one of `closest`?" : "Use find_symbol to see what exists.",
    closest.length > 0 ? { closest } : {},
  );
}

function closestTo(view: View, wanted: string, path: string | undefined): string[] {
  const name = wanted.split("/").at(-1)?.toLowerCase() ?? "";
  const scored = new Map<string, number>();
  for (const { file } of filesFor(view, path)) {
    for (const named of allNamed(outlineOf(file))) {
      const score = distance(name, named.name.toLowerCase());
      if (score <= Math.max(2, name.length / 3)) {
        scored.set(`${view.displayPath(file.fileName)}#${namePath(named)}`, score);
      }
    }
  }
  return [...scored]
    .sort((a, b) => a[1] - b[1] || a[0].localeCompare(b[0]))
    .slice(0, maxClosest)
    .map(([label]) => label);
}

interface Ranked {
  readonly candidate: Candidate;
  readonly label: string;
  readonly rank: number;
  readonly generated: boolean;
}

/** Symbols by name or part of a name: the own ones before those of generated and vendored files, each best match first. */
export function findSymbols(view: View, { query, kinds, path, include }: SymbolsQuery): SymbolAnswer {
  const scope = path === undefined ? undefined : slashed(path);
  // Says why a file has no symbols to find: another language, or no project has it.
  if (scope !== undefined && view.files.folders.kindOf(scope) !== "folder") view.projectOf(scope);
  const names = query.split("/").filter((name) => name !== "");
  const last = names.at(-1)?.toLowerCase() ?? "";
  const prefix = names.slice(0, -1).join("/").toLowerCase();
  const ranked: Ranked[] = [];
  for (const { file, project } of ownFiles(view)) {
    if (scope !== undefined && file.fileName !== scope && !file.fileName.startsWith(`${scope}/`)) continue;
    const generated = isGeneratedFile(view, file.fileName);
    for (const named of allNamed(outlineOf(file))) {
      if (kinds && !kinds.includes(named.kind)) continue;
      const rank = rankOf(named, last, prefix);
      if (rank === undefined) continue;
      const candidate = { file, project, named };
      ranked.push({ rank, candidate, label: labelOf(view, candidate), generated });
    }
  }
  const order = ({ generated }: Ranked) => (generated ? 1 : 0);
  ranked.sort((a, b) => order(a) - order(b) || a.rank - b.rank || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
  const merged = new Map<string, Ranked>();
  for (const one of ranked) if (!merged.has(one.label)) merged.set(one.label, one);
  const symbols = [...merged].slice(0, maxFuzzy).map(([, { candidate }]) => factOf(view, candidate, include ?? []));
  return {
    symbols,
    total: merged.size,
    inGenerated: [...merged.values()].filter(({ generated }) => generated).length,
    ...(merged.size === 0 && { closest: closestTo(view, query, undefined) }),
    incomplete: [...view.incomplete],
  };
}

/** Whether a tool wrote a file, or it is a copy of others' code. */
export function isGeneratedFile(view: View, fileName: string): boolean {
  const exists = (name: string) => view.files.folders.kindOf(name) === "file";
  const says = () => saysGenerated(view.files.text(fileName) ?? "");
  return isGenerated(view.nameInRoot(fileName)) || says() || isDeclarationOfSource(fileName, exists);
}

function rankOf(named: Named, last: string, prefix: string): number | undefined {
  const name = named.name.toLowerCase();
  if (!name.includes(last)) return undefined;
  if (prefix !== "") {
    const outer = named.parent ? namePath(named.parent).toLowerCase() : "";
    if (outer !== prefix && !outer.endsWith(`/${prefix}`)) return undefined;
  }
  const depth = named.parent ? 1 : 0;
  const alias = named.kind === "alias" ? 0.5 : 0;
  if (name === last) return depth + alias;
  return (name.startsWith(last) ? 2 : 4) + depth + alias;
}

function factOf(view: View, { file, project, named }: Candidate, include: readonly string[]): SymbolFact {
  const start = named.nameNode.getStart(file);
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return {
    symbol: namePath(named),
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

/** Levenshtein's distance, ended early by the length difference. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 4) return Infinity;
  if (a.length > 2 && b.includes(a)) return 0.5;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
