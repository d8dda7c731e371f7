import { ToolError } from "../../../platform/errors.ts";
import type { FileChange } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { edited } from "../../../platform/unifiedDiff.ts";
import type { Project } from "../project.ts";
import { docsOf } from "../../syntax/tsDocs.ts";
import { symbolOf } from "../nameUses.ts";
import { keyOf, slashed, ts } from "../ts.ts";
import { carriedAlong } from "./carried.ts";
import { docImportsOf } from "./docImports.ts";
import { createDrafts, typeWord } from "./drafts.ts";
import type { Draft } from "./drafts.ts";
import { withoutEmptySource } from "./emptySource.ts";
import { importedName, planExports } from "./exportNames.ts";
import type { ExportPlan } from "./exportNames.ts";
import { wordPosition } from "./exportLocally.ts";
import { createFileEdits } from "./fileEdits.ts";
import type { FileEdits } from "./fileEdits.ts";
import { identifiersIn, isTypeUse, runsAtLoad } from "./identifiers.ts";
import { followImporters } from "./importers.ts";
import { bindingOf, nodesOf } from "./bindings.ts";
import { editList } from "./editList.ts";
import { isDirective } from "./spans.ts";
import { jsxComments, jsxFactories } from "./jsx.ts";
import { noteTaken, refuseLoadCycles } from "./loadOrder.ts";
import type { Loads } from "./loadOrder.ts";
import { hasExportWord, isTypeAlone, modifiersOf, movedCode, namesOf, piecesAskedFor, spanOf } from "./moved.ts";
import type { Moved } from "./moved.ts";
import { bringNeeds, unreachable } from "./needs.ts";
import { refuse } from "./refusals.ts";
import { cutOf, joined, startWithComments } from "./spans.ts";
import { specifierTo } from "./specifiers.ts";

export interface MovedSymbols {
  readonly names: readonly string[];
  readonly changes: readonly FileChange[];
  /** What the plan does besides, in sentences. */
  readonly notes: readonly string[];
}

interface Asked {
  readonly project: Project;
  readonly file: ts.SourceFile;
  /** Where the declarations are: one range, or the names of several symbols. */
  readonly ranges: readonly ts.TextRange[];
  readonly to: string;
  /** A file that is left without code is deleted. */
  readonly deletesEmpty: boolean;
}

/** Moves declarations to another file of the workspace, with all that needs them and all that they need. */
export function moveSymbols(view: View, { project, file, ranges, to, deletesEmpty }: Asked): MovedSymbols {
  const at = { view, project, file };
  const moved = movedCode(
    at,
    ranges.flatMap((range) => piecesAskedFor(view, file, range)),
  );
  const moving = { view, moved, to: slashed(to), deletesEmpty };
  const carried = carriedAlong({ view, moved, target: draftsOf(moving).target });
  if (carried.pieces.length === 0) return planned(moving);
  try {
    const along = movedCode(at, [...moved.pieces, ...carried.pieces]);
    const plan = planned({ ...moving, moved: along });
    return { ...plan, names: moved.names, notes: [...carried.notes, ...plan.notes] };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    // What cannot move along stays and is exported.
    return planned(moving);
  }
}

interface Moving {
  readonly view: View;
  readonly moved: Moved;
  readonly to: string;
  readonly deletesEmpty: boolean;
}

function draftsOf({ view, moved, to }: Moving) {
  const drafts = createDrafts(view, moved.file);
  const source = drafts.of(moved.file, moved.project);
  return { drafts, source, target: openTarget(view, drafts, source, to) };
}

