import type { OperationName } from "../../protocol/operations.ts";
import type { NotSent } from "./notSent.ts";
import type { RunUsage } from "../../protocol/flows.ts";
import type { GitHead } from "./gitHead.ts";

/** On whose behalf something is done. Stores keep tenants apart and record who did what. */
export interface Principal {
  /** A person or a key. */
  readonly name: string;
  readonly tenant: string;
}

/** An editor, and a server with one token, have one of each. */
export const localUser: Principal = { name: "local", tenant: "local" };

/** Who calls: the face that the call came through, the name that the client gave itself, and on whose behalf. */
export interface Caller {
  readonly face: "mcp" | "http" | "stdio" | "cli" | "lsp";
  readonly client: string;
  readonly principal: Principal;
  /** The run of a flow that the call is part of; absent where Langflow does not say which. */
  readonly flowRun?: string;
  /** The user asked for it in their own window, and not a program on their behalf. */
  readonly byUser?: true;
}

/** One operation of a server, asked for from another process of the same user. */
export interface OperationRequest {
  readonly name: OperationName;
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  progress(message: string): void;
  /** A part of the answer, as it comes. */
  text?(part: string): void;
}

/** How far a call or a run is. */
export interface Progress {
  readonly done: number;
  readonly total?: number;
  readonly message: string;
}

/** Something that an answer does not cover, and why. */
export interface Incomplete {
  readonly path: string;
  readonly reason: string;
}

/** What a tool answers: a JSON object. */
export type ToolAnswer = Readonly<Record<string, unknown>>;

/** One finished call, as the ledger and the panel get it. No arguments: they can contain file text. */
export interface ToolCallRecord {
  readonly id: string;
  readonly tool: string;
  readonly caller: Caller;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Outcome class: "ok" or the error code. */
  readonly outcome: string;
  /** JSON text of the arguments and of the answer; counted in tokens by the ledger, never stored. */
  readonly inputText: string;
  readonly outputText: string;
  /** Counted and not stored either. */
  readonly notSent?: NotSent;
}

/** A list of tools that a client got without naming toolsets; Langflow is none of these clients. */
export interface ListingRecord {
  readonly id: string;
  readonly at: Date;
  readonly caller: Caller;
  readonly tools: readonly object[];
}

/** One answer of a model that is no part of a flow run, such as embeddings, as the ledger gets it. */
export interface ModelCallRecord {
  readonly id: string;
  readonly model: string;
  readonly startedAt: Date;
  /** Absent where the endpoint does not report them. */
  readonly inputTokens?: number;
  /** Of a model that writes. */
  readonly outputTokens?: number;
}

/** One finished run of a flow, as the ledger gets it. */
export interface FlowRunRecord {
  readonly id: string;
  readonly flowId: string;
  readonly flowName: string;
  /** Base URL of the Langflow server. */
  readonly server: string;
  readonly startedAt: Date;
  /** What was checked out when it began; as it is recorded when left out. */
  readonly head?: GitHead;
  readonly durationMs: number;
  readonly outcome: "ok" | "failed" | "cancelled";
  readonly usage: RunUsage;
  /** Of its trace in Langflow, once known. */
  readonly traceId?: string;
  /** Of a run that was started elsewhere, such as on the canvas: the session that Langflow ran it in. */
  readonly sessionOfOther?: string;
}
