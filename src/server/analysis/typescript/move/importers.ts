import path from "node:path/posix";
import { ToolError } from "../../../platform/errors.ts";
import type { View } from "../engine.ts";
import { importedFiles, importsOf, keyOf, ts } from "../ts.ts";
import { docImportsOf } from "./docImports.ts";
import type { Draft, Drafts } from "./drafts.ts";
import type { MovedExport } from "./exportNames.ts";
import { identifiersIn, isTypeUse, isUnshadowed, memberOf, renamed, usesOf } from "./identifiers.ts";
import { bindingOf, nodesOf } from "./bindings.ts";
import { editList } from "./editList.ts";
import type { ImportNode, Module } from "./bindings.ts";
import { lazyMembers } from "./lazyImports.ts";
import { noteTaken } from "./loadOrder.ts";
import type { Loads } from "./loadOrder.ts";
import { isTypeAlone } from "./moved.ts";
import type { Moved } from "./moved.ts";
import { specifierTo } from "./specifiers.ts";
import { cutOf } from "./spans.ts";

export interface Following {
  readonly view: View;
  readonly moved: Moved;
  readonly drafts: Drafts;
  readonly target: Draft;
  readonly exports: readonly MovedExport[];
  readonly loads: Loads;
  /** The source file goes on exporting what moves, for the reason given. */
  keep(reason: string): void;
}

/** Leads every file that imports what moves to the target, in every project. */
export function followImporters(following: Following): void {
  const { view, moved, drafts, target } = following;
  const seen = new Set<string>();
  for (const project of view.projects) {
    const program = project.program();
    const source = program.getSourceFile(moved.file.fileName);
    if (!source) continue;
    for (const file of program.getSourceFiles()) {
      if (seen.has(keyOf(file.fileName)) || !view.isOwn(file.fileName)) continue;
      const specifiers = importsOf(file).filter((one) => one.pos >= 0 && leadsTo(program, file, one, moved.file));
      const isTarget = keyOf(file.fileName) === keyOf(target.file.fileName);
      if (specifiers.length === 0 && !isTarget) continue;
      seen.add(keyOf(file.fileName));
      // The target has one draft, of the project that it was opened with.
      const draft = isTarget ? target : drafts.of(file, project);
      const own =
        isTarget && draft.program !== program
          ? importsOf(draft.file).filter((one) => one.pos >= 0 && leadsTo(draft.program, draft.file, one, moved.file))
          : specifiers;
      for (const specifier of own) followSpecifier(following, draft, specifier);
      if (isTarget) bringTogether(following);
    }
  }
}

function leadsTo(
  program: ts.Program,
  file: ts.SourceFile,
  specifier: ts.StringLiteralLike,
  to: ts.SourceFile,
): boolean {
  return importedFiles(program, file, specifier).some((one) => keyOf(one) === keyOf(to.fileName));
}

function followSpecifier(following: Following, draft: Draft, specifier: ts.StringLiteralLike): void {
  const { parent } = specifier;
  if (following.moved.has(specifier) && draft.file === following.moved.file) return;
  if (ts.isImportDeclaration(parent) || ts.isJSDocImportTag(parent)) followImport(following, draft, parent);
  else if (ts.isExportDeclaration(parent)) followExport(following, draft, parent);
  else followLazy(following, draft, specifier);
}

/** The target as a file imports it, written as its import of the source file is. */
function moduleFor(
  { view, target, keep }: Following,
  draft: Draft,
  specifier: ts.StringLiteralLike,
): Module | undefined {
  const { file, project, program } = draft;
  const mode = program.getModeForUsageLocation(file, specifier);
  const text = specifierTo(view, { file, project, model: specifier.text, mode }, target.file.fileName);
  if (text !== undefined) return { specifier: text, file: target.file.fileName };
  keep(`${view.displayPath(file.fileName)} cannot import ${view.displayPath(target.file.fileName)}`);
  return undefined;
}

function isTarget({ target }: Following, { file }: Draft): boolean {
  return file === target.file;
}

function exportOf(
  { exports }: Following,
  { kind, name }: { readonly kind: string; readonly name?: string },
): MovedExport | undefined {
  if (kind === "namespace") return undefined;
  return exports.find(({ was }) => was === (kind === "default" ? "default" : name));
}

function followImport(following: Following, draft: Draft, statement: ts.ImportDeclaration | ts.JSDocImportTag): void {
  const specifier = statement.moduleSpecifier;
  if (!ts.isStringLiteral(specifier)) return;
  for (const node of nodesOf(statement)) {
    if (ts.isNamespaceImport(node)) followNamespace(following, draft, node, specifier);
    else {
      const one = exportOf(following, bindingOf(node));
      if (one) followName(following, draft, { node, one, specifier });
    }
  }
}

