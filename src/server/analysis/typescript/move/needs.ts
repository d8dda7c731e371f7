import path from "node:path/posix";
import { ToolError } from "../../../platform/errors.ts";
import type { View } from "../engine.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import { edited } from "../../../platform/unifiedDiff.ts";
import { symbolOf } from "../nameUses.ts";
import { importedFiles, importsOf, keyOf, ts } from "../ts.ts";
import { typeWord } from "./drafts.ts";
import type { Draft } from "./drafts.ts";
import { exportLocally } from "./exportLocally.ts";
import type { FileEdits } from "./fileEdits.ts";
import {
  declaredIn,
  identifiersIn,
  isAssigned,
  isInDoc,
  isInLink,
  isTypeUse,
  isUnshadowed,
  memberOf,
  renamed,
} from "./identifiers.ts";
import { bindingOf, importOf } from "./bindings.ts";
import type { Binding, ImportNode, Module } from "./bindings.ts";
import { jsxFactories } from "./jsx.ts";
import { noteTaken } from "./loadOrder.ts";
import type { Loads } from "./loadOrder.ts";
import type { Moved } from "./moved.ts";
import { reaches, specifierTo } from "./specifiers.ts";

interface Bringing {
  readonly view: View;
  readonly moved: Moved;
  readonly source: Draft;
  readonly target: Draft;
  /** Edits of what moves, at its positions in the source file. */
  readonly inPieces: FileEdits;
  readonly notes: string[];
  readonly loads: Loads;
}

/** Something that the moved code uses and does not bring along. */
interface Need {
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Declaration;
  readonly uses: ts.Identifier[];
}

/** Gives the target what the moved code uses: imports, and what the source file then has to export. */
export function bringNeeds(bringing: Bringing): void {
  const { moved, target } = bringing;
  const names = createTargetNames(bringing);
  const globals = new Set<string>();
  for (const need of needsOf(moved, globals)) {
    const { declaration } = need;
    if (isImportNode(declaration)) bringImport(bringing, names, need, declaration);
    else if (ts.isImportEqualsDeclaration(declaration)) bringImportEquals(bringing, names, need, declaration);
    else bringLocal(bringing, names, need);
  }
  bringJsxFactories(bringing, names);
  followPaths(bringing);
  const taken = [...globals].find((name) => names.declared(name));
  if (taken === undefined) return;
  const where = bringing.view.displayPath(target.file.fileName);
  const message = `${taken} in the moved code is global, and ${where} has its own ${taken}.`;
  throw new ToolError("NAME_TAKEN", message, `Rename ${taken} in ${where} first, or choose another target.`);
}

function needsOf({ pieces, checker, file, has }: Moved, globals: Set<string>): Need[] {
  const needs = new Map<ts.Symbol, Need>();
  for (const piece of pieces) {
    for (const node of identifiersIn(piece)) {
      if (!has(node)) continue;
      const symbol = symbolOf(checker, node);
      const declarations = symbol?.declarations ?? [];
      if (!symbol || declarations.some((one) => one.getSourceFile() === file && has(one))) continue;
      const declaration = declarations.find((one) => one.getSourceFile() === file && declaresInFile(one));
      if (!declaration) {
        if (declarations.length > 0) globals.add(node.text);
        continue;
      }
      // The compiler does not ask whether a link of a comment leads anywhere.
      if (isInDoc(node) && (!isJavaScript(file.fileName) || isInLink(node))) continue;
      const need = needs.get(symbol);
      if (need) need.uses.push(node);
      else needs.set(symbol, { symbol, declaration, uses: [node] });
    }
  }
  return [...needs.values()].sort((a, b) => a.declaration.pos - b.declaration.pos);
}

/** JavaScript that assigns to `globalThis.name` declares a global, and no name of its module. */
function declaresInFile(declaration: ts.Declaration): boolean {
  return !ts.isSourceFile(declaration) && !ts.isExpression(declaration);
}

function isImportNode(node: ts.Node): node is ImportNode {
  return ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node);
}

interface TargetNames {
  /** Whether the target declares a name, as it is now. */
  declared(name: string): boolean;
  /** The name itself where it is free, or one like it. */
  free(name: string): string;
}

