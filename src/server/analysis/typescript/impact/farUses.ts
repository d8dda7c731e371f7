import type { FileChange } from "../../../workspace/edits/changes.ts";
import type { View } from "../engine.ts";
import { renamingOf, wordsOf } from "../renaming.ts";
import { keyOf } from "../ts.ts";

/**
 * Whether the changes are a rename, and something that they leave as it is has the old or the new name: a type with such a
 * member may have fitted the renamed one, or fit it now, in a file that has neither name.
 */
export function isNameOfOthers(view: View, changes: readonly FileChange[]): boolean {
  const renaming = renamingOf(view, changes);
  if (!renaming) return false;
  const words = wordsOf([renaming.from, renaming.to]);
  const count = (file: string, text: string) =>
    [...text.matchAll(words)].length - (renaming.edits.get(keyOf(file))?.length ?? 0);
  return view.projects.some((project) =>
    project
      .program()
      .getSourceFiles()
      .some((file) => count(file.fileName, file.text) > 0),
  );
}
