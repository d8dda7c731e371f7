import type { FileChange } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { nodeAround } from "../nameUses.ts";
import { renamingOf, wordsOf } from "../renaming.ts";
import { keyOf } from "../ts.ts";
import type { ts } from "../ts.ts";

/**
 * Whether the changes are a rename, and something that they leave as it is has the old or the new name: a type with such a
 * member may have fitted the renamed one, or fit it now, in a file that has neither name. Comments do not count.
 */
export function isNameOfOthers(view: View, changes: readonly FileChange[]): boolean {
  const renaming = renamingOf(view, changes);
  if (!renaming) return false;
  const words = wordsOf([renaming.from, renaming.to]);
  const isOther = (file: ts.SourceFile) => {
    const edited = new Set(renaming.edits.get(keyOf(file.fileName))?.map(({ start }) => start));
    for (const { index } of file.text.matchAll(words)) {
      if (!edited.has(index) && nodeAround(file, index).getStart(file) <= index) return true;
    }
    return false;
  };
  return view.projects.some((project) => project.program().getSourceFiles().some(isOther));
}
