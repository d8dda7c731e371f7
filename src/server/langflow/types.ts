import type { LinkStatus } from "../../protocol/status.ts";

export interface ConnectOptions {
  /** Base URL of Langflow, such as http://127.0.0.1:7860. */
  readonly url: string;
  /** API key; without one Langflow's auto-login is tried. Never logged, never in a URL. */
  readonly apiKey?: string;
  readonly signal: AbortSignal;
}

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

export interface RunOptions {
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** A finding of the run's recorded tool answers, not of its prose. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

export interface RunResult {
  readonly runId: string;
  readonly flow: FlowFacts;
  /** Markdown. */
  readonly report: string;
  readonly findings: readonly Finding[];
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

/** The link of this workspace to one Langflow server. Failures are ToolErrors with a remedy. */
export interface LangflowLink {
  status(): LinkStatus;
  onStatus(listener: (status: LinkStatus) => void): { dispose(): void };
  connect(options: ConnectOptions): Promise<LinkStatus>;
  /** Takes our registration out of Langflow; flows stay. */
  disconnect(): Promise<void>;
  flows(signal: AbortSignal): Promise<readonly FlowFacts[]>;
  /** Refuses with CONFLICT over a change made in Langflow unless `overwrite`. */
  push(template: string, options: { overwrite: boolean; signal: AbortSignal }): Promise<PushResult>;
  run(flowIdOrName: string, options: RunOptions): Promise<RunResult>;
  dispose(): Promise<void>;
}

/** The endpoint that Langflow is told to call. */
export interface Endpoint {
  /** `…/mcp` as Langflow reaches it: the advertised URL when one is set. */
  readonly url: string;
  readonly token: string;
}