interface Name {
  readonly node: ImportNode;
  readonly one: MovedExport;
  readonly specifier: ts.StringLiteral;
}

function followName(following: Following, draft: Draft, { node, one, specifier }: Name): void {
  const { local, type } = bindingOf(node);
  if (isTarget(following, draft)) {
    draft.imports.remove(node);
    renameUses(draft, node, one.name);
    return;
  }
  const module = moduleFor(following, draft, specifier);
  if (!module) return;
  draft.imports.remove(node);
  if (node.name) note(following, draft, one, usesOf(draft.file, draft.checker, node.name));
  const name = one.is === "default" ? ({ kind: "default" } as const) : ({ kind: "named", name: one.is } as const);
  draft.imports.add(module, { ...name, local, type });
}

function note(
  { loads, moved, target }: Following,
  { file }: Draft,
  { was }: MovedExport,
  uses: readonly ts.Identifier[],
): void {
  const { checker } = moved;
  const owner = checker.getSymbolAtLocation(moved.file);
  const symbol = owner && checker.tryGetMemberInModuleExports(was, owner);
  if (!symbol) return;
  noteTaken(loads, { checker, target }, { user: file.fileName, used: target.file.fileName, symbol, uses });
}

/** The uses of an import by the name that the symbol has where it is declared. */
function renameUses({ file, checker, edits }: Draft, node: ImportNode, name: string): void {
  const own = node.name;
  if (!own || own.text === name) return;
  for (const use of usesOf(file, checker, own)) {
    edits.replace({ pos: use.getStart(file), end: use.end }, renamed(use, name));
  }
}

/** The target may import what moves by way of other files: it has it itself now. */
function bringTogether({ view, moved, target }: Following): void {
  const { file, checker, imports } = target;
  for (const statement of [...file.statements.filter(ts.isImportDeclaration), ...docImportsOf(file)]) {
    for (const node of nodesOf(statement)) {
      if (ts.isNamespaceImport(node) || imports.isRemoved(node) || !node.name) continue;
      const name = moved.nameOf(checker, checker.getSymbolAtLocation(node.name));
      if (name === undefined) continue;
      imports.remove(node);
      renameUses(target, node, name);
    }
  }
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause))
      continue;
    const { elements } = statement.exportClause;
    const gone = elements.filter((one) => moved.nameOf(checker, checker.getSymbolAtLocation(one.name)) !== undefined);
    const renaming = gone.filter(
      (one) => one.name.text !== moved.nameOf(checker, checker.getSymbolAtLocation(one.name)),
    );
    if (renaming.length > 0 || (gone.length > 0 && !statement.moduleSpecifier)) {
      throw new ToolError(
        "EXPORTS_WHOLE",
        `${view.displayPath(file.fileName)} exports ${gone.map(({ name }) => name.text).join(", ")} under a name of its own.`,
        "Remove that export first, or choose another target.",
      );
    }
    if (gone.length > 0) removeElements(target, statement, gone);
  }
}

function removeElements(
  { file, edits }: Draft,
  statement: ts.ExportDeclaration,
  gone: readonly ts.ExportSpecifier[],
): void {
  if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) return;
  const { elements } = statement.exportClause;
  const kept = elements.filter((one) => !gone.includes(one));
  if (kept.length > 0) editList({ file, list: elements, kept, added: [], edits });
  else edits.replace(cutOf(file, { pos: statement.getStart(file), end: statement.end }), "");
}

function followExport(following: Following, draft: Draft, statement: ts.ExportDeclaration): void {
  const { view, moved, target, keep, exports } = following;
  const { file, edits, style } = draft;
  const specifier = statement.moduleSpecifier;
  // What the target re-exported from the source file is its own; `bringTogether` sees to it.
  if (!specifier || !ts.isStringLiteral(specifier) || isTarget(following, draft)) return;
  const clause = statement.exportClause;
  if (clause && ts.isNamespaceExport(clause)) {
    keep(
      `${view.displayPath(file.fileName)} exports the whole of ${view.displayPath(moved.file.fileName)} as ${clause.name.text}`,
    );
    return;
  }
  const gone =
    clause?.elements.filter((one) => exports.some(({ was }) => was === (one.propertyName ?? one.name).text)) ?? [];
  const named = namedExports(file);
  const own =
    clause || hasStarOf(draft, target) ? [] : exports.filter(({ was }) => was !== "default" && !named.has(was));
  if (own.length === 0 && gone.length === 0) return;
  const module = moduleFor(following, draft, specifier);
  if (!module) return;
  const texts = clause
    ? gone.map((one) => elementText(one, statement.isTypeOnly, exports))
    : own.map(({ is, name }) => `${needsType(draft, moved, name) && !statement.isTypeOnly ? "type " : ""}${is}`);
  const { quote, semicolon, space, newLine } = style;
  const word = statement.isTypeOnly ? "export type" : "export";
  const text = `${word} {${space}${texts.join(", ")}${space}} from ${quote}${module.specifier}${quote}${semicolon}`;
  if (gone.length === clause?.elements.length) {
    edits.replace({ pos: statement.getStart(file), end: statement.end }, text);
    return;
  }
  if (clause) removeElements(draft, statement, gone);
  edits.insert(statement.end, newLine + text);
}

