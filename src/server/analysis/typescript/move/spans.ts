import { ts } from "../ts.ts";

/** Comments that are about the file, wherever they stand, or that declare something for it. */
const ofFile =
  /^(?:#!|\/\/\/|\/\*!)|@(?:license|copyright|file|fileoverview|module|packageDocumentation|ts-check|ts-nocheck|jsx\w*|import|typedef|callback)\b|eslint-disable(?!-)|eslint-enable/;

/** Where a statement starts together with the comments and directives that belong to it. */
export function startWithComments(file: ts.SourceFile, statement: ts.Node): number {
  const { text } = file;
  let start = statement.getStart(file);
  for (const comment of (ts.getLeadingCommentRanges(text, statement.pos) ?? []).reverse()) {
    const content = text.slice(comment.pos, comment.end);
    const isNear = text.slice(comment.end, start).split("\n").length <= 2;
    const isDoc = content.startsWith("/**") && statement.pos > 0;
    if (ofFile.test(content) || (!isNear && !isDoc)) break;
    start = comment.pos;
  }
  return start;
}

/** Where a statement ends together with what is said about it on its last line. */
export function endWithComments({ text }: ts.SourceFile, statement: ts.Node): number {
  const comments = ts.getTrailingCommentRanges(text, statement.end) ?? [];
  const last = comments.at(-1);
  if (!last || text.slice(statement.end, last.end).includes("\n")) return statement.end;
  // What comes after it on the line is another statement, whose comment it may be.
  return /^[ \t]*\r?(?:\n|$)/.test(text.slice(last.end)) ? last.end : statement.end;
}

/** What goes when whole statements go: their lines, and the blank lines that would be too many. */
export function cutOf({ text }: ts.SourceFile, { pos, end }: ts.TextRange): ts.TextRange {
  const line = pos === 0 ? 0 : text.lastIndexOf("\n", pos - 1) + 1;
  const tail = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end));
  if (!tail || text.slice(line, pos).trim() !== "") {
    return { pos, end: end + (/^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0) };
  }
  const before = text.slice(0, line);
  const stop = end + tail[0].length;
  const blanks = /^(?:[ \t]*\r?\n)*/.exec(text.slice(stop))?.[0].length ?? 0;
  if (text.slice(stop + blanks).trim() === "") {
    const kept = before.trimEnd().length;
    return { pos: kept + (/^\r?\n/.exec(before.slice(kept))?.[0].length ?? 0), end: text.length };
  }
  const isBlankBefore = before.trim() === "" || /\n[ \t]*\r?\n$/.test(before);
  return { pos: line, end: isBlankBefore ? stop + blanks : stop };
}

/** Nodes with nothing but blanks between them as one range each. */
export function runsOf(file: ts.SourceFile, nodes: readonly ts.Node[]): ts.TextRange[] {
  return joined(
    file,
    nodes.map((node) => ({ pos: node.getStart(file), end: node.end })),
  );
}

/** Ranges with nothing but blanks between them as one. */
export function joined({ text }: ts.SourceFile, ranges: readonly ts.TextRange[]): ts.TextRange[] {
  const runs: ts.TextRange[] = [];
  for (const range of ranges) {
    const open = runs.at(-1);
    if (open && text.slice(open.end, range.pos).trim() === "")
      runs[runs.length - 1] = { pos: open.pos, end: range.end };
    else runs.push(range);
  }
  return runs;
}

export function isDirective(at: ts.Statement): at is ts.ExpressionStatement {
  return ts.isExpressionStatement(at) && ts.isStringLiteral(at.expression) && /^use \w+$/.test(at.expression.text);
}

/** Where code may start: behind what is said about the file. */
export function headerEnd(file: ts.SourceFile): number {
  const [first] = file.statements;
  if (!first) return file.text.length;
  let at = first.getStart(file);
  for (const comment of (ts.getLeadingCommentRanges(file.text, 0) ?? []).reverse()) {
    const isNear = file.text.slice(comment.end, at).split("\n").length <= 2;
    if (!isNear || ofFile.test(file.text.slice(comment.pos, comment.end))) break;
    at = comment.pos;
  }
  return at;
}
