/** 0-based, as VS Code counts; the same whatever line ends the editor gives the file. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface PositionedEdit {
  readonly start: Position;
  readonly end: Position;
  readonly newText: string;
}

/** A change of one file for the editor. Paths are absolute. */
export type EditorChange =
  | { readonly kind: "edit"; readonly path: string; readonly before: string; readonly edits: readonly PositionedEdit[] }
  | {
      readonly kind: "create";
      readonly path: string;
      readonly base64: string;
      /** For a binary file, which no buffer can contain. */
      readonly overwrite: boolean;
    }
  | {
      readonly kind: "rename";
      readonly path: string;
      readonly to: string;
      readonly before: string;
      readonly edits: readonly PositionedEdit[];
    }
  | { readonly kind: "delete"; readonly path: string };

export interface ApplyEditsParams {
  readonly title: string;
  /** Who asks, in the user's words: "Langflow", "VS Code". */
  readonly client: string;
  /** A flow asks; with its name where that is known. */
  readonly flow?: { readonly name?: string };
  /** The user asked for it in this window by a preview command: it is always shown, however long they look at it. */
  readonly byUser: boolean;
  readonly changes: readonly EditorChange[];
  /** Of the files that are touched, those that need a yes of their own whatever the setting says. */
  readonly protectedFiles: readonly string[];
  /** No call takes it back, so the user is asked whatever the setting says. */
  readonly lasting?: boolean;
}

export type ApplyEditsAnswer =
  | { readonly outcome: "applied" | "off" | "cancelled" | "failed" }
  /** What the user says to it, in their words. */
  | { readonly outcome: "declined"; readonly comment?: string }
  /** Nobody answered for so long. */
  | { readonly outcome: "unanswered"; readonly seconds: number }
  /** These files are not what the plan was made for. */
  | { readonly outcome: "changed"; readonly paths: readonly string[] }
  /**
   * Not all of the change is in these files. The user left it out in Refactor Preview, unless VS Code failed in the
   * middle: it takes back nothing of an edit that fails.
   */
  | { readonly outcome: "partial"; readonly paths: readonly string[]; readonly failed: boolean };

/** Both sides compare texts this way: VS Code drops the byte order mark and gives every line the same end. */
export function comparable(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}
