import type { TextEdit } from "../../../workspace/edits/changes.ts";
import type { ts } from "../ts.ts";

/** The edits of one file, in any order; what is inserted at one position stays in the order it came in. */
export interface FileEdits {
  insert(at: number, text: string): void;
  /** In front of all that is inserted there. */
  insertFirst(at: number, text: string): void;
  replace(range: ts.TextRange, text: string): void;
  /** Sorted, and never two at one position, so that everybody who applies them writes the same text. */
  list(): TextEdit[];
}

export function createFileEdits(): FileEdits {
  const inserted = new Map<number, string>();
  const replaced = new Map<number, TextEdit>();
  return {
    insert: (at, text) => void inserted.set(at, (inserted.get(at) ?? "") + text),
    insertFirst: (at, text) => void inserted.set(at, text + (inserted.get(at) ?? "")),
    replace({ pos, end }, newText) {
      if (pos === end) this.insert(pos, newText);
      else replaced.set(pos, { start: pos, end, newText });
    },
    list() {
      const insertions = [...inserted]
        .filter(([at]) => !replaced.has(at))
        .map(([at, newText]): TextEdit => ({ start: at, end: at, newText }));
      const replacements = [...replaced.values()].map((edit) => ({
        ...edit,
        newText: (inserted.get(edit.start) ?? "") + edit.newText,
      }));
      return merged([...insertions, ...replacements].sort((a, b) => a.start - b.start));
    },
  };
}

/** Removals that touch the same blank lines are one. */
function merged(sorted: readonly TextEdit[]): TextEdit[] {
  const result: TextEdit[] = [];
  for (const edit of sorted) {
    const last = result.at(-1);
    if (!last || edit.start >= last.end) result.push(edit);
    else {
      const newText = last.newText + edit.newText;
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, edit.end), newText };
    }
  }
  return result;
}
