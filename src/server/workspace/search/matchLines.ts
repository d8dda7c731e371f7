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

export function escaped(text: string): string {
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

export interface MatchOptions {
  readonly path: string;
  readonly test: LineTest;
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
export function matchLines(masked: string, { path, test, context, limit, tick }: MatchOptions): SearchMatch[] {
  const lines = masked.split("\n");
  // What follows the last line feed is no line when it is empty.
  if (lines.at(-1) === "") lines.pop();
  const around = (from: number, to: number) => lines.slice(from, to).map((line) => startOf(withoutReturn(line)));
  const found: SearchMatch[] = [];
  for (const [index, whole] of lines.entries()) {
    if (index % linesPerTick === 0) tick();
    const line = withoutReturn(whole);
    const column = test(line);
    if (column === -1) continue;
    found.push({
      path,
      line: index + 1,
      column: column + 1,
      text: windowOf(line, column),
      ...(context > 0 && {
        before: around(Math.max(0, index - context), index),
        after: around(index + 1, index + 1 + context),
      }),
    });
    if (found.length >= limit) break;
  }
  return found;
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
