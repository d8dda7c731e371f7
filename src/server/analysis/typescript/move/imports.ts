import { importedFiles, keyOf, ts } from "../ts.ts";
import type { FileEdits } from "./fileEdits.ts";
import { cutOf, runsOf } from "./spans.ts";
import { isTypeOnly } from "./style.ts";
import type { Style } from "./style.ts";

/** What an import brings into a file. */
export interface Binding {
  readonly kind: "named" | "default" | "namespace";
  /** What the module exports it as, of a named one. */
  readonly name?: string;
  readonly local: string;
  /** As the whole clause says, or the name alone. */
  readonly type?: "clause" | "inline" | undefined;
}

export type ImportNode = ts.ImportSpecifier | ts.ImportClause | ts.NamespaceImport;

/** A module: by its file, or by its specifier when it is not resolved. */
export interface Module {
  readonly specifier: string;
  readonly file?: string | undefined;
}

/** The imports of a file as they will be. */
export interface FileImports {
  /** The local name of something that is imported already and stays so. */
  find(module: Module, wanted: Pick<Binding, "kind" | "name">): { local: string; isType: boolean } | undefined;
  remove(node: ImportNode): void;
  isRemoved(node: ImportNode): boolean;
  add(module: Module, binding: Binding): void;
  /** A whole statement as it is. */
  addStatement(text: string): void;
  /** Writes what has changed, as edits of the file's text. */
  write(edits: FileEdits): void;
}

interface Declared {
  readonly at: ts.ImportDeclaration & { readonly moduleSpecifier: ts.StringLiteral };
  readonly key: string;
  readonly added: Binding[];
}

export function createImports(file: ts.SourceFile, program: ts.Program, style: Style): FileImports {
  const declared: Declared[] = file.statements.filter(isImport).map((at) => {
    const found =
      program.getSourceFile(file.fileName) === file ? importedFiles(program, file, at.moduleSpecifier)[0] : undefined;
    return { at, key: keyOfModule({ specifier: at.moduleSpecifier.text, file: found }), added: [] };
  });
  const removed = new Set<ImportNode>();
  const whole: string[] = [];
  const fresh = new Map<string, { readonly specifier: string; readonly bindings: Binding[] }>();

  function bindings(at: ts.ImportDeclaration): ImportNode[] {
    return nodesOf(at).filter((node) => !removed.has(node));
  }

  function add(module: Module, binding: Binding): void {
    const key = keyOfModule(module);
    const all = [
      ...declared.filter((one) => one.key === key).flatMap(({ added }) => added),
      ...(fresh.get(key)?.bindings ?? []),
    ];
    if (all.some((one) => one.local === binding.local && one.kind === binding.kind && one.name === binding.name))
      return;
    const fitting = declared.find(
      (one) => one.key === key && bindings(one.at).length > 0 && takes(one.at, binding, style),
    );
    if (fitting) {
      const isInClause = fitting.at.importClause !== undefined && isTypeOnly(fitting.at.importClause);
      fitting.added.push(
        isInClause ? { ...binding, type: undefined } : binding.type ? { ...binding, type: "inline" } : binding,
      );
      return;
    }
    const open = fresh.get(key);
    if (open) open.bindings.push(binding);
    else fresh.set(key, { specifier: module.specifier, bindings: [binding] });
  }

  return {
    find(module, wanted) {
      const key = keyOfModule(module);
      for (const { at, key: own, added } of declared) {
        if (own !== key) continue;
        const known = bindings(at).find((node) => isSame(bindingOf(node), wanted));
        if (known) return { local: bindingOf(known).local, isType: isTypeImport(known) };
        const coming = added.find((one) => isSame(one, wanted));
        if (coming) return { local: coming.local, isType: coming.type !== undefined };
      }
      const coming = fresh.get(key)?.bindings.find((one) => isSame(one, wanted));
      return coming && { local: coming.local, isType: coming.type !== undefined };
    },
    remove: (node) => void removed.add(node),
    isRemoved: (node) => removed.has(node),
    add,
    addStatement: (text) => void whole.push(text),
    write(edits) {
      const texts = [...fresh.values()].flatMap(({ specifier, bindings: all }) => statements(specifier, all, style));
      texts.push(...whole);
      const gone: ts.Node[] = [];
      for (const { at, added } of declared) {
        const nodes = nodesOf(at);
        const kept = bindings(at);
        if (kept.length === nodes.length && added.length === 0) continue;
        if (kept.length > 0 || added.length > 0) editClause({ file, at, kept, added, edits, style });
        else if (texts.length > 0) {
          edits.replace({ pos: at.getStart(file), end: at.end }, texts.splice(0).join(style.newLine));
        } else gone.push(at);
      }
      for (const range of runsOf(file, gone)) edits.replace(cutOf(file, range), "");
      if (texts.length > 0) insertStatements(file, texts, edits, style);
    },
  };
}

