import type { Progress } from "../platform/call.ts";
import type { FileChange } from "../workspace/edits/changes.ts";

export interface CallOptions {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** What a check knows by now: one file can keep the type checker for longer than the caller waits. */
  partial?(impact: Impact): void;
}

/** Absolute path, 1-based line and column in UTF-16 code units. */
export interface Position {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic extends Position {
  readonly code: number;
  readonly message: string;
  readonly severity: "error" | "warning" | "suggestion";
}

export interface ImpactQuery {
  readonly changes: readonly FileChange[];
  /**
   * The changed files and their direct importers, or every file that depends on a changed declaration. `reached` is the
   * one or the other: a renamed member can be missed in files that neither say its name nor import what declares it.
   */
  readonly scope: "importers" | "dependents" | "reached";
  /** After this long the answer is `complete: false` with what was found. */
  readonly timeoutMs: number;
}

/** Diagnostics that the changes add and remove, worked out on a copy: nothing is written. */
export interface Impact {
  readonly added: readonly Diagnostic[];
  readonly removed: readonly Diagnostic[];
  /** Files that were checked. */
  readonly scope: number;
  /** Every file in scope was checked, and no changed file says how others are read, as tsconfig.json does. */
  readonly complete: boolean;
  /** There was no time for every file. */
  readonly late?: true;
  /** A rename or move after which every name still means what it meant: no type can change, so only moved code was type-checked. */
  readonly byNames?: true;
}