function createTargetNames({ moved, target }: Bringing): TargetNames {
  const { file, checker } = target;
  const declared = declaredIn(file);
  const all = new Set<string>(moved.names);
  for (const node of identifiersIn(file)) {
    const declarations = symbolOf(checker, node)?.declarations ?? [];
    if (declarations.some((one) => one.getSourceFile() !== file)) all.add(node.text);
  }
  const isDeclared = (name: string) => {
    const node = declared.get(name);
    return node !== undefined && !(isImportNode(node) && target.imports.isRemoved(node));
  };
  return {
    declared: isDeclared,
    free(name) {
      let one = name;
      for (let count = 1; all.has(one) || isDeclared(one); count++) one = `${name}_${count}`;
      all.add(one);
      return one;
    },
  };
}

function rename(need: Need, local: string, inPieces: FileEdits): void {
  for (const use of need.uses) {
    if (use.text !== local) inPieces.replace({ pos: use.getStart(), end: use.end }, renamed(use, local));
  }
}

function bringImport(
  bringing: Bringing,
  names: TargetNames,
  need: Need,
  node: ImportNode,
  binding = bindingOf(node),
): void {
  const { moved, target, inPieces } = bringing;
  const own = moved.nameOf(moved.checker, need.symbol);
  // The moved code imported itself, by way of another file.
  if (own !== undefined) return rename(need, own, inPieces);
  const statement = importOf(node);
  if (!statement || !ts.isStringLiteral(statement.moduleSpecifier)) return;
  const [found] = importedFiles(moved.program, moved.file, statement.moduleSpecifier);
  if (found !== undefined && keyOf(found) === keyOf(target.file.fileName) && bringHome(bringing, need, binding)) return;
  if (found !== undefined) note(bringing, need, found);
  const module = { specifier: specifierFrom(bringing, statement.moduleSpecifier.text, found), file: found };
  const type = typeOfImport(target, need, binding);
  const known = target.imports.find(module, binding);
  if (known && !(known.isType && type === undefined)) return rename(need, known.local, inPieces);
  const local = known ? known.local : names.free(binding.local);
  if (known) upgrade(target, local);
  target.imports.add(module, { ...binding, local, type });
  rename(need, local, inPieces);
}

/** What JSX is compiled to calls of; an import that the target does not have yet. */
function bringJsxFactories(bringing: Bringing, names: TargetNames): void {
  const { moved, source } = bringing;
  const declared = declaredIn(moved.file);
  for (const name of jsxFactories(moved.file, moved.pieces, source.project.spec.options)) {
    const declaration = declared.get(name);
    const own = declaration && isImportNode(declaration) ? declaration.name : undefined;
    const symbol = own && moved.checker.getSymbolAtLocation(own);
    if (!declaration || !isImportNode(declaration) || !symbol || names.declared(name)) continue;
    bringImport(bringing, names, { symbol, declaration, uses: [] }, declaration);
  }
}

/** In JavaScript what only comments use is imported by one. */
function typeOfImport(target: Draft, { uses }: Need, { type }: Binding): Binding["type"] {
  const isType = uses.length > 0 && uses.every(isTypeUse);
  if (isJavaScript(target.file.fileName) || type === "doc") return isType ? typeWord(target) : undefined;
  return type ?? (isType && isStrict(target) ? typeWord(target) : undefined);
}

function note({ loads, moved, target }: Bringing, { symbol, uses }: Need, used: string): void {
  noteTaken(loads, { checker: moved.checker, target }, { user: target.file.fileName, used, symbol, uses });
}

/** `import()`, `require()` and `import("…")` as a type in the moved code lead to where they led. */
function followPaths(bringing: Bringing): void {
  const { moved, source, inPieces } = bringing;
  for (const specifier of importsOf(moved.file)) {
    if (!moved.has(specifier) || specifier.pos < 0) continue;
    const [found] = importedFiles(source.program, moved.file, specifier);
    const text = specifierFrom(bringing, specifier.text, found);
    if (text === specifier.text) continue;
    inPieces.replace({ pos: specifier.getStart(moved.file) + 1, end: specifier.end - 1 }, text);
  }
}

function isStrict({ project }: Draft): boolean {
  return project.spec.options.verbatimModuleSyntax === true;
}