/** What a file exports by name: a star passes nothing of these on. */
function namedExports({ statements }: ts.SourceFile): Set<string> {
  return new Set(
    statements.flatMap((at) =>
      ts.isExportDeclaration(at) && at.exportClause && ts.isNamedExports(at.exportClause)
        ? at.exportClause.elements.map(({ name }) => name.text)
        : [],
    ),
  );
}

/** Whether a file exports all of the target anyway. */
function hasStarOf({ file, program }: Draft, target: Draft): boolean {
  return file.statements.some(
    (at) =>
      ts.isExportDeclaration(at) &&
      !at.exportClause &&
      at.moduleSpecifier !== undefined &&
      ts.isStringLiteral(at.moduleSpecifier) &&
      leadsTo(program, file, at.moduleSpecifier, target.file),
  );
}

function elementText(one: ts.ExportSpecifier, isType: boolean, exports: readonly MovedExport[]): string {
  const was = (one.propertyName ?? one.name).text;
  const is = exports.find((each) => each.was === was)?.is ?? was;
  return `${one.isTypeOnly && !isType ? "type " : ""}${is === one.name.text ? is : `${is} as ${one.name.text}`}`;
}

/** Whether a re-export has to say that a name is a type. */
function needsType({ project }: Draft, { pieces }: Moved, name: string): boolean {
  const { verbatimModuleSyntax, isolatedModules } = project.spec.options;
  if (verbatimModuleSyntax !== true && isolatedModules !== true) return false;
  return isTypeAlone(pieces, name);
}

/** Uses of a namespace import: `ns.name`, `ns["name"]`, `const { name } = ns`. */
function followNamespace(
  following: Following,
  draft: Draft,
  node: ts.NamespaceImport,
  specifier: ts.StringLiteral,
): void {
  const { view, moved, keep, exports } = following;
  const { file, checker, edits } = draft;
  const all = usesOf(file, checker, node.name);
  const uses = file === moved.file ? all.filter((use) => !moved.has(use)) : all;
  const found = uses.map((use) => namespaceUse(use, exports));
  if (found.includes("whole")) {
    keep(
      `${view.displayPath(file.fileName)} uses the whole of ${view.displayPath(moved.file.fileName)} as ${node.name.text}`,
    );
  }
  const own = found.filter((one) => typeof one === "object");
  if (own.length === 0) return;
  if (isTarget(following, draft)) {
    for (const one of own) one.toOwn(edits, file);
    if (own.filter(({ keepsNamespace }) => !keepsNamespace).length === all.length) draft.imports.remove(node);
    return;
  }
  const module = moduleFor(following, draft, specifier);
  if (!module) return;
  const onlyTypes = own.every(({ use }) => isTypeUse(use));
  const known = draft.imports.find(module, { kind: "namespace" });
  const fits = known && (onlyTypes || !known.isType) && own.every(({ use }) => isUnshadowed(use, known.local));
  const local = fits ? known.local : freeName(file, namespaceName(draft, following, node));
  if (!fits) {
    const { type } = bindingOf(node);
    draft.imports.add(module, { kind: "namespace", local, type: onlyTypes ? type : undefined });
  }
  for (const one of own) {
    one.toOther(edits, file, local);
    for (const moving of one.exports) note(following, draft, moving, [one.use]);
  }
  if (own.filter(({ keepsNamespace }) => !keepsNamespace).length === all.length) draft.imports.remove(node);
}

interface NamespaceUse {
  readonly use: ts.Identifier;
  readonly exports: readonly MovedExport[];
  /** Other names are taken there too. */
  readonly keepsNamespace: boolean;
  /** In the target, where it is a name of the file itself. */
  toOwn(edits: Draft["edits"], file: ts.SourceFile): void;
  toOther(edits: Draft["edits"], file: ts.SourceFile, namespace: string): void;
}

