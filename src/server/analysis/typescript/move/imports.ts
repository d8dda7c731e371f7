import { importedFiles, ts } from "../ts.ts";
import type { FileEdits } from "./fileEdits.ts";
import { bindingOf, isSame, keyOfModule, namedText, nodesOf } from "./bindings.ts";
import type { Binding, FileImports, ImportNode, Module } from "./bindings.ts";
import { createDocImports } from "./docImports.ts";
import { editList } from "./editList.ts";
import { cutOf, headerEnd, isDirective, runsOf } from "./spans.ts";
import { isTypeOnly } from "./style.ts";
import type { Style } from "./style.ts";

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
  const docs = createDocImports(file, program, style);
  const removed = new Set<ImportNode>();
  const whole: string[] = [];
  const fresh = new Map<string, { readonly specifier: string; readonly bindings: Binding[] }>();

  function bindings(at: ts.ImportDeclaration): ImportNode[] {
    return nodesOf(at).filter((node) => !removed.has(node));
  }

  function add(module: Module, binding: Binding): void {
    if (binding.type === "doc") {
      docs.add(module, binding);
      return;
    }
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
        if (known) return { local: bindingOf(known).local, isType: bindingOf(known).type !== undefined };
        const coming = added.find((one) => isSame(one, wanted));
        if (coming) return { local: coming.local, isType: coming.type !== undefined };
      }
      const coming = fresh.get(key)?.bindings.find((one) => isSame(one, wanted));
      return coming ? { local: coming.local, isType: coming.type !== undefined } : docs.find(module, wanted);
    },
    remove(node) {
      removed.add(node);
      docs.remove(node);
    },
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
      docs.write(edits);
    },
  };
}

function isImport(at: ts.Statement): at is Declared["at"] {
  return ts.isImportDeclaration(at) && ts.isStringLiteral(at.moduleSpecifier);
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