/** An import of a type becomes one of the value. */
function upgrade({ file, imports }: Draft, local: string): void {
  const node = declaredIn(file).get(local);
  if (node && isImportNode(node)) imports.remove(node);
}

/** What the source file imported from the target is the target's own now; false where that does not do. */
function bringHome({ target, inPieces }: Bringing, need: Need, binding: Binding): boolean {
  if (binding.kind !== "namespace") {
    const local = localOf(target, binding.kind === "default" ? "default" : (binding.name ?? ""));
    if (local === undefined) return false;
    rename(need, local, inPieces);
    return true;
  }
  const members = need.uses.map((use) => ({ use, member: memberOf(use) }));
  const locals = members.map(({ member }) => (member ? localOf(target, member.text) : undefined));
  const isFree = members.every(({ use }, at) => isUnshadowed(use, locals[at]));
  if (!isFree) return false;
  members.forEach(({ use, member }, at) => {
    if (member) inPieces.replace({ pos: use.getStart(), end: member.end }, locals[at] ?? member.text);
  });
  return true;
}

/** What a file calls an export of its own. */
function localOf({ file, checker }: Draft, name: string): string | undefined {
  const owner = checker.getSymbolAtLocation(file);
  const symbol = owner && checker.tryGetMemberInModuleExports(name, owner);
  const declaration = symbol?.declarations?.find((one) => one.getSourceFile() === file);
  if (!declaration) return undefined;
  if (ts.isExportSpecifier(declaration)) {
    const target = checker.getExportSpecifierLocalTargetSymbol(declaration);
    const isLocal = target?.declarations?.some((one) => one.getSourceFile() === file) ?? false;
    return isLocal && !declaration.parent.parent.moduleSpecifier
      ? (declaration.propertyName ?? declaration.name).text
      : undefined;
  }
  if (ts.isExportAssignment(declaration)) {
    return ts.isIdentifier(declaration.expression) ? declaration.expression.text : undefined;
  }
  const own = ts.getNameOfDeclaration(declaration);
  return own && ts.isIdentifier(own) ? own.text : undefined;
}

/** A specifier of the source file as the target has to write it. */
function specifierFrom({ view, source, target }: Bringing, text: string, found: string | undefined): string {
  const importer = { file: target.file, project: target.project, model: text };
  if (found === undefined) {
    if (!text.startsWith(".")) return text;
    const location = path.join(path.dirname(source.file.fileName), text);
    const plain = path.relative(path.dirname(target.file.fileName), location);
    return plain.startsWith(".") ? plain : `./${plain}`;
  }
  if (!text.startsWith(".") && reaches(view, importer, text, found)) return text;
  const specifier = specifierTo(view, importer, found);
  if (specifier !== undefined) return specifier;
  if (!text.startsWith(".")) return text;
  throw unreachable(view, target.file.fileName, found);
}

export function unreachable(view: View, from: string, to: string): ToolError {
  return new ToolError(
    "UNREACHABLE",
    `No import of ${view.displayPath(from)} can reach ${view.displayPath(to)}.`,
    "Choose a target in the same package, or export that file by the package.json of its package.",
  );
}

function bringImportEquals(bringing: Bringing, names: TargetNames, need: Need, node: ts.ImportEqualsDeclaration): void {
  const { moved, target } = bringing;
  const { moduleReference } = node;
  const local = node.name.text;
  const space = ts.isQualifiedName(moduleReference) ? namespaceOf(moved.checker, moduleReference) : undefined;
  if (space) {
    // `import Option = O.Option`: the target imports the member itself.
    const binding: Binding = { ...bindingOf(space.node), kind: "named", name: space.member, local };
    return bringImport(bringing, names, need, space.node, binding);
  }
  const specifier = ts.isExternalModuleReference(moduleReference) ? moduleReference.expression : undefined;
  const isPlain = specifier !== undefined && ts.isStringLiteral(specifier);
  const text = isPlain ? importEqualsText(bringing, need, { node, specifier }) : node.getText(moved.file);
  if (target.file.statements.some((at) => ts.isImportEqualsDeclaration(at) && at.getText(target.file) === text)) return;
  if (isPlain && names.free(local) === local) {
    target.imports.addStatement(text);
    return;
  }
  const message = `The moved code uses ${need.symbol.name}, an import by \`import =\`.`;
  throw new ToolError("IMPORT_FORM", message, "Import it by `import … from` first.");
}

