import type { MemoryScope } from "../../protocol/memory.ts";

/** Who looks: memories of other tenants and workspaces, and of other users, do not exist for them. */
export interface MemoryViewer {
  readonly tenant: string;
  readonly principal: string;
  /** Hash of the roots. */
  readonly workspace: string;
}

/** A memory as it is stored. */
export interface MemoryRow {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly client: string;
  /** Of the tool call, or `cli` for the user's own. */
  readonly callId: string;
  readonly created: number;
  readonly renewed: number;
  readonly expires?: number;
}

export interface NewMemory extends MemoryRow {
  readonly tenant: string;
  readonly principal: string;
}

export interface MemoryQuery {
  readonly viewer: MemoryViewer;
  /** All that the viewer may see when left out, of flows only those of `flow`. */
  readonly scope?: MemoryScope;
  readonly flow?: string;
  /** Those of every flow too. */
  readonly everyFlow?: boolean;
  /** Best match first; newest first when left out. */
  readonly query?: string;
  readonly now: number;
  readonly limit: number;
}

export interface FoundMemories {
  readonly memories: readonly MemoryRow[];
  readonly total: number;
}

export interface ForgetQuery {
  readonly viewer: MemoryViewer;
  readonly id: string;
  readonly now: number;
}

/** A memory, and the id of the one that it replaces. */
export interface ReplaceQuery extends ForgetQuery {
  readonly memory: NewMemory;
}

/** As it is kept now, and whether it was there already. */
export interface Remembered {
  readonly memory: MemoryRow;
  readonly renewed: boolean;
}

/** Where memories are kept: the thread of the ledger, which has the store open. */
export interface MemoryStore {
  remember(memory: NewMemory): Promise<Remembered>;
  recall(query: MemoryQuery): Promise<FoundMemories>;
  /** Undefined when the viewer sees none of this id. */
  replace(query: ReplaceQuery): Promise<MemoryRow | undefined>;
  /** False when the viewer sees none of this id. */
  forget(query: ForgetQuery): Promise<boolean>;
}
