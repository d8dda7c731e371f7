import type { Activity } from "../../protocol/status.ts";
import type { ToolCallRecord } from "../tools/runTool.ts";
import type { RunUsage } from "../langflow/types.ts";

export interface FlowRunRecord {
  readonly id: string;
  readonly flowId: string;
  readonly flowName: string;
  /** Base URL of the Langflow server. */
  readonly server: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly outcome: "ok" | "failed" | "cancelled";
  readonly usage: RunUsage;
}

/** One ledger for all windows and workspaces of a user. A record that was acknowledged survives a kill. */
export interface Ledger {
  recordCall(record: ToolCallRecord): Promise<void>;
  recordRun(record: FlowRunRecord): Promise<void>;
  /** Newest first. */
  recent(limit: number): Promise<readonly Activity[]>;
  /** Sums by tool and by flow since a time. */
  summary(since: Date): Promise<LedgerSummary>;
}

export interface LedgerSummary {
  readonly tools: readonly LedgerSum[];
  readonly flows: readonly LedgerSum[];
}

export interface LedgerSum {
  readonly name: string;
  readonly calls: number;
  readonly failed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars; "unknown" when any part has no known price; absent when no model is set. */
  readonly cost?: number | "unknown";
}
