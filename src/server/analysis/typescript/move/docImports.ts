import { docsOf } from "../../syntax/tsDocs.ts";
import { importedFiles, ts } from "../ts.ts";
import type { FileEdits } from "./fileEdits.ts";
import { bindingOf, keyOfModule, nodesOf } from "./bindings.ts";
import { editList } from "./editList.ts";
import { headerEnd, isDirective } from "./spans.ts";
import type { Binding, FileImports, ImportNode } from "./bindings.ts";
import { cutOf } from "./spans.ts";
import type { Style } from "./style.ts";

/** The tags `@import { Name } from "./a.js"` in the comments of a JavaScript file, at its top. */
export function docImportsOf(file: ts.SourceFile): ts.JSDocImportTag[] {
  return docsOf(file).flatMap(({ tags }) => tags?.filter((tag) => ts.isJSDocImportTag(tag)) ?? []);
}

/** Imports of types in comments, as they will be. */
export function createDocImports(file: ts.SourceFile, program: ts.Program, style: Style): FileImports {
  const isOfProgram = program.getSourceFile(file.fileName) === file;
  const declared = docImportsOf(file).map((tag) => {
    const { moduleSpecifier } = tag;
    const specifier = ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier : undefined;
    const [found] = isOfProgram && specifier ? importedFiles(program, file, specifier) : [];
    return { tag, key: keyOfModule({ specifier: specifier?.text ?? "", file: found }), added: new Array<Binding>() };
  });
  const removed = new Set<ImportNode>();
  const fresh = new Map<string, { readonly specifier: string; readonly bindings: Binding[] }>();
  const kept = (tag: ts.JSDocImportTag) => nodesOf(tag).filter((node) => !removed.has(node));
  const coming = (key: string) => [
    ...declared.filter((one) => one.key === key).flatMap(({ added }) => added),
    ...(fresh.get(key)?.bindings ?? []),
  ];
  return {
    find(module, { kind, name }) {
      const key = keyOfModule(module);
      const known = declared.filter((one) => one.key === key).flatMap(({ tag }) => kept(tag).map(bindingOf));
      const found = [...known, ...coming(key)].find((one) => one.kind === kind && one.name === name);
      return found && { local: found.local, isType: true };
    },
    remove: (node) => void removed.add(node),
    isRemoved: (node) => removed.has(node),
    add(module, binding) {
      const key = keyOfModule(module);
      if (
        coming(key).some(
          ({ kind, name, local }) => kind === binding.kind && name === binding.name && local === binding.local,
        )
      )
        return;
      const open = declared.find((one) => one.key === key && kept(one.tag).length > 0 && takesNames(one.tag));
      const list = binding.kind === "named" && open ? open.added : fresh.get(key)?.bindings;
      if (list) list.push(binding);
      else fresh.set(key, { specifier: module.specifier, bindings: [binding] });
    },
    addStatement() {
      throw new Error("A comment has no statements.");
    },
    write(edits) {
      const lines = [...fresh.values()].flatMap(({ specifier, bindings }) => tagTexts(specifier, bindings, style));
      for (const { tag, added } of declared) {
        const left = kept(tag);
        if (left.length === nodesOf(tag).length && added.length === 0) continue;
        const list = tag.importClause?.namedBindings;
        if (left.length > 0 && list && ts.isNamedImports(list)) {
          const names = list.elements.filter((one) => left.includes(one));
          editList({ file, list: list.elements, kept: names, added: added.map(nameText), edits });
        } else if (left.length === 0 && lines.length > 0) {
          const text = lines.splice(0).join(`${style.newLine} * `);
          edits.replace({ pos: tag.pos, end: tag.moduleSpecifier.end }, text);
        } else if (left.length === 0) removeTag(file, tag, edits);
      }
      const staying = declared.map(({ tag }) => tag).filter((tag) => kept(tag).length > 0);
      if (lines.length > 0) insertTags({ file, staying, edits, style }, lines);
    },
  };
}

/** Whether names can be added to the braces of a tag. */
function takesNames({ importClause }: ts.JSDocImportTag): boolean {
  return importClause?.name === undefined && importClause?.namedBindings?.kind === ts.SyntaxKind.NamedImports;
}

function nameText({ name = "", local }: Binding): string {
  return name === local ? local : `${name} as ${local}`;
}

function tagTexts(specifier: string, bindings: readonly Binding[], { quote }: Style): string[] {
  const from = `from ${quote}${specifier}${quote}`;
  const named = bindings.filter(({ kind }) => kind === "named").map(nameText);
  return [
    ...bindings.filter(({ kind }) => kind === "default").map(({ local }) => `@import ${local} ${from}`),
    ...bindings.filter(({ kind }) => kind === "namespace").map(({ local }) => `@import * as ${local} ${from}`),
    ...(named.length > 0 ? [`@import {${named.join(", ")}} ${from}`] : []),
  ];
}

/** A comment whose last tag goes is of no use either. */
function removeTag(file: ts.SourceFile, tag: ts.JSDocImportTag, edits: FileEdits): void {
  const comment = tag.parent;
  if (ts.isJSDoc(comment) && comment.tags?.length === 1 && comment.comment === undefined) {
    edits.replace(cutOf(file, { pos: comment.pos, end: comment.end }), "");
    return;
  }
  const start = file.text.lastIndexOf("\n", tag.pos) + 1;
  const end = file.text.indexOf("\n", tag.moduleSpecifier.end) + 1;
  edits.replace({ pos: start, end }, "");
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
