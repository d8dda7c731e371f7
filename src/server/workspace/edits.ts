import type { Caller } from "../tools/context.ts";
import type { FileChange } from "./changes.ts";

/** A set of changes that was looked at and can be applied once. */
export interface EditPlan {
  readonly id: string;
  /** What the user reads in Refactor Preview, such as "Rename Client to Connection". */
  readonly title: string;
  readonly expiresAt: Date;
  readonly changes: readonly FileChange[];
  /** etag of each touched file when the plan was made; apply refuses when one differs. */
  readonly before: ReadonlyMap<string, string>;
}

export interface ApplyOptions {
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

export interface Applied {
  readonly undoId: string;
  /** Absolute paths that were written, made, moved or deleted. */
  readonly files: readonly string[];
}

/** The only way to the disk or the editor for everything that writes. */
export interface Edits {
  plan(title: string, changes: readonly FileChange[]): Promise<EditPlan>;
  find(planId: string): EditPlan;
  /** All or nothing. Uses the plan up. */
  apply(plan: EditPlan, options: ApplyOptions): Promise<Applied>;
  undo(undoId: string, options: ApplyOptions): Promise<{ readonly files: readonly string[] }>;
}

/**
 * Where changes land. Headless: journal, temporary files, rename. In VS Code: one workspace edit that the user sees in
 * Refactor Preview when `langflowConnect.edits` is "ask".
 */
export interface EditTarget {
  apply(plan: EditPlan, options: ApplyOptions): Promise<void>;
}
