import type { FileChange } from "../../workspace/edits/changes.ts";
import type { Mention } from "./answers.ts";
import type { View } from "./engine.ts";
import { markupMatches } from "./scriptChanges.ts";
import { compilerName, fileNameOf, hasScript, isScriptName } from "./scriptFiles.ts";
import { wordsOf } from "./renaming.ts";
import { isGeneratedFile } from "./nameIndex.ts";
import { keyOf, nodeAt, ts } from "./ts.ts";

const maxMentions = 200;
const maxText = 200;

/**
 * Where a renamed name is still written after the changes, in strings, comments and markup: text that only a reader
 * understands. Strings come before comments, and generated files are passed over.
 */
export function mentionsOf(view: View, name: string, changes: readonly FileChange[]): Mention[] {
  const changed = new Map(changes.map((change) => [keyOf(compilerName(change.path)), change]));
  const inStrings: Mention[] = [];
  const inComments: Mention[] = [];
  const word = wordsOf([name]);
  for (const file of filesWith(view, name)) {
    const component = fileNameOf(file.fileName);
    const text = isScriptName(file.fileName) ? (view.files.text(component) ?? "") : file.text;
    const edits = editsOf(changed.get(keyOf(file.fileName)));
    const add = (list: Mention[], offset: number) =>
      list.length < maxMentions && list.push(mentionAt(view, file.fileName, text, offset));
    for (const { index } of file.text.matchAll(word)) {
      if (edits.some(({ start, end }) => index >= start && index < end)) continue;
      const kind = textAround(file, index);
      if (kind) add(kind === "string" ? inStrings : inComments, index);
    }
    // The import keeps a name that the markup has, when it was one.
    const keeps = edits.some(({ newText }) => newText.endsWith(` as ${name}`));
    if (hasScript(component) && !keeps && edits.length > 0)
      for (const offset of markupMatches(component, text, name)) add(inStrings, offset);
  }
  return [...inStrings, ...inComments].slice(0, maxMentions);
}

function editsOf(change: FileChange | undefined) {
  return change && "edits" in change ? change.edits : [];
}

function* filesWith(view: View, name: string): Generator<ts.SourceFile> {
  const seen = new Set<string>();
  for (const project of view.projects) {
    for (const file of project.program().getSourceFiles()) {
      const key = keyOf(file.fileName);
      if (seen.has(key) || !view.isOwn(file.fileName) || !mayMention(view, file, name)) continue;
      seen.add(key);
      if (!isGeneratedFile(view, fileNameOf(file.fileName))) yield file;
    }
  }
}

function mayMention(view: View, { fileName, text }: ts.SourceFile, name: string): boolean {
  return (isScriptName(fileName) ? (view.files.text(fileNameOf(fileName)) ?? "") : text).includes(name);
}

/** The kind of text that an offset is in; nothing where it is code. */
function textAround(file: ts.SourceFile, offset: number): "string" | "comment" | undefined {
  const node = nodeAt(file, offset);
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) return undefined;
  if (ts.findAncestor(node, ts.isJSDoc)) return "comment";
  if (offset < node.getStart(file) || offset >= node.end) return "comment";
  if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node)) return "string";
  return ts.isSourceFile(node) || node.getChildCount(file) > 0 ? "comment" : undefined;
}

/** The line of a file's text around an offset. */
export function mentionAt(view: View, file: string, text: string, at: number): Mention {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  const line = text.slice(start, end === -1 ? undefined : end).trim();
  return { path: view.displayPath(file), line: lineAt(text, at), text: line.slice(0, maxText) };
}

/** 1-based. */
export function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", next + 1)) line++;
  return line;
}
