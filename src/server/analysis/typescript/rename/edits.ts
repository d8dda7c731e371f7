import type { FileChange, TextEdit } from "../../../workspace/edits/changes.ts";

/** The edits of a rename, of which a position has one. */
export interface RenameEdits {
  add(path: string, edit: TextEdit): void;
  has(path: string, start: number): boolean;
  changes(): FileChange[];
  /** Starts by file. */
  positions(): [path: string, starts: readonly number[]][];
}

/** What a rename is about, and its edits by now. */
export interface Naming {
  readonly oldName: string;
  readonly newName: string;
  readonly edits: RenameEdits;
}

export function createRenameEdits(): RenameEdits {
  const byFile = new Map<string, Map<number, TextEdit>>();
  return {
    add(path, edit) {
      const inFile = byFile.get(path) ?? new Map<number, TextEdit>();
      byFile.set(path, inFile);
      if (!inFile.has(edit.start)) inFile.set(edit.start, edit);
    },
    has: (path, start) => byFile.get(path)?.has(start) === true,
    changes: () =>
      [...byFile].map(([path, inFile]) => ({
        kind: "edit",
        path,
        edits: [...inFile.values()].sort((a, b) => a.start - b.start),
      })),
    positions: () => [...byFile].map(([path, inFile]) => [path, [...inFile.keys()]]),
  };
}