/** What a use of the namespace means: a member that moves, "other" ones, or the "whole" of it. */
function namespaceUse(use: ts.Identifier, exports: readonly MovedExport[]): NamespaceUse | "other" | "whole" {
  const { parent } = use;
  const member = memberOf(use);
  const element =
    ts.isElementAccessExpression(parent) &&
    parent.expression === use &&
    ts.isStringLiteralLike(parent.argumentExpression)
      ? parent.argumentExpression
      : undefined;
  const name = member ?? element;
  if (name) {
    const one = exports.find(({ was }) => was === name.text);
    if (!one) return "other";
    return {
      use,
      exports: [one],
      keepsNamespace: false,
      toOwn: (edits, file) =>
        edits.replace({ pos: use.getStart(file), end: element ? parent.end : name.end }, one.name),
      toOther(edits, file, namespace) {
        edits.replace({ pos: use.getStart(file), end: use.end }, namespace);
        if (one.is === one.was) return;
        const quote = element ? name.getText(file).charAt(0) : "";
        edits.replace({ pos: name.getStart(file), end: name.end }, `${quote}${one.is}${quote}`);
      },
    };
  }
  if (!ts.isVariableDeclaration(parent) || parent.initializer !== use) return "whole";
  return destructured(use, parent, exports);
}

function destructured(
  use: ts.Identifier,
  declaration: ts.VariableDeclaration,
  exports: readonly MovedExport[],
): NamespaceUse | "other" | "whole" {
  const { name: pattern } = declaration;
  if (!ts.isObjectBindingPattern(pattern) || pattern.elements.some(({ dotDotDotToken }) => dotDotDotToken))
    return "whole";
  const keyOfElement = ({ propertyName, name }: ts.BindingElement) => (propertyName ?? name).getText();
  const gone = pattern.elements.filter((one) => exports.some(({ was }) => was === keyOfElement(one)));
  if (gone.length === 0) return "other";
  const isPlain = gone.every((one) => exports.some(({ was, is }) => was === keyOfElement(one) && is === was));
  if (!isPlain) return "whole";
  const kept = pattern.elements.filter((one) => !gone.includes(one));
  const write = (edits: Draft["edits"], file: ts.SourceFile, namespace: string): void => {
    if (kept.length === 0) return edits.replace({ pos: use.getStart(file), end: use.end }, namespace);
    editList({ file, list: pattern.elements, kept, added: [], edits });
    edits.insert(declaration.end, `, { ${gone.map((one) => one.getText(file)).join(", ")} } = ${namespace}`);
  };
  return {
    use,
    exports: exports.filter(({ was }) => gone.some((each) => keyOfElement(each) === was)),
    keepsNamespace: kept.length > 0,
    toOwn(edits, file) {
      const own = gone.map((one) => {
        const { name = "" } = exports.find(({ was }) => was === keyOfElement(one)) ?? {};
        return one.name.getText(file) === name ? name : `${name}: ${one.name.getText(file)}`;
      });
      write(edits, file, `{ ${own.join(", ")} }`);
    },
    toOther: write,
  };
}

/** A name for the namespace of the target, made as the one of the source file was. */
function namespaceName({ file }: Draft, { moved, target }: Following, node: ts.NamespaceImport): string {
  void file;
  const of = (name: string) => {
    const base = path.basename(name).replace(/\.[^/]*$/, "");
    const words = (base === "index" ? path.basename(path.dirname(name)) : base).replaceAll(
      /[^\w$]+(.)?/g,
      (_, letter?: string) => letter?.toUpperCase() ?? "",
    );
    return /^\d/.test(words) ? `_${words}` : words;
  };
  const upper = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const plain = of(target.file.fileName);
  return node.name.text === upper(of(moved.file.fileName)) ? upper(plain) : plain;
}

function freeName(file: ts.SourceFile, wanted: string): string {
  const names = new Set([...identifiersIn(file)].map(({ text }) => text));
  let name = wanted;
  for (let count = 1; names.has(name); count++) name = `${wanted}_${count}`;
  return name;
}

/** `import()`, `import("…")` as a type and `require()`: the path changes where all that is taken from it moves. */
function followLazy(following: Following, draft: Draft, specifier: ts.StringLiteralLike): void {
  const { view, moved, keep, exports } = following;
  const members = lazyMembers(draft, specifier);
  const where = view.displayPath(draft.file.fileName);
  if (members === undefined) {
    return keep(`${where} uses the whole of ${view.displayPath(moved.file.fileName)}`);
  }
  const gone = members.filter((member) => exports.some(({ was }) => was === member));
  if (gone.length === 0) return;
  const isPlain = gone.every((member) => exports.some(({ was, is }) => was === member && is === was));
  if (gone.length < members.length || !isPlain) {
    return keep(`${where} takes ${gone.join(", ")} from one import() or require() together with other names`);
  }
  const module = moduleFor(following, draft, specifier);
  if (!module) return;
  const { file, edits } = draft;
  const quote = specifier.getText(file).charAt(0);
  edits.replace({ pos: specifier.getStart(file), end: specifier.end }, `${quote}${module.specifier}${quote}`);
}
