import type { Folder } from "../files/model.ts";
import type { Incomplete } from "../types.ts";

export type QualityQuery =
  | {
      readonly kind: "path";
      /** Every root, with the name that its paths begin with: "" for an only root. */
      readonly roots: readonly Folder[];
      /** What is asked for; absent: everything. */
      readonly target?: Folder & { readonly isFolder: boolean };
    }
  | { readonly kind: "code"; readonly code: string; readonly language: string };

export type Rule =
  | "syntax-error"
  | "complexity"
  | "deep-nesting"
  | "long-function"
  | "too-many-parameters"
  | "long-file"
  | "duplicate-code"
  | "import-cycle"
  | "unused-export"
  | "unused-file"
  | "any-type"
  | "type-assertion"
  | "non-null-assertion"
  | "ignored-type-error";

export interface Finding {
  readonly rule: Rule;
  readonly path: string;
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

export interface Distribution {
  readonly total: number;
  readonly mean: number;
  readonly max: number;
}

export interface FunctionMetrics {
  readonly name: string;
  readonly path?: string;
  readonly line: number;
  readonly lines: number;
  readonly cyclomatic: number;
  readonly cognitive: number;
  readonly nesting: number;
  readonly parameters: number;
}

export interface Metrics {
  readonly files: number;
  readonly lines: number;
  readonly functions: number;
  readonly cyclomatic: Distribution;
  readonly cognitive: Distribution;
  readonly nesting: number;
  /** Lines that stand somewhere else too. */
  readonly duplicatedLines?: number;
  readonly typeHoles: Readonly<Record<string, number>>;
  /** Files that import it, and that it imports; of one file only. */
  readonly importedBy?: number;
  readonly imports?: number;
  /** The functions that are hardest to follow. */
  readonly worst: readonly FunctionMetrics[];
  /** How many findings there are of each rule. */
  readonly findings: Readonly<Partial<Record<Rule, number>>>;
}

export interface QualityAnswer {
  readonly metrics: Metrics;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly incomplete: readonly Incomplete[];
}
