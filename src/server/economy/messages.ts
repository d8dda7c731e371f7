import type { CostQuery, CostReport } from "../../protocol/cost.ts";
import type { CostEstimate } from "../../protocol/estimate.ts";
import type { CostForecast } from "../../protocol/forecast.ts";
import type { OptimizationReport } from "../../protocol/optimizations.ts";
import type { OwnPrices } from "../../protocol/ownPrices.ts";
import type { PriceChanges, PricesShown } from "../../protocol/prices.ts";
import type { LedgerEntry } from "../../protocol/ledger.ts";
import type { RunCost } from "../../protocol/flows.ts";
import type { Activity } from "../../protocol/status.ts";
import type { NotSent } from "../platform/notSent.ts";
import type { Exchange } from "../platform/threads/protocol.ts";
import type {
  ForgetQuery,
  FoundMemories,
  MemoryQuery,
  MemoryRow,
  NewMemory,
  Remembered,
  ReplaceQuery,
} from "../memory/types.ts";
import type { PricesQuery } from "./usedPrices.ts";
import type { CallRow, ListingRow, ModelCallRow, RunRow } from "./rows.ts";
import type { ModelQuery, SpendingQuery } from "./spending.ts";
import type { TraceToFind } from "./tracedRuns.ts";
import type { Anomalies, EstimateQuery, LedgerSummary, OptimizeQuery, Spending } from "./types.ts";

/** What the ledger's worker is started with. */
export interface WorkerOptions {
  readonly folder: string;
  readonly engine: "auto" | "node" | "sqljs";
  /** File of the updated price list; none is used when left out. */
  readonly prices?: string;
  /** Names of the roots: rows show which window they come from, and contain no path. */
  readonly workspace: string;
  /** Calls and runs are deleted once they are older, and only their totals kept. */
  readonly keepDays: number;
}

/** A row with the texts whose tokens are counted once it is written. */
export interface CallWrite {
  readonly row: CallRow;
  readonly inputText?: string;
  readonly outputText?: string;
  readonly notSent?: NotSent;
}

/** A row on its way to the store. */
export interface RowWrite {
  /** The model that tool calls are estimated for, as it was set when the row was made; empty when none is. */
  readonly model: string;
  readonly call?: CallWrite;
  readonly run?: RunRow;
  readonly listing?: ListingRow;
  readonly modelCall?: ModelCallRow;
}

interface Asked {
  readonly model: string;
  readonly tenant: string;
}

/** What the ledger's thread is asked. */
export interface LedgerMethods {
  /** What comes after it is priced by these. */
  useOwnPrices: Exchange<OwnPrices, undefined>;
  /** Answered when all rows are on the disk. Rows that come in together are one call: waking the thread costs more than a row. */
  write: Exchange<readonly RowWrite[], undefined>;
  recent: Exchange<Asked & { readonly limit: number }, readonly Activity[]>;
  entry: Exchange<Asked & { readonly id: string }, LedgerEntry | undefined>;
  summary: Exchange<Asked & { readonly since: number }, LedgerSummary>;
  cost: Exchange<{ readonly tenant: string } & CostQuery, CostReport>;
  estimate: Exchange<EstimateQuery, CostEstimate>;
  optimizations: Exchange<OptimizeQuery, OptimizationReport>;
  /** As of a time in milliseconds. */
  forecast: Exchange<{ readonly tenant: string; readonly now: number }, CostForecast>;
  /** As of a time in milliseconds. */
  anomalies: Exchange<{ readonly tenant: string; readonly now: number }, Anomalies>;
  prices: Exchange<PricesQuery, PricesShown>;
  /** Takes a newer list from its text, and prices runs whose cost is not known. */
  updatePrices: Exchange<{ readonly tenant: string; readonly text: string; readonly date: string }, PriceChanges>;
  spending: Exchange<SpendingQuery, Spending>;
  mayUseModel: Exchange<ModelQuery, boolean>;
  runCost: Exchange<{ readonly tenant: string; readonly id: string }, RunCost | undefined>;
  /** The positions of those that are not known. */
  unrecorded: Exchange<readonly TraceToFind[], readonly number[]>;
  /** In milliseconds. */
  lastOfOthers: Exchange<{ readonly tenant: string; readonly server: string }, number | undefined>;
  remember: Exchange<NewMemory, Remembered>;
  recall: Exchange<MemoryQuery, FoundMemories>;
  replaceMemory: Exchange<ReplaceQuery, MemoryRow | undefined>;
  forgetMemory: Exchange<ForgetQuery, boolean>;
  /** Answered when everything is counted and written, and the store closed. */
  close: Exchange<undefined, undefined>;
}

export interface LedgerFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** For the log only. */
  readonly detail: string;
}

/** What the thread says of itself. */
export type LedgerEvent =
  | { readonly kind: "opened"; readonly engine: "node" | "sqljs" }
  /** The store could not be opened or written; rows of the failed commit are answered after this. */
  | { readonly kind: "failed"; readonly error: LedgerFailure }
  | { readonly kind: "notice"; readonly message: string }
  /** Calls that are written and counted, and runs that are written; calls that are too large to be counted have no tokens. */
  | { readonly kind: "counted"; readonly activities: readonly Activity[] };