function planned(moving: Moving): MovedSymbols {
  const { view, moved, deletesEmpty } = moving;
  const { drafts, source, target } = draftsOf(moving);
  const rest = usesInRest(moved);
  refuse({ view, moved, source, target, rest });
  const notes: string[] = [];
  const plan = planExports({ view, moved, source, target, usedInRest: new Set(rest.keys()) });
  const inPieces = createFileEdits();
  const reasons = new Set<string>();
  const loads: Loads = { uses: [], imported: new Set(), importers: new Set() };
  const keep = (reason: string) => void reasons.add(reason);
  followImporters({ view, moved, drafts, target, exports: plan.exports, loads, keep });
  bringNeeds({ view, moved, source, target, inPieces, notes, loads });
  markExports(moved, plan, inPieces);
  importInRest({ view, moved, source, target, plan, loads }, rest);
  dropUnusedImports(moved, source);
  if (reasons.size > 0) keepExports({ view, moved, source, target, plan, reasons, notes, loads });
  refuseLoadCycles({ view, source, target, ...loads });
  insertBlock(moved, target, [blockOf(moved, target, plan, inPieces), ...plan.statements]);
  cutPieces(moved, source, reasons.size > 0 || rest.size > 0);
  const left = withoutEmptySource(view, moved.file, { changes: drafts.changes(), isDeleted: deletesEmpty });
  return { names: moved.names, changes: left.changes, notes: [...notes, ...left.notes] };
}

function openTarget(view: View, drafts: ReturnType<typeof createDrafts>, source: Draft, to: string): Draft {
  const own = [source.project, ...view.projects].find((one) => one.program().getSourceFile(to));
  const known = own?.program().getSourceFile(to);
  if (own && known) return drafts.of(known, own);
  const directives = source.file.statements.filter(isDirective).map((at) => at.getText(source.file));
  const header = [...jsxComments(source.file), ...directives];
  const newLine = source.style.newLine;
  const text = view.files.exists(to)
    ? (view.files.text(to) ?? "")
    : header.map((one) => `${one}${newLine}${newLine}`).join("");
  const { files } = view;
  const host = { fileExists: files.exists, readFile: files.text };
  const { options } = source.project.spec;
  const impliedNodeFormat = ts.getImpliedNodeFormatForFile(to, undefined, host, options);
  const format = { languageVersion: source.file.languageVersion, impliedNodeFormat };
  return drafts.of(ts.createSourceFile(to, text, format, true), source.project);
}

/** The names that move and that the rest of their file uses, each with its uses. */
function usesInRest(moved: Moved): Map<string, ts.Identifier[]> {
  const uses = new Map<string, ts.Identifier[]>();
  for (const statement of moved.file.statements) {
    if (moved.has(statement) || isExportOf(statement)) continue;
    for (const node of identifiersIn(statement)) {
      if (moved.has(node) || ts.findAncestor(node, (at) => moved.pieces.some((piece) => piece === at))) continue;
      const symbol = symbolOf(moved.checker, node);
      // What reaches it by an import of its own is followed as every other import.
      if (symbol && symbol.flags & ts.SymbolFlags.Alias) continue;
      const name = moved.nameOf(moved.checker, symbol);
      if (name !== undefined) uses.set(name, [...(uses.get(name) ?? []), node]);
    }
  }
  return uses;
}

/** What only exports a name goes with it. */
function isExportOf(at: ts.Statement): boolean {
  return (
    (ts.isExportDeclaration(at) && !at.moduleSpecifier) || (ts.isExportAssignment(at) && ts.isIdentifier(at.expression))
  );
}

