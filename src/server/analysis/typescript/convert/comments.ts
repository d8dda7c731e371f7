import { edited } from "../../../platform/unifiedDiff.ts";
import { ts } from "../ts.ts";
import { editsIn, refusal } from "./conversion.ts";
import type { Conversion, Converted } from "./conversion.ts";

/** The compiler leaves some comments out and writes some twice. */
export function refuseLostComments({ file }: Conversion, converted: Converted): void {
  const edits = editsIn(converted, file);
  if (edits.length === 0) return;
  const before = commentsOf(file, (pos, end) => !edits.some((edit) => edit.start > pos && edit.end < end));
  if (before.length === 0) return;
  const text = edited(file.text, edits);
  const kind = /\.[cm]?ts$/.test(file.fileName) ? ts.ScriptKind.TS : ts.ScriptKind.TSX;
  const after = commentsOf(ts.createSourceFile(file.fileName, text, ts.ScriptTarget.ESNext, true, kind));
  const wrong = differing(before, after);
  if (wrong === undefined) return;
  throw refusal(
    "COMMENT_LOST",
    `The comment \`${wrong}\` would be lost or written twice.`,
    "Move the comment in front of the statement first.",
  );
}

function differing(before: readonly string[], after: readonly string[]): string | undefined {
  const left = [...after];
  for (const comment of before) {
    const index = left.indexOf(comment);
    if (index < 0) return comment;
    left.splice(index, 1);
  }
  return left.find((comment) => before.includes(comment));
}

/** The words of each comment: how it is written may change. One with a name that changes is another one. */
function commentsOf(file: ts.SourceFile, counts: (pos: number, end: number) => boolean = () => true): string[] {
  const { text } = file;
  const found = new Map<number, string>();
  const add = (ranges: readonly ts.CommentRange[] = []) => {
    for (const { pos, end } of ranges) if (counts(pos, end)) found.set(pos, wordsOf(text.slice(pos, end)));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(file);
    if (children.length === 0 && !ts.isJsxText(node)) {
      add(ts.getLeadingCommentRanges(text, node.pos));
      add(ts.getTrailingCommentRanges(text, node.end));
    }
    for (const child of children) visit(child);
  };
  visit(file);
  return [...found].sort(([a], [b]) => a - b).map(([, words]) => words);
}

function wordsOf(comment: string): string {
  return comment
    .replace(/^\/\/|^\/\*+|\*+\/$/g, "")
    .replace(/\*+\/$/, "")
    .replaceAll(/\s*\n\s*\*?\s*/g, " ")
    .trim();
}