export function keyOfModule({ specifier, file }: Module): string {
  return file === undefined ? specifier : keyOf(file);
}

function isImport(at: ts.Statement): at is Declared["at"] {
  return ts.isImportDeclaration(at) && ts.isStringLiteral(at.moduleSpecifier);
}

/** What an import statement binds, each by its node; a default import by its clause. */
export function nodesOf({ importClause: clause }: ts.ImportDeclaration): ImportNode[] {
  if (!clause) return [];
  const { namedBindings } = clause;
  const rest = namedBindings ? (ts.isNamedImports(namedBindings) ? [...namedBindings.elements] : [namedBindings]) : [];
  return clause.name ? [clause, ...rest] : rest;
}

export function bindingOf(node: ImportNode): Binding {
  const type = typeOf(node);
  if (ts.isImportClause(node)) return { kind: "default", local: node.name?.text ?? "default", type };
  if (ts.isNamespaceImport(node)) return { kind: "namespace", local: node.name.text, type };
  const name = (node.propertyName ?? node.name).text;
  if (name === "default") return { kind: "default", local: node.name.text, type };
  return { kind: "named", name, local: node.name.text, type };
}

function typeOf(node: ImportNode): Binding["type"] {
  if (ts.isImportSpecifier(node) && node.isTypeOnly) return "inline";
  const clause = ts.isImportClause(node) ? node : ts.isNamespaceImport(node) ? node.parent : node.parent.parent;
  return isTypeOnly(clause) ? "clause" : undefined;
}

function isTypeImport(node: ImportNode): boolean {
  return typeOf(node) !== undefined;
}

function isSame(one: Binding, wanted: Pick<Binding, "kind" | "name">): boolean {
  return one.kind === wanted.kind && one.name === wanted.name;
}

/** Whether a name can be added to the braces of a statement. */
function takes({ importClause: clause }: ts.ImportDeclaration, { kind, type }: Binding, style: Style): boolean {
  if (kind !== "named" || !clause) return false;
  if (clause.namedBindings && !ts.isNamedImports(clause.namedBindings)) return false;
  if (isTypeOnly(clause)) return type !== undefined && clause.name === undefined;
  return type !== "clause" || style.hasInlineTypes;
}

interface ClauseChange {
  readonly file: ts.SourceFile;
  readonly at: ts.ImportDeclaration;
  readonly kept: readonly ImportNode[];
  readonly added: readonly Binding[];
  readonly edits: FileEdits;
  readonly style: Style;
}

function editClause({ file, at, kept, added, edits, style }: ClauseChange): void {
  const clause = at.importClause;
  if (!clause) return;
  const { name, namedBindings } = clause;
  const texts = added.map(namedText);
  if (!namedBindings || !ts.isNamedImports(namedBindings)) {
    if (name && namedBindings && !kept.includes(clause)) {
      edits.replace({ pos: name.getStart(file), end: namedBindings.getStart(file) }, "");
    } else if (name && namedBindings) edits.replace({ pos: name.end, end: namedBindings.end }, "");
    else if (name && texts.length > 0) edits.insert(name.end, `, ${braced(texts, style)}`);
    return;
  }
  const keptNames = namedBindings.elements.filter((element) => kept.includes(element));
  const hasDefault = name !== undefined && kept.includes(clause);
  if (keptNames.length > 0) editList({ file, list: namedBindings.elements, kept: keptNames, added: texts, edits });
  else if (texts.length > 0)
    edits.replace({ pos: namedBindings.getStart(file), end: namedBindings.end }, braced(texts, style));
  else if (name) edits.replace({ pos: name.end, end: namedBindings.end }, "");
  if (name && !hasDefault) edits.replace({ pos: name.getStart(file), end: namedBindings.getStart(file) }, "");
}

export interface ListChange {
  readonly file: ts.SourceFile;
  readonly list: readonly ts.Node[];
  /** Those that stay, one at least. */
  readonly kept: readonly ts.Node[];
  readonly added: readonly string[];
  readonly edits: FileEdits;
}