/** The words `export` and `default` of what moves, as the target needs them. */
function markExports({ pieces, file }: Moved, { exported, dropsDefault }: ExportPlan, inPieces: FileEdits): void {
  for (const piece of pieces) {
    const isDefault = modifiersOf(piece).find(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    if (isDefault && dropsDefault) {
      const blank = /^\s*/.exec(file.text.slice(isDefault.end))?.[0].length ?? 0;
      inPieces.replace({ pos: isDefault.getStart(file), end: isDefault.end + blank }, "");
    }
    if (
      !hasExportWord(piece) &&
      namesOf(piece).some((name) => exported.has(name)) &&
      !ts.isVariableDeclaration(piece)
    ) {
      inPieces.insert(wordPosition(file, piece), "export ");
    }
  }
}

interface Rest {
  readonly view: View;
  readonly moved: Moved;
  readonly source: Draft;
  readonly target: Draft;
  readonly plan: ExportPlan;
  readonly loads: Loads;
}

/** The rest of the source file imports what it uses. */
function importInRest(after: Rest, rest: ReadonlyMap<string, readonly ts.Identifier[]>): void {
  const { view, moved, source, target, plan, loads } = after;
  if (rest.size === 0) return;
  const module = { specifier: specifierInSource(view, source, target), file: target.file.fileName };
  for (const local of moved.names) {
    const uses = rest.get(local);
    if (!uses) continue;
    const name = importedName(plan, local);
    const type = uses.every(isTypeUse) ? typeWord(source) : undefined;
    const what = name === "default" ? ({ kind: "default" } as const) : ({ kind: "named", name } as const);
    source.imports.add(module, { ...what, local, type });
    const symbol = uses[0] && symbolOf(moved.checker, uses[0]);
    const files = { user: moved.file.fileName, used: target.file.fileName };
    if (symbol) noteTaken(loads, { checker: moved.checker, target }, { ...files, symbol, uses });
  }
}

function specifierInSource(view: View, { file, project }: Draft, target: Draft): string {
  const specifier = specifierTo(view, { file, project }, target.file.fileName);
  if (specifier === undefined) throw unreachable(view, file.fileName, target.file.fileName);
  return specifier;
}

interface Keeping extends Rest {
  readonly reasons: ReadonlySet<string>;
  readonly notes: string[];
}

/** The source file goes on exporting what moved, for those that cannot be led to the target. */
function keepExports({ view, source, target, plan, reasons, notes, loads }: Keeping): void {
  const { quote, semicolon, space, newLine } = source.style;
  const specifier = specifierInSource(view, source, target);
  const names = plan.exports.map(({ was, is }) => (was === is ? is : `${is} as ${was}`));
  if (names.length === 0) return;
  const isType =
    plan.exports.every(({ name }) => isTypeAlone(source.file.statements, name)) && typeWord(source) !== undefined;
  const word = isType ? "export type" : "export";
  const text = `${word} {${space}${names.join(", ")}${space}} from ${quote}${specifier}${quote}${semicolon}`;
  if (!isType) loads.importers.add(keyOf(source.file.fileName));
  const { file, edits } = source;
  const last = file.statements.filter((at) => ts.isImportDeclaration(at) || ts.isExportDeclaration(at)).at(-1);
  if (last) edits.insert(last.end, newLine + text);
  else edits.insert(startOfCode(file), text + newLine + newLine);
  const [first = ""] = reasons;
  const more = reasons.size > 1 ? ` and ${reasons.size - 1} more` : "";
  notes.push(`${view.displayPath(source.file.fileName)} still exports ${names.join(", ")}: ${first}${more}.`);
}

function startOfCode(file: ts.SourceFile): number {
  const [first] = file.statements;
  return first ? startWithComments(file, first) : file.text.length;
}

/** Imports that only the moved code used go. */
function dropUnusedImports(moved: Moved, source: Draft): void {
  const { file, checker, pieces } = moved;
  const used = new Set<ts.Symbol>();
  const usedInRest = new Set<ts.Symbol>();
  const { options } = source.project.spec;
  const factories = jsxFactories(file, pieces, options);
  const rest = file.statements.filter((at) => !moved.has(at));
  const left = new Set(jsxFactories(file, rest, options));
  // Comments above the imports declare types too, and so do those at the end.
  const statements = file.statements.filter((at) => !ts.isImportDeclaration(at));
  for (const outer of [...statements, ...docsOf(file)]) {
    for (const node of identifiersIn(outer)) {
      const symbol = symbolOf(checker, node);
      if (!symbol) continue;
      const isMoved = moved.has(node);
      (isMoved ? used : usedInRest).add(symbol);
    }
  }
  for (const statement of [...file.statements.filter(ts.isImportDeclaration), ...docImportsOf(file)]) {
    for (const node of nodesOf(statement)) {
      const symbol = node.name && checker.getSymbolAtLocation(node.name);
      const { local } = bindingOf(node);
      const isFactory = factories.includes(local);
      if (!symbol || usedInRest.has(symbol) || left.has(local)) continue;
      if (isFactory || (used.has(symbol) && local !== "React")) source.imports.remove(node);
    }
  }
}

/** The text that moves, as it will be in the target. */
function blockOf(moved: Moved, target: Draft, { exported }: ExportPlan, inPieces: FileEdits): string {
  const { file, pieces } = moved;
  const edits = inPieces.list();
  const { newLine } = target.style;
  let text = "";
  let end = 0;
  for (const piece of pieces) {
    const span = spanOf(file, piece);
    const own = edits.filter((edit) => edit.start >= span.pos && edit.end <= span.end);
    const shifted = own.map(({ start, end: stop, newText }) => ({
      start: start - span.pos,
      end: stop - span.pos,
      newText,
    }));
    const plain = edited(file.text.slice(span.pos, span.end), shifted);
    const between = file.text.slice(end, span.pos);
    const gap = text === "" ? "" : between.trim() === "" && between.includes("\n") ? between : newLine + newLine;
    text += gap + (ts.isVariableDeclaration(piece) ? asStatement(file, piece, plain, exported) : plain);
    end = span.end;
  }
  return text.replaceAll(/\r?\n/g, newLine);
}

/** One declarator as a statement of its own. */
function asStatement(
  file: ts.SourceFile,
  piece: ts.VariableDeclaration,
  text: string,
  exported: ReadonlySet<string>,
): string {
  const { parent } = piece;
  const statement = parent.parent;
  const [first] = ts.isVariableDeclarationList(parent) ? parent.declarations : [];
  const head = first ? file.text.slice(statement.getStart(file), first.getStart(file)) : "const ";
  const isMarked = modifiersOf(piece).length === 0 && namesOf(piece).some((name) => exported.has(name));
  return `${isMarked ? "export " : ""}${head}${text}${statement.getText(file).endsWith(";") ? ";" : ""}`;
}

/** At the end of the target, or in front of the first code there that uses it while the file loads. */
function insertBlock({ nameOf }: Moved, target: Draft, parts: readonly string[]): void {
  const { file, edits, style } = target;
  const { newLine } = style;
  const block = parts.join(newLine + newLine);
  const user = file.statements.find(
    (at) =>
      !ts.isImportDeclaration(at) &&
      !ts.isExportDeclaration(at) &&
      [...identifiersIn(at)].some(
        (node) =>
          runsAtLoad(node) && !isTypeUse(node) && nameOf(target.checker, symbolOf(target.checker, node)) !== undefined,
      ),
  );
  if (user) {
    edits.insert(startWithComments(file, user), block + newLine + newLine);
    return;
  }
  const kept = file.text.trimEnd().length;
  const gap = kept === 0 ? "" : newLine + newLine;
  edits.replace({ pos: kept, end: file.text.length }, gap + block + newLine);
}

/** Takes what moves out of the source file, which stays a module, by what is added to it or by `export {}`. */
function cutPieces(moved: Moved, source: Draft, isModuleByNew: boolean): void {
  const { file, pieces } = moved;
  const { edits, style } = source;
  const whole = pieces.filter((piece) => !ts.isVariableDeclaration(piece));
  for (const range of joined(
    file,
    whole.map((piece) => spanOf(file, piece)),
  ))
    edits.replace(cutOf(file, range), "");
  const lists = new Set(
    pieces.flatMap((piece) =>
      ts.isVariableDeclaration(piece) && ts.isVariableDeclarationList(piece.parent) ? [piece.parent] : [],
    ),
  );
  for (const { declarations, parent } of lists) {
    const kept = declarations.filter((one) => !pieces.includes(one));
    if (kept.length > 0) editList({ file, list: declarations, kept, added: [], edits });
    else edits.replace(cutOf(file, { pos: startWithComments(file, parent), end: parent.end }), "");
  }
  if (isModuleByNew || file.statements.some((at) => !pieces.includes(at) && isLeftAsModule(at, source))) return;
  // Without any import or export it would be no module any more, and `export * from` it would fail.
  edits.insert(file.text.length, `export {}${style.semicolon}${style.newLine}`);
}

function isLeftAsModule(at: ts.Statement, { imports }: Draft): boolean {
  if (ts.isImportDeclaration(at)) {
    const nodes = nodesOf(at);
    return nodes.length === 0 || nodes.some((node) => !imports.isRemoved(node));
  }
  return ts.isExportDeclaration(at) || ts.isExportAssignment(at) || hasExportWord(at);
}
