import type { FileChange } from "../../workspace/edits/changes.ts";
import type { Diagnostic } from "../types.ts";
import type { Incomplete } from "../../platform/call.ts";

// What the TypeScript engine is asked and what it answers. Paths in queries are absolute; in answers they are as callers
// see them, unless asked otherwise.

/** A symbol by name path, or by a location in a file. */
export type Target =
  | { readonly kind: "name"; readonly namePath: string; readonly file?: string | undefined }
  | { readonly kind: "position"; readonly file: string; readonly line: number; readonly column: number };

export interface SymbolsQuery {
  readonly query: string;
  readonly kinds?: readonly string[] | undefined;
  /** File or folder. */
  readonly path?: string | undefined;
  readonly include?: readonly ("body" | "doc" | "type")[] | undefined;
}

export interface SymbolFact {
  /** The shortest name by which every other question finds it. */
  readonly symbol: string;
  readonly kind: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly signature: string;
  readonly body?: string;
  readonly doc?: string;
  readonly type?: string;
}

export interface SymbolAnswer {
  readonly symbols: readonly SymbolFact[];
  /** All that match; `symbols` ends at 5,000. */
  readonly total: number;
  /** How many of them are in generated and vendored files: those come last. */
  readonly inGenerated: number;
  readonly closest?: readonly string[];
  readonly incomplete: readonly Incomplete[];
}

export type ReferenceKind = "read" | "write" | "call" | "import" | "export" | "declaration" | "type";

export interface ReferencesQuery {
  readonly target: Target;
  readonly kinds?: readonly ReferenceKind[] | undefined;
}

export interface ReferenceGroup {
  readonly path: string;
  /** The declaration that contains the positions; absent at the top of a file. */
  readonly symbol?: string;
  readonly positions: readonly (readonly [line: number, column: number, kind: ReferenceKind])[];
}

export interface ReferencesAnswer {
  readonly symbol: string;
  readonly total: number;
  readonly files: number;
  readonly kinds: Readonly<Partial<Record<ReferenceKind, number>>>;
  /** The symbol's own file first; generated and vendored files last. */
  readonly groups: readonly ReferenceGroup[];
  /** How many of the positions are in those. */
  readonly inGenerated: number;
  /** Positions outside the workspace, which are only counted. */
  readonly outside: number;
  /** Symbols of the same name in generated and vendored files, which were not meant. */
  readonly behind: number;
  readonly incomplete: readonly Incomplete[];
}

export interface DiagnosticsQuery {
  /** File or folder; without it the whole workspace. */
  readonly path?: string | undefined;
}

export interface DiagnosticsAnswer {
  /** Paths are absolute. */
  readonly items: readonly Diagnostic[];
  readonly incomplete: readonly Incomplete[];
}

/** 1-based; the end is behind the last character. */
export interface Range {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface RefactorQuery {
  /** Snake case: one of ours, or an action of the compiler by its own name. */
  readonly operation: string;
  /** What to refactor: a symbol, a range or the whole of a file. */
  readonly target?: Target | undefined;
  /** Several symbols of one file, which move_symbol moves together. */
  readonly targets?: readonly Target[] | undefined;
  readonly file?: string | undefined;
  readonly range?: Range | undefined;
  readonly newName?: string | undefined;
  /** Whether the file that is named after the symbol of rename_symbol gets the new name too. */
  readonly renameFile?: boolean | undefined;
  /** Absolute path that a file, folder or symbol moves to. */
  readonly to?: string | undefined;
  /** What becomes of a file that move_symbol leaves without code; it is kept by default. */
  readonly emptyFile?: "keep" | "delete" | undefined;
  /** Where extracted code goes: next to its use, or as far out as it can. */
  readonly scope?: "inner" | "outer" | undefined;
  /** Absolute paths of files that may not be written: what they say of a path is listed instead. */
  readonly leave?: readonly string[] | undefined;
}

export interface Conflict {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

/** A line of a text. */
export interface Mention {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface RefactorAnswer {
  /** What the user reads, such as "Rename Client to Connection". */
  readonly title: string;
  /** Paths are absolute. */
  readonly changes: readonly FileChange[];
  readonly edits: number;
  readonly conflicts: readonly Conflict[];
  /** What the plan does besides what was asked for, in sentences. */
  readonly notes: readonly string[];
  /** Texts with the old name or path that no rule understands; they stay as they are. */
  readonly mentions: readonly Mention[];
  /** Unified diff of each file, in the order of importance; long ones are cut. */
  readonly diffs: readonly FileDiff[];
}

export interface FileDiff {
  readonly path: string;
  readonly text: string;
}

export interface CommentsQuery {
  /** File or folder; everything without one. */
  readonly path?: string | undefined;
}

/** Comments that the code lacks, as changes that add them. */
export interface CommentsAnswer {
  /** Paths are absolute. */
  readonly changes: readonly FileChange[];
  /** Declarations that get a comment, or more of one. */
  readonly comments: number;
  /** Comments that name what the code has not. */
  readonly notes: readonly string[];
  readonly diffs: readonly FileDiff[];
  readonly incomplete: readonly Incomplete[];
}

export interface ExportsQuery {
  /** File or folder; everything without one. */
  readonly path?: string | undefined;
}

/** A tag of a comment, such as `@returns`. */
export interface DocumentedTag {
  readonly name: string;
  /** The parameter or type parameter that it is about. */
  readonly of?: string;
  readonly text: string;
}

export interface DocumentedMember {
  readonly name: string;
  readonly kind: string;
  /** A line for each way to call it. */
  readonly signature: string;
  /** Its comment, in the Markdown that its author wrote. */
  readonly doc?: string;
  readonly tags?: readonly DocumentedTag[];
  readonly isStatic?: true;
}

/** A class or an interface that another one extends or implements. */
export interface DocumentedBase {
  readonly name: string;
  readonly kind: "extends" | "implements";
}

/** An exported name with one of its meanings: a class and a namespace of one name are two. */
export interface DocumentedName extends DocumentedMember {
  /** Of its declaration; "" outside of the workspace. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** Exported with `export type`, so that it is no value to who imports it. */
  readonly isTypeOnly?: true;
  /** The module of the answer that documents it under this name, or as a whole; nothing more is then said of it here. */
  readonly home?: { readonly path: string; readonly name?: string };
  readonly members?: readonly DocumentedMember[];
  readonly bases?: readonly DocumentedBase[];
  /** What a namespace exports. */
  readonly exports?: readonly DocumentedName[];
}

export interface DocumentedModule {
  readonly path: string;
  readonly doc?: string;
  readonly exports: readonly DocumentedName[];
}

export interface ExportsAnswer {
  /** By path. */
  readonly modules: readonly DocumentedModule[];
  readonly incomplete: readonly Incomplete[];
}

export interface FaultsQuery {
  readonly path: string;
  /** Lines, 1-based and inclusive, that the faults must be in; anywhere when left out. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly most: number;
}

/** A small change of code that a good test notices. */
export interface SeededFault {
  readonly line: number;
  /** Such as "< instead of <=". */
  readonly what: string;
  /** The whole file with the fault in it. */
  readonly text: string;
}
