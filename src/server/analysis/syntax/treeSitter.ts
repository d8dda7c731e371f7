import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import treeSitter from "@vscode/tree-sitter-wasm";
import type { Language, TreeCursor } from "@vscode/tree-sitter-wasm";

export type Grammar = "python" | "go" | "java" | "rust" | "c-sharp" | "ruby" | "php" | "cpp";

const grammarOf: Readonly<Record<string, Grammar>> = {
  py: "python",
  pyi: "python",
  pyw: "python",
  go: "go",
  java: "java",
  rs: "rust",
  cs: "c-sharp",
  rb: "ruby",
  rake: "ruby",
  php: "php",
  c: "cpp",
  h: "cpp",
  cc: "cpp",
  cpp: "cpp",
  cxx: "cpp",
  hh: "cpp",
  hpp: "cpp",
  hxx: "cpp",
};

export function grammarFor(file: string): Grammar | undefined {
  return grammarOf[file.slice(file.lastIndexOf(".") + 1).toLowerCase()];
}

/** A node of a syntax tree as plain data: named nodes, and signs that have a field, such as an operator. */
export interface SyntaxNode {
  readonly type: string;
  /** Its role in the parent, "" for none. */
  readonly field: string;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** 1-based. */
  readonly line: number;
  readonly endLine: number;
  readonly children: readonly SyntaxNode[];
}

/** Beside the bundle; in the sources, in the package. */
function grammarFolder(): string {
  const bundled = fileURLToPath(new URL("./grammars/", import.meta.url));
  if (existsSync(bundled)) return bundled;
  return path.dirname(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm"));
}

let ready: Promise<string> | undefined;
const languages = new Map<Grammar, Promise<Language>>();

function start(): Promise<string> {
  ready ??= (async () => {
    const folder = grammarFolder();
    await treeSitter.Parser.init({ locateFile: (file) => path.join(folder, file) });
    return folder;
  })();
  return ready;
}

function load(grammar: Grammar): Promise<Language> {
  const known = languages.get(grammar);
  if (known) return known;
  const loading = start().then(async (folder) =>
    treeSitter.Language.load(await readFile(path.join(folder, `tree-sitter-${grammar}.wasm`))),
  );
  languages.set(grammar, loading);
  return loading;
}

/** The tree of a text. The parser's own memory is given back before this returns. */
export async function parseTree(grammar: Grammar, text: string): Promise<SyntaxNode> {
  const language = await load(grammar);
  const parser = new treeSitter.Parser();
  const tree = parser.setLanguage(language).parse(text);
  if (!tree) {
    parser.delete();
    throw new RangeError("The file could not be parsed.");
  }
  const cursor = tree.walk();
  const root = copied(cursor);
  cursor.delete();
  tree.delete();
  parser.delete();
  return root;
}

function copied(cursor: TreeCursor): SyntaxNode {
  const children: SyntaxNode[] = [];
  const node: SyntaxNode = {
    type: cursor.nodeIsMissing ? "MISSING" : cursor.nodeType,
    field: cursor.currentFieldName ?? "",
    start: cursor.startIndex,
    end: cursor.endIndex,
    line: cursor.startPosition.row + 1,
    endLine: cursor.endPosition.row + 1,
    children,
  };
  if (!cursor.gotoFirstChild()) return node;
  do {
    if (cursor.nodeIsNamed || cursor.nodeIsMissing || cursor.currentFieldName !== null) children.push(copied(cursor));
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return node;
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

export function childrenOf(node: SyntaxNode, field: string): SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}