/** The namespace import and its member that `O.Option` is; undefined for a longer or another name. */
function namespaceOf(checker: ts.TypeChecker, { left, right }: ts.QualifiedName) {
  const node = ts.isIdentifier(left) ? checker.getSymbolAtLocation(left)?.declarations?.[0] : undefined;
  return node && ts.isNamespaceImport(node) ? { node, member: right.text } : undefined;
}

/** The statement as the target has to write it. */
function importEqualsText(
  bringing: Bringing,
  need: Need,
  { node, specifier }: { readonly node: ts.ImportEqualsDeclaration; readonly specifier: ts.StringLiteral },
): string {
  const { file, program } = bringing.moved;
  const [found] = importedFiles(program, file, specifier);
  if (found !== undefined) note(bringing, need, found);
  const start = node.getStart(file);
  const inside = { start: specifier.getStart(file) + 1 - start, end: specifier.end - 1 - start };
  return edited(node.getText(file), [{ ...inside, newText: specifierFrom(bringing, specifier.text, found) }]);
}

function bringLocal(bringing: Bringing, names: TargetNames, need: Need): void {
  const { view, moved, source, target, inPieces } = bringing;
  const { uses, symbol, declaration } = need;
  checkState(bringing, need);
  note(bringing, need, moved.file.fileName);
  const exportedAs = exportedName(source, symbol) ?? exportLocally(bringing, symbol);
  const importer = { file: target.file, project: target.project };
  const specifier = specifierTo(view, importer, moved.file.fileName);
  if (specifier === undefined) throw unreachable(view, target.file.fileName, moved.file.fileName);
  const module: Module = { specifier, file: moved.file.fileName };
  const own = ts.getNameOfDeclaration(declaration);
  const name = own && ts.isIdentifier(own) ? own.text : symbol.name;
  const binding: Pick<Binding, "kind" | "name"> =
    exportedAs === "default" ? { kind: "default" } : { kind: "named", name: exportedAs };
  const onlyTypes = uses.every(isTypeUse);
  const known = target.imports.find(module, binding);
  if (known && (onlyTypes || !known.isType)) return rename(need, known.local, inPieces);
  const space = target.imports.find(module, { kind: "namespace" });
  const isQualified = space && (onlyTypes || !space.isType) && exportedAs !== "default";
  if (!known && isQualified && uses.every((use) => isUnshadowed(use, space.local))) {
    return rename(need, `${space.local}.${exportedAs}`, inPieces);
  }
  if (known) upgrade(target, known.local);
  const local = known?.local ?? names.free(name);
  target.imports.add(module, { ...binding, local, type: onlyTypes ? typeWord(target) : undefined });
  rename(need, local, inPieces);
}

/** The name by which a file exports one of its declarations. */
function exportedName({ file, checker }: Draft, symbol: ts.Symbol): string | undefined {
  const owner = checker.getSymbolAtLocation(file);
  const names = (owner ? checker.getExportsOfModule(owner) : [])
    .filter((one) => one === symbol || (one.flags & ts.SymbolFlags.Alias && checker.getAliasedSymbol(one) === symbol))
    .map(({ name }) => name)
    .filter((name) => name !== "export=");
  return names.find((name) => name === symbol.name) ?? names.find((name) => name !== "default") ?? names[0];
}

/** An imported variable cannot be assigned. */
function checkState({ view, moved }: Bringing, { uses, symbol }: Need): void {
  const assigned = uses.find(isAssigned);
  if (!assigned) return;
  const { file } = moved;
  const line = file.getLineAndCharacterOfPosition(assigned.getStart(file)).line + 1;
  throw new ToolError(
    "ASSIGNS_MODULE_STATE",
    `The moved code assigns ${symbol.name} (${view.displayPath(file.fileName)}:${line}), a variable of the file that it leaves: an import cannot be assigned.`,
    `Name ${symbol.name} and all that uses it in \`symbols\`, or let a function of the file assign it.`,
  );
}
