import type { Activity } from "../../protocol/status.ts";
import type { CallRow, RunRow } from "./rows.ts";
import type { LedgerSummary } from "./types.ts";

/** What the ledger's worker is started with. */
export interface WorkerOptions {
  readonly folder: string;
  readonly engine: "auto" | "node" | "sqljs";
  /** Names of the roots: rows show which window they come from, and contain no path. */
  readonly workspace: string;
}

/** A row with the texts whose tokens are counted once it is written. */
export interface CallWrite {
  readonly row: CallRow;
  readonly inputText?: string;
  readonly outputText?: string;
}

/** `model` is the one that tool calls are estimated for, as it is set at this moment; empty when none is. */
export type LedgerRequest = { readonly id: number; readonly model: string } & (
  | { readonly kind: "write"; readonly call?: CallWrite; readonly run?: RunRow }
  | { readonly kind: "recent"; readonly tenant: string; readonly limit: number }
  | { readonly kind: "summary"; readonly tenant: string; readonly since: number }
  /** Everything counted and written, the store closed. */
  | { readonly kind: "close" }
);

export interface LedgerFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** For the log only. */
  readonly detail: string;
}

export type LedgerReply =
  | { readonly kind: "written"; readonly ids: readonly number[] }
  | { readonly kind: "recent"; readonly id: number; readonly value: readonly Activity[] }
  | { readonly kind: "summary"; readonly id: number; readonly value: LedgerSummary }
  | { readonly kind: "closed"; readonly id: number }
  | { readonly kind: "failed"; readonly ids: readonly number[]; readonly error: LedgerFailure }
  | { readonly kind: "opened"; readonly engine: "node" | "sqljs" }
  | { readonly kind: "notice"; readonly message: string }
  /** Calls that are written and counted; without tokens those that are too large to be counted. */
  | { readonly kind: "counted"; readonly activities: readonly Activity[] };
