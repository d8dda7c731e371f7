import type { FixPreview, Severity } from "./findings.ts";

/** What Langflow's flows and their runs look like to the server, the command line and the editor. */
export interface FlowFacts {
  readonly id: string;
  readonly name: string;
  /** Address of the flow on Langflow's canvas. */
  readonly url: string;
  /** The template it was pushed from, when its marker says so. */
  readonly template?: string;
}

export interface PushResult extends FlowFacts {
  readonly result: "created" | "updated" | "unchanged";
}

/** A finding of the run's recorded tool answers, not of its prose. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  /** A warning when absent. */
  readonly severity?: Severity | undefined;
  /** The refactoring that fixes it; not in the findings of a flow's run. */
  readonly preview?: FixPreview;
  readonly message: string;
}

export interface RunResult {
  readonly runId: string;
  readonly flow: FlowFacts;
  /** Markdown. */
  readonly report: string;
  /** Absent when the run asked for no analysis. */
  readonly findings?: readonly Finding[];
  readonly durationMs: number;
  readonly usage: RunUsage;
}

export type RunUsage =
  | { readonly reported: false; readonly reason: string }
  | { readonly reported: true; readonly models: readonly ModelUsage[] };

export interface ModelUsage {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
