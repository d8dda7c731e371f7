/** One replacement in a document. Offsets are UTF-16 code units in the text before any edit of the same change. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** What happens to one file. Paths are absolute and inside a root; edits of one file do not overlap. */
export type FileChange =
  | { readonly kind: "edit"; readonly path: string; readonly edits: readonly TextEdit[] }
  | { readonly kind: "create"; readonly path: string; readonly text: string }
  | { readonly kind: "rename"; readonly path: string; readonly to: string; readonly edits: readonly TextEdit[] }
  | { readonly kind: "delete"; readonly path: string };
