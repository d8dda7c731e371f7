import type { SearchJob, SearchMatch } from "./messages.ts";

/** Finds the first match in a line, or -1. */
export type LineTest = (line: string) => number;

type Query = Pick<SearchJob, "query" | "mode" | "caseSensitive">;

/** A test for single lines. Throws SyntaxError for what is no regular expression. */
export function lineTest({ query, mode, caseSensitive }: Query): LineTest {
  if (mode === "text" && caseSensitive) return (line) => line.indexOf(query);
  const source = mode === "text" ? escaped(query) : query;
  const pattern = compiled(source, caseSensitive ? "" : "i");
  return (line) => line.search(pattern);
}

function escaped(text: string): string {
  // A hyphen may not be escaped under Unicode rules, and needs it in classes only.
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Unicode rules where the pattern follows them, else the older ones: `\-` and the like are in daily use. */
function compiled(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return new RegExp(source, flags);
  }
}

const shownLength = 400;

/** Where the next text is from a position on that every matching line has, or -1. */
export type LiteralSearch = (text: string, from: number) => number;

/** Undefined when there is no such text. */
export function literalSearch({ literal, caseSensitive }: SearchJob): LiteralSearch | undefined {
  if (literal === undefined) return undefined;
  if (caseSensitive) return (text, from) => text.indexOf(literal, from);
  const pattern = new RegExp(escaped(literal), "giu");
  return (text, from) => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.index ?? -1;
  };
}

export interface MatchOptions {
  readonly path: string;
  readonly test: LineTest;
  /** Lines without it are passed over. */
  readonly next: LiteralSearch | undefined;
  readonly context: number;
  /** Most matches to look for. */
  readonly limit: number;
  /** Called every few lines, to show that the matching gets on. */
  tick(): void;
}

const linesPerTick = 200;

/**
 * The matching lines of one text whose secrets are masked: were they masked afterwards, a caller could find them out
 * piece by piece. Lines end at LF; a CR before it is no part of the line.
 */
export function matchLines(masked: string, { path, test, next, context, limit, tick }: MatchOptions): SearchMatch[] {
  const found: SearchMatch[] = [];
  let [line, start, tested] = [1, 0, 0];
  // What follows the last line feed is no line when it is empty.
  while (start < masked.length && found.length < limit) {
    const at = next ? next(masked, start) : start;
    if (at === -1) break;
    let end = endOfLine(masked, start);
    for (; end < at; end = endOfLine(masked, start)) {
      line++;
      start = end + 1;
    }
    if (tested++ % linesPerTick === 0) tick();
    const text = withoutReturn(masked.slice(start, end));
    const column = test(text);
    if (column !== -1) {
      const around = context > 0 ? linesAround(masked, { start, end }, context) : undefined;
      found.push({ path, line, column: column + 1, text: windowOf(text, column), ...around });
    }
    line++;
    start = end + 1;
  }
  return found;
}

/** Where its line feed is, or the end of the text. */
function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function linesAround(text: string, line: { start: number; end: number }, count: number) {
  const before: string[] = [];
  for (let end = line.start - 1; end >= 0 && before.length < count;) {
    const start = end === 0 ? 0 : text.lastIndexOf("\n", end - 1) + 1;
    before.unshift(startOf(withoutReturn(text.slice(start, end))));
    end = start - 1;
  }
  const after: string[] = [];
  for (let start = line.end + 1; start < text.length && after.length < count;) {
    const end = endOfLine(text, start);
    after.push(startOf(withoutReturn(text.slice(start, end))));
    start = end + 1;
  }
  return { before, after };
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function startOf(line: string): string {
  return windowOf(line, 0);
}

/** A long line is cut to what stands around the match. */
function windowOf(line: string, column: number): string {
  if (line.length <= shownLength) return line;
  const from = Math.max(0, Math.min(column - shownLength / 4, line.length - shownLength));
  const cut = line.slice(from, from + shownLength);
  return `${from > 0 ? "…" : ""}${cut}${from + shownLength < line.length ? "…" : ""}`;
}
