import { keyOf, ts } from "../ts.ts";
import type { FileEdits } from "./fileEdits.ts";
import { isTypeOnly } from "./style.ts";

/** What an import brings into a file. */
export interface Binding {
  readonly kind: "named" | "default" | "namespace";
  /** What the module exports it as, of a named one. */
  readonly name?: string;
  readonly local: string;
  /** As the whole clause says, or the name alone; in JavaScript a comment. */
  readonly type?: TypeWord | undefined;
}

export type TypeWord = "clause" | "inline" | "doc";

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

export function keyOfModule({ specifier, file }: Module): string {
  return file === undefined ? specifier : keyOf(file);
}

/** What an import statement binds, each by its node; a default import by its clause. */
export function nodesOf({ importClause: clause }: ts.ImportDeclaration | ts.JSDocImportTag): ImportNode[] {
  if (!clause) return [];
  const { namedBindings } = clause;
  const rest = namedBindings ? (ts.isNamedImports(namedBindings) ? [...namedBindings.elements] : [namedBindings]) : [];
  return clause.name ? [clause, ...rest] : rest;
}

/** The statement or the tag of a comment that brings a name. */
export function importOf(node: ImportNode): ts.ImportDeclaration | ts.JSDocImportTag | undefined {
  return ts.findAncestor(node, isImportOrTag);
}

function isImportOrTag(node: ts.Node): node is ts.ImportDeclaration | ts.JSDocImportTag {
  return ts.isImportDeclaration(node) || ts.isJSDocImportTag(node);
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
  const outer = importOf(node);
  if (outer && ts.isJSDocImportTag(outer)) return "doc";
  if (ts.isImportSpecifier(node) && node.isTypeOnly) return "inline";
  const clause = ts.isImportClause(node) ? node : ts.isNamespaceImport(node) ? node.parent : node.parent.parent;
  return isTypeOnly(clause) ? "clause" : undefined;
}

/** Whether an import brings what is wanted, under whatever local name. */
export function isSame(one: Binding, wanted: Pick<Binding, "kind" | "name">): boolean {
  return one.kind === wanted.kind && one.name === wanted.name;
}

/** As it stands between the braces. */
export function namedText({ name = "", local, type }: Binding): string {
  return `${type === "inline" ? "type " : ""}${name === local ? local : `${name} as ${local}`}`;
}
