import { createHash } from "node:crypto";

/** A part of a file that has a vector of its own; 1-based lines, both included. */
export interface Chunk {
  readonly id: string;
  readonly startLine: number;
  readonly endLine: number;
  /** What is sent: the path and the lines. */
  readonly text: string;
}

/** Where a declaration is, members after their owner. */
export interface Declaration {
  readonly line: number;
  readonly endLine: number;
}

/** About 400 tokens of code. */
const maxChars = 1_600;
/** Neighbours stay together up to here: a line alone means little. */
const minChars = 400;

/** A part that a declaration begins stands alone once it has so many characters. */
export function chunksOf(path: string, text: string, declarations: readonly Declaration[]): readonly Chunk[] {
  const lines = text.split("\n");
  const lengths = lines.map((line) => line.length + 1);
  const size = (from: number, to: number) => lengths.slice(from, to).reduce((sum, length) => sum + length, 0);
  const spans = joined(cuts(lines, declarations), size).flatMap(({ from, to }) => split(lines, { from, to }, size));
  return spans.flatMap(({ from, to }): Chunk[] => {
    const start = lines.findIndex((line, at) => at >= from && line.trim() !== "");
    if (start === -1 || start >= to) return [];
    const end = lines.findLastIndex((line, at) => at < to && line.trim() !== "") + 1;
    const part = lines
      .slice(start, end)
      .join("\n")
      .slice(0, 2 * maxChars);
    if (!/[\p{L}\p{N}]{2}/u.test(part)) return [];
    return [{ id: chunkId(path, part), startLine: start + 1, endLine: end, text: `${path}\n${part}` }];
  });
}

/** The same text of the same file has the same id, wherever it stands in it. */
function chunkId(path: string, part: string): string {
  return createHash("sha256").update(`1\0${path}\0${part}`).digest().subarray(0, 16).toString("base64url");
}

/** Whether the file still has the chunk at its lines. */
export function isStillThere(path: string, text: string, { id, startLine, endLine }: Omit<Chunk, "text">): boolean {
  const part = text
    .split("\n")
    .slice(startLine - 1, endLine)
    .join("\n")
    .slice(0, 2 * maxChars);
  return chunkId(path, part) === id;
}

/** Lines from `from` to before `to`, 0-based. */
interface Span {
  readonly from: number;
  readonly to: number;
}

type Size = (from: number, to: number) => number;

/** The file in pieces, of which each declaration begins one with the comment above it. */
function cuts(lines: readonly string[], declarations: readonly Declaration[]): readonly Span[] {
  const starts = new Set([0]);
  for (const { line, endLine } of declarations) {
    starts.add(withComment(lines, line - 1));
    if (endLine < lines.length) starts.add(endLine);
  }
  const sorted = [...starts].filter((start) => start < lines.length).toSorted((a, b) => a - b);
  return sorted.map((from, nth) => ({ from, to: sorted[nth + 1] ?? lines.length }));
}

/** Comments and decorators above a declaration belong to it. */
function withComment(lines: readonly string[], at: number): number {
  let start = at;
  while (start > 0 && /^\s*(\/\/|\/\*|\*|#|@|--|""")/.test(lines[start - 1] ?? "")) start--;
  return start;
}

/** Small neighbours become one. */
function joined(spans: readonly Span[], size: Size): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    const both = last && size(last.from, span.to);
    const isSmall = last && (size(last.from, last.to) < minChars || size(span.from, span.to) < minChars / 4);
    if (last && isSmall && both !== undefined && both <= maxChars)
      result[result.length - 1] = { from: last.from, to: span.to };
    else result.push(span);
  }
  return result;
}

/** What is too large is cut, at an empty line where one is near. */
function split(lines: readonly string[], { from, to }: Span, size: Size): readonly Span[] {
  if (size(from, to) <= maxChars) return [{ from, to }];
  let end = from + 1;
  let chars = size(from, end);
  while (end < to && chars + size(end, end + 1) <= maxChars) {
    chars += size(end, end + 1);
    end++;
  }
  const blank = lines.findLastIndex((line, at) => at > from && at < end && line.trim() === "");
  const cut = blank !== -1 && size(from, blank) > maxChars / 2 ? blank : end;
  return [{ from, to: cut }, ...(cut < to ? split(lines, { from: cut, to }, size) : [])];
}
