const context = 1;

/** A piece of a text, by offsets, and what comes instead. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

interface Hunk {
  first: number;
  last: number;
  readonly edits: Piece[];
}

/** The hunks of a unified diff, made from the edits themselves. */
export function hunks(text: string, edits: readonly Piece[]): string[] {
  const starts = lineStarts(text);
  const lineAt = (offset: number) => lastAtMost(starts, offset);
  const grouped: Hunk[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const [first, last] = [lineAt(edit.start), lineAt(edit.end)];
    const open = grouped.at(-1);
    if (open && first <= open.last + 2 * context) {
      open.last = Math.max(open.last, last);
      open.edits.push(edit);
    } else grouped.push({ first, last, edits: [edit] });
  }
  let shift = 0;
  return grouped.flatMap(({ first, last, edits: own }) => {
    const from = starts[first] ?? 0;
    const to = starts[last + 1] ?? text.length;
    const old = linesOf(text.slice(from, to));
    const moved = own.map(({ start, end, newText }) => ({ start: start - from, end: end - from, newText }));
    const { before, after, head, tail } = different(old, linesOf(edited(text.slice(from, to), moved)));
    const above = [...linesOf(text.slice(starts[Math.max(0, first - context)] ?? 0, from)), ...head].slice(-context);
    const below = [...tail, ...linesOf(text.slice(to, starts[last + 1 + context] ?? text.length))].slice(0, context);
    const start = first + 1 + head.length - above.length;
    const [oldCount, newCount] = [before, after].map((lines) => above.length + lines.length + below.length);
    const title = `@@ -${start},${oldCount} +${start + shift},${newCount} @@`;
    shift += after.length - before.length;
    const mark = (sign: string, lines: readonly string[]) => lines.map((line) => `${sign}${line}`);
    return [title, ...mark(" ", above), ...mark("-", before), ...mark("+", after), ...mark(" ", below)];
  });
}

/** What differs between two pieces, and the equal lines around it. */
function different(before: readonly string[], after: readonly string[]) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return {
    before: before.slice(head, before.length - tail),
    after: after.slice(head, after.length - tail),
    head: before.slice(0, head),
    tail: before.slice(before.length - tail),
  };
}

export function linesOf(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n").map((line) => line.replace(/\r$/, ""));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The text after edits that do not overlap. */
export function edited(text: string, edits: readonly Piece[]): string {
  let result = text;
  for (const { start, end, newText } of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    result = result.slice(0, start) + newText + result.slice(end);
  }
  return result;
}
