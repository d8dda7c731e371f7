import type { CostQuery, CostReport } from "../../protocol/cost.ts";
import type { BudgetScope } from "../../protocol/budgets.ts";
import type { RunCost } from "../../protocol/flows.ts";
import type { LedgerEntry, LedgerSummary } from "../../protocol/ledger.ts";
import type { CostEstimate } from "../../protocol/estimate.ts";
import type { CostForecast } from "../../protocol/forecast.ts";
import type { AppliedEntry, OptimizationReport } from "../../protocol/optimizations.ts";
import type { PriceChanges, PricesShown } from "../../protocol/prices.ts";
import type { Activity } from "../../protocol/status.ts";
import type { MemoryStore } from "../memory/types.ts";
import type { Calls, Usual } from "./unusual.ts";
import type { FlowRunRecord, ListingRecord, ModelCallRecord, Principal, ToolCallRecord } from "../platform/call.ts";

export type { LedgerTotal, LedgerSummary } from "../../protocol/ledger.ts";

/** One ledger for all windows and workspaces of a user. Answers contain the rows of the asking principal's tenant. */
export interface Ledger {
  /**
   * Ends when the row is acknowledged: committed and on the disk, so that it survives a kill and a power cut. Never
   * rejects and never takes longer than a few seconds: a store that fails must not take the tools with it. What could
   * not be written is kept in memory, tried again, and reported by `status`.
   */
  recordCall(record: ToolCallRecord): Promise<void>;
  /** The same for a flow run. Recording a run again, when its usage is known, replaces it. */
  recordRun(record: FlowRunRecord, principal: Principal): Promise<void>;
  /** The same for an answer of a model that is no part of a run. */
  recordModelCall(record: ModelCallRecord, principal: Principal): Promise<void>;
  /** The same for a list of tools, which has so many tokens. */
  recordListing(record: ListingRecord, tokens: number): Promise<void>;
  /** Newest first. */
  recent(limit: number, principal: Principal): Promise<readonly Activity[]>;
  /** All that is known of one call or run; undefined where there is none. */
  entry(id: string, principal: Principal): Promise<LedgerEntry | undefined>;
  summary(since: Date, principal: Principal): Promise<LedgerSummary>;
  /** From a time to a time, by keys; exact. */
  cost(query: CostQuery, principal: Principal): Promise<CostReport>;
  /** What one run of a flow will cost, by its past runs. */
  estimate(query: Omit<EstimateQuery, "tenant">, principal: Principal): Promise<CostEstimate>;
  /** What could cost less, and what the applied changes saved. */
  optimizations(query: Omit<OptimizeQuery, "tenant" | "model">, principal: Principal): Promise<OptimizationReport>;
  /** What runs will have cost at the end of the current day, week and month. */
  forecast(now: Date, principal: Principal): Promise<CostForecast>;
  /** What is unusual now beside the weeks before. */
  anomalies(now: Date, principal: Principal): Promise<Anomalies>;
  /** What the models that flow runs have used cost now, or one of them. */
  prices(model: string | undefined, principal: Principal): Promise<PricesShown>;
  /** Takes a newer price list from its text, and prices runs whose cost is not known; the others stay. */
  updatePrices(list: { readonly text: string; readonly date: string }, principal: Principal): Promise<PriceChanges>;
  /** What flow runs that began since a time cost: all, or those of a scope. */
  spending(since: Date, scope: BudgetScope | undefined, principal: Principal): Promise<Spending>;
  /** Whether a flow called a model since a time; also true while no usage of the flow is known. */
  mayUseModel(query: FlowModel, principal: Principal): Promise<boolean>;
  /** Which of these traces of runs are neither in the ledger nor of runs that are recorded under their session. */
  unrecorded<T extends TracedRun>(traces: readonly T[]): Promise<readonly T[]>;
  /** When the newest run of a server began that somebody else started. */
  lastOfOthers(server: string, principal: Principal): Promise<Date | undefined>;
  /** What one run cost; undefined while it has no row. */
  runCost(id: string, principal: Principal): Promise<RunCost | undefined>;
  /** Memories are in the same store. */
  readonly memories: MemoryStore;
  status(): LedgerStatus;
  /** Every finished call of this process, once it is written and its tokens are counted, and every recorded run. */
  onActivity(listener: (activity: Activity) => void): { dispose(): void };
}

interface TracedRun {
  readonly traceId: string;
  readonly sessionId: string;
  readonly flowId: string;
  readonly startedAt: Date;
}

/** One run of a flow, by its past runs. */
export interface EstimateQuery {
  readonly tenant: string;
  readonly flow: { readonly id?: string; readonly name: string };
  /** Those that the flow names, for a flow that never ran. */
  readonly models: readonly string[];
  readonly inputTokens?: number;
}

/** A tool as clients get it. */
export interface ToolFacts {
  readonly name: string;
  /** Of its entry in a list of tools. */
  readonly tokens: number;
  /** A client that names no toolset gets it. */
  readonly byDefault: boolean;
  /** Other tools lead to it, so it is always listed. */
  readonly basic: boolean;
  /** Tokens of an answer when the caller says nothing; absent where there is no such default. */
  readonly budget?: number;
  readonly hasIfNoneMatch: boolean;
}

export interface OptimizeQuery {
  readonly tenant: string;
  /** The model that tool calls are priced for; empty when none is set. */
  readonly model: string;
  /** In milliseconds. */
  readonly now: number;
  readonly tools: readonly ToolFacts[];
  readonly applied: readonly AppliedEntry[];
}

export interface Spending {
  /** US dollars, exact, of what has a known price. */
  readonly spent: string;
  /** Runs without usage, or with a model without a price: not in the sum, or with a part of their cost. */
  readonly unknownRuns: number;
}

/** What is unusual, with what is usual and the most to expect by chance; each absent while it is as usual. */
export interface Anomalies {
  /** US dollars of the current local day up to now. */
  readonly spending?: Usual & { readonly spent: number };
  /** Of the tool calls of the last hour: `usual` and `limit` are shares of them. */
  readonly failures?: Usual & Calls;
}

interface FlowModel {
  readonly flowId: string;
  readonly model: string;
  readonly since: Date;
}

export interface LedgerStatus {
  readonly state: "starting" | "writing" | "failing";
  readonly engine?: "node" | "sqljs";
  /** Rows in memory that are not yet on the disk. */
  readonly unsaved: number;
  /** Rows given up because too many were waiting. */
  readonly lost: number;
  /** Failed attempts to write since the start. */
  readonly errors: number;
  /** Present while `failing`: one sentence, and what to do. */
  readonly problem?: { readonly message: string; readonly remedy: string };
}
