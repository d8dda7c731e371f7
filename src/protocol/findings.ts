/** Of findings, worst first: what server, command line and window agree on. */
export const severities = ["error", "warning", "information"] as const;

/** A refactoring that fixes a finding: arguments for preview_refactoring. */
export interface FixPreview {
  readonly operation: "extract_function";
  readonly path: string;
  readonly range: {
    readonly startLine: number;
    readonly startColumn: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
}

export type Severity = (typeof severities)[number];
