import type { TextEdit } from "../workspace/edits/changes.ts";

const mostCells = 4_000_000;

/** The edits that make one list of pieces of another: pieces that both have stay. */
export function chunkEdits(before: readonly string[], after: readonly string[]): TextEdit[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const [old, fresh] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const start = lengthOf(before.slice(0, head));
  return editsOf(old, fresh, start);
}

function editsOf(old: readonly string[], fresh: readonly string[], start: number): TextEdit[] {
  const edits: TextEdit[] = [];
  let offset = start;
  let open = { start, end: start, newText: "" };
  const close = () => {
    if (open.end > open.start || open.newText !== "") edits.push(open);
  };
  for (const step of stepsOf(old, fresh)) {
    if (step.kind === "same") {
      close();
      offset += step.text.length;
      open = { start: offset, end: offset, newText: "" };
    } else if (step.kind === "old") {
      offset += step.text.length;
      open.end = offset;
    } else open.newText += step.text;
  }
  close();
  return edits;
}

interface Step {
  readonly kind: "same" | "old" | "new";
  readonly text: string;
}

/** By the longest common subsequence; of very long lists all is replaced. */
function stepsOf(old: readonly string[], fresh: readonly string[]): Step[] {
  const all = (kind: Step["kind"], texts: readonly string[]) => texts.map((text): Step => ({ kind, text }));
  if (old.length * fresh.length > mostCells) return [...all("old", old), ...all("new", fresh)];
  const width = fresh.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const lengthAt = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = fresh.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        old[row] === fresh[column]
          ? lengthAt(row + 1, column + 1) + 1
          : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
    }
  }
  const steps: Step[] = [];
  let [row, column] = [0, 0];
  while (row < old.length && column < fresh.length) {
    const [one = "", other = ""] = [old[row], fresh[column]];
    if (one === other) {
      steps.push({ kind: "same", text: one });
      row++;
      column++;
    } else if (lengthAt(row + 1, column) >= lengthAt(row, column + 1)) {
      steps.push({ kind: "old", text: one });
      row++;
    } else {
      steps.push({ kind: "new", text: other });
      column++;
    }
  }
  return [...steps, ...all("old", old.slice(row)), ...all("new", fresh.slice(column))];
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((length, text) => length + text.length, 0);
}
