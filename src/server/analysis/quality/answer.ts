import type { FileList } from "../../platform/listFiles.ts";
import type { Scope } from "../../workspace/paths/scope.ts";
import type { Incomplete } from "../../platform/call.ts";
import type { Rule, RuleChanges, Severity } from "../../../protocol/findings.ts";
import type { FixPreview } from "../../../protocol/flows.ts";

/** What the user's settings change of the rules; the files of the roots win. */
interface GivenRules {
  readonly rules?: RuleChanges;
}

export type QualityQuery =
  | (Scope &
      GivenRules & {
        readonly kind: "path";
        /** Every finding counts, accepted or not, and the answer contains the files that accept them. */
        readonly forBaseline?: boolean;
      })
  | (GivenRules & { readonly kind: "code"; readonly code: string; readonly language: string });

export interface Finding {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
  readonly message: string;
  readonly fix: string;
  /** The refactoring that does it, where there is one. */
  readonly preview?: FixPreview;
  /** What the finding is about, in words that survive moved lines: a function, a name, another file. */
  readonly about: string;
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
  /** Lines whose code another location has too. */
  readonly duplicatedLines?: number;
  readonly unsafeTypes: Readonly<Record<string, number>>;
  /** Files that import it, and that it imports; of one file only. */
  readonly importedBy?: number;
  readonly imports?: number;
  /** The functions that are hardest to follow. */
  readonly worst: readonly FunctionMetrics[];
  /** How many findings of each rule there are, listed or not. */
  readonly findings: Readonly<Partial<Record<Rule, number>>>;
}

export interface QualityAnswer {
  readonly metrics: Metrics;
  /** Worst first, of every severity. */
  readonly findings: readonly Finding[];
  /** How many more the baseline contains. */
  readonly inBaseline: number;
  /** Files and folders that were not looked at; absent for a part of the repository, of which it is not known. */
  readonly leftOut?: FileList["leftOut"];
  /** The baseline that accepts these findings, a file for each root. */
  readonly baseline?: readonly { readonly path: string; readonly text: string }[];
  readonly incomplete: readonly Incomplete[];
}
