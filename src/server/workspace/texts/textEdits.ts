import { ToolError } from "../../platform/errors.ts";
import type { TextEdit } from "../edits/changes.ts";

/** The text after all edits, whose offsets are those of the text before any of them. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) {
      throw new ToolError(
        "INVALID_ARGUMENT",
        "The edits overlap or reach past the end.",
        "Create the plan again with preview_refactoring.",
      );
    }
    result += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** One edit that turns a text into another and leaves what they share at both ends alone; none for equal texts. */
export function differenceOf(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shortest - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  // An editor must not be given half of a surrogate pair or of a line ending.
  if (splitsPair(before, head)) head--;
  if (splitsPair(before, before.length - tail)) tail--;
  return [{ start: head, end: before.length - tail, newText: after.slice(head, after.length - tail) }];
}

function splitsPair(text: string, at: number): boolean {
  const before = text.charAt(at - 1);
  return /[\uD800-\uDBFF]/.test(before) || (before === "\r" && text.charAt(at) === "\n");
}