/** Removes names of a list and adds others behind the last one; lines and comments of the rest stay. */
export function editList({ file, list, kept, added, edits }: ListChange): void {
  const last = kept.at(-1);
  if (!last) return;
  const line = /\n([ \t]*)$/.exec(file.text.slice(0, last.getStart(file)))?.[1];
  const newLine = file.text.includes("\r\n") ? "\r\n" : "\n";
  const more = added.map((text) => (line === undefined ? `, ${text}` : `,${newLine}${line}${text}`)).join("");
  const all = [...list];
  const lastAt = all.findIndex((element) => element === last);
  for (let from = 0; from < lastAt; from++) {
    if (kept.includes(all[from] ?? last)) continue;
    let to = from;
    while (!kept.includes(all[to] ?? last)) to++;
    edits.replace({ pos: all[from]?.getStart(file) ?? 0, end: all[to]?.getStart(file) ?? 0 }, "");
    from = to;
  }
  const end = all.at(-1)?.end ?? last.end;
  if (end > last.end) edits.replace({ pos: last.end, end }, more);
  else if (more !== "") edits.insert(last.end, more);
}

function namedText({ name = "", local, type }: Binding): string {
  return `${type === "inline" ? "type " : ""}${name === local ? local : `${name} as ${local}`}`;
}

function braced(texts: readonly string[], { space }: Style): string {
  return `{${space}${texts.join(", ")}${space}}`;
}

/** New import statements of one module: values and types that say so inline together, types of a clause apart. */
function statements(specifier: string, bindings: readonly Binding[], style: Style): string[] {
  const { quote, semicolon } = style;
  const from = `from ${quote}${specifier}${quote}${semicolon}`;
  const inClause = bindings.filter(({ type }) => type === "clause");
  const others = bindings.filter(({ type }) => type !== "clause");
  const written = (all: readonly Binding[], word: string, mayMix: boolean): string[] => {
    const defaults = all.filter(({ kind }) => kind === "default");
    const spaces = all.filter(({ kind }) => kind === "namespace");
    const named = all.filter(({ kind }) => kind === "named").map(namedText);
    const list = named.length > 0 ? [braced(named, style)] : [];
    const first = mayMix && defaults[0] ? [defaults[0]] : [];
    const head = [...first.map(({ local }) => local), ...list].join(", ");
    return [
      ...defaults.slice(first.length).map(({ local }) => `import ${word}${local} ${from}`),
      ...spaces.map(({ local }) => `import ${word}* as ${local} ${from}`),
      ...(head === "" ? [] : [`import ${word}${head} ${from}`]),
    ];
  };
  const plain = inClause.map((binding) => ({ ...binding, type: undefined }));
  return [...written(others, "", true), ...written(plain, "type ", false)];
}

function insertStatements(file: ts.SourceFile, texts: readonly string[], edits: FileEdits, style: Style): void {
  const { newLine } = style;
  const block = texts.join(newLine);
  const last = file.statements.filter((at) => ts.isImportDeclaration(at) || ts.isImportEqualsDeclaration(at)).at(-1);
  if (last) {
    edits.insertFirst(endOfLine(file.text, last.end), newLine + block);
    return;
  }
  const directive = file.statements.filter(isDirective).at(-1);
  if (directive) edits.insertFirst(endOfLine(file.text, directive.end), newLine + newLine + block);
  else if (file.statements.length === 0) edits.insertFirst(file.text.length, block + newLine + newLine);
  else edits.insertFirst(headerEnd(file), block + newLine + newLine);
}

/** Behind a comment that stands on the line. */
function endOfLine(text: string, at: number): number {
  return at + (/^[ \t]*\/\/[^\r\n]*/.exec(text.slice(at))?.[0].length ?? 0);
}

export function isDirective(at: ts.Statement): at is ts.ExpressionStatement {
  return ts.isExpressionStatement(at) && ts.isStringLiteral(at.expression) && /^use \w+$/.test(at.expression.text);
}

/** Where code may start: behind what is said about the file. */
function headerEnd(file: ts.SourceFile): number {
  const [first] = file.statements;
  if (!first) return file.text.length;
  let at = first.getStart(file);
  for (const comment of (ts.getLeadingCommentRanges(file.text, 0) ?? []).reverse()) {
    const isNear = file.text.slice(comment.end, at).split("\n").length <= 2;
    if (!isNear || /^\/\*!|@(?:license|copyright|file)/.test(file.text.slice(comment.pos, comment.end))) break;
    if (file.text.startsWith("///", comment.pos)) break;
    at = comment.pos;
  }
  return at;
}
