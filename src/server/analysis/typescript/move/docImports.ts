import { docsOf } from "../../syntax/tsDocs.ts";
import { importedFiles, ts } from "../ts.ts";
import type { FileEdits } from "./fileEdits.ts";
import { bindingOf, isSame, keyOfModule, namedText, nodesOf } from "./bindings.ts";
import type { Binding, FileImports, ImportNode } from "./bindings.ts";
import { editList } from "./editList.ts";
import { cutOf, headerEnd, isDirective } from "./spans.ts";
import type { Style } from "./style.ts";

/** The tags `@import { Name } from "./a.js"` in the comments of a JavaScript file, at its top. */
export function docImportsOf(file: ts.SourceFile): ts.JSDocImportTag[] {
  return docsOf(file).flatMap(({ tags }) => tags?.filter((tag) => ts.isJSDocImportTag(tag)) ?? []);
}

interface Declared {
  readonly tag: ts.JSDocImportTag;
  readonly specifier: string;
  readonly key: string;
  readonly added: Binding[];
}

type DocImports = Pick<FileImports, "find" | "remove" | "add" | "write">;

/** Imports of types in comments, as they will be. */
export function createDocImports(file: ts.SourceFile, program: ts.Program, style: Style): DocImports {
  const isOfProgram = program.getSourceFile(file.fileName) === file;
  const declared = docImportsOf(file).map((tag): Declared => {
    const { moduleSpecifier } = tag;
    const literal = ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier : undefined;
    const [found] = isOfProgram && literal ? importedFiles(program, file, literal) : [];
    const specifier = literal?.text ?? "";
    return { tag, specifier, key: keyOfModule({ specifier, file: found }), added: [] };
  });
  const removed = new Set<ImportNode>();
  const fresh = new Map<string, { readonly specifier: string; readonly bindings: Binding[] }>();
  const kept = (tag: ts.JSDocImportTag) => nodesOf(tag).filter((node) => !removed.has(node));
  const coming = (key: string) => [
    ...declared.filter((one) => one.key === key).flatMap(({ added }) => added),
    ...(fresh.get(key)?.bindings ?? []),
  ];
  return {
    find(module, wanted) {
      const key = keyOfModule(module);
      const known = declared.filter((one) => one.key === key).flatMap(({ tag }) => kept(tag).map(bindingOf));
      const found = [...known, ...coming(key)].find((one) => isSame(one, wanted));
      return found && { local: found.local, isType: true };
    },
    remove: (node) => void removed.add(node),
    add(module, binding) {
      const key = keyOfModule(module);
      if (coming(key).some((one) => isSame(one, binding) && one.local === binding.local)) return;
      const open = declared.find(({ key: own, tag }) => own === key && kept(tag).length > 0 && namesIn(tag));
      const list = binding.kind === "named" && open ? open.added : fresh.get(key)?.bindings;
      if (list) list.push(binding);
      else fresh.set(key, { specifier: module.specifier, bindings: [binding] });
    },
    write(edits) {
      const lines = [...fresh.values()].flatMap(({ specifier, bindings }) => tagTexts(specifier, bindings, style));
      const gone: ts.JSDocImportTag[] = [];
      for (const { tag, specifier, added } of declared) {
        const left = kept(tag);
        if (left.length === nodesOf(tag).length && added.length === 0) continue;
        const list = namesIn(tag);
        const names = list?.filter((one) => left.includes(one)) ?? [];
        if (list && names.length > 0) {
          editList({ file, list, kept: names, added: added.map(namedText), edits });
          continue;
        }
        const own = tagTexts(specifier, [...left.map(bindingOf), ...added], style);
        const texts = own.length > 0 ? own : lines.splice(0);
        const text = texts.join(`${style.newLine} * `);
        if (text === "") gone.push(tag);
        else edits.replace({ pos: tag.pos, end: tag.moduleSpecifier.end }, text);
      }
      removeTags(file, gone, edits);
      const staying = declared.map(({ tag }) => tag).filter((tag) => !gone.includes(tag));
      if (lines.length > 0) insertTags({ file, staying, edits, style }, lines);
    },
  };
}

/** The names of a tag that brings nothing else, to which others can be added. */
function namesIn({ importClause }: ts.JSDocImportTag): readonly ts.ImportSpecifier[] | undefined {
  const bindings = importClause?.name ? undefined : importClause?.namedBindings;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements : undefined;
}

function tagTexts(specifier: string, bindings: readonly Binding[], { quote }: Style): string[] {
  const from = `from ${quote}${specifier}${quote}`;
  const named = bindings.filter(({ kind }) => kind === "named").map(namedText);
  return [
    ...bindings.filter(({ kind }) => kind === "default").map(({ local }) => `@import ${local} ${from}`),
    ...bindings.filter(({ kind }) => kind === "namespace").map(({ local }) => `@import * as ${local} ${from}`),
    ...(named.length > 0 ? [`@import {${named.join(", ")}} ${from}`] : []),
  ];
}

/** A comment of which nothing is left goes too. */
function removeTags(file: ts.SourceFile, gone: readonly ts.JSDocImportTag[], edits: FileEdits): void {
  for (const comment of docsOf(file)) {
    const own = gone.filter(({ parent }) => parent === comment);
    if (own.length === 0) continue;
    if (own.length === comment.tags?.length && comment.comment === undefined) {
      edits.replace(cutOf(file, { pos: comment.pos, end: comment.end }), "");
    } else {
      for (const tag of own) edits.replace(lineOf(file.text, tag), "");
    }
  }
}

/** The line of a tag with the star in front; the tag alone where it shares its line with the comment's start or end. */
function lineOf(text: string, { pos, moduleSpecifier: { end } }: ts.JSDocImportTag): ts.TextRange {
  const start = text.lastIndexOf("\n", pos) + 1;
  const tail = /^[ \t]*\r?\n/.exec(text.slice(end));
  return tail && /^[ \t]*\*[ \t]*$/.test(text.slice(start, pos))
    ? { pos: start, end: end + tail[0].length }
    : { pos, end };
}

interface Insertion {
  readonly file: ts.SourceFile;
  readonly staying: readonly ts.JSDocImportTag[];
  readonly edits: FileEdits;
  readonly style: Style;
}

/** In the comment of the last tag, or in one of their own above the code. */
function insertTags({ file, staying, edits, style: { newLine } }: Insertion, tags: readonly string[]): void {
  const last = staying.findLast((tag) => file.text.slice(tag.parent.pos, tag.pos).includes("\n"));
  if (last) {
    edits.insert(last.moduleSpecifier.end, tags.map((tag) => `${newLine} * ${tag}`).join(""));
    return;
  }
  const block = ["/**", ...tags.map((tag) => ` * ${tag}`), " */"].join(newLine);
  const directive = file.statements.filter(isDirective).at(-1);
  if (directive) edits.insertFirst(directive.end, newLine + newLine + block);
  else edits.insertFirst(headerEnd(file), block + newLine + newLine);
}
