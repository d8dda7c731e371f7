/** Sums by tool, flow, client and day since a time. Rows of other processes are in it. */
export interface LedgerSummary {
  /** ISO time. */
  readonly since: string;
  readonly tools: readonly LedgerSum[];
  readonly flows: readonly LedgerSum[];
  /** Tool calls by the name that the client gave itself. */
  readonly clients: readonly LedgerSum[];
  /** Tool calls by UTC day, YYYY-MM-DD. */
  readonly days: readonly LedgerSum[];
  readonly prices: {
    /** Day of the price data. */
    readonly date: string;
    /** The model that tool calls are estimated for, when one is set. */
    readonly model?: string;
  };
}

export interface LedgerSum {
  readonly name: string;
  readonly calls: number;
  readonly failed: number;
  /** Tokens of the arguments of calls, or tokens that a flow's models read. */
  readonly inputTokens: number;
  /** Tokens of the answers of calls, or tokens that a flow's models wrote. */
  readonly outputTokens: number;
  /** Calls or runs whose tokens are not known and not in the sums. */
  readonly uncounted: number;
  readonly averageMs: number;
  /**
   * US dollars. Of flows: by the models that the runs reported, "unknown" when any part has no known price. Of tool
   * calls: an estimate for the model that is set, absent when none is.
   */
  readonly cost?: number | "unknown";
}
