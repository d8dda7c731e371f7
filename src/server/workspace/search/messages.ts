import type { Incomplete } from "../../platform/call.ts";
import type { Exchange } from "../../platform/threads/protocol.ts";

/** What passes between the search service and its worker thread. Everything is plain data. */
export interface SearchJob {
  /** In the order of their matches. */
  readonly groups: readonly SearchGroup[];
  readonly query: string;
  readonly mode: "text" | "regex";
  readonly caseSensitive: boolean;
  /** A line without it, in any case unless case counts, does not match. */
  readonly literal?: string;
  /** Lines before and after each match. */
  readonly context: number;
  /** One Int32: odd while lines are being matched, and another number every few lines. */
  readonly heartbeat: SharedArrayBuffer;
}

/** Files below one folder; only their names differ, so that 100,000 of them are sent quickly. */
export interface SearchGroup {
  /** Start of their real absolute paths. */
  readonly absolute: string;
  /** Start of their paths as callers see them. */
  readonly displayPath: string;
  readonly files: readonly string[];
  /** Whether they are generated or copies of others' code by their names. */
  readonly generated: boolean;
  /** The editor's texts, which win over the disk, by the names above. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A line that matches; 1-based line and column of its first match. */
export interface SearchMatch {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly before?: string[];
  readonly after?: string[];
}

export interface SearchResult {
  /** Those in generated and vendored files come last. */
  readonly matches: SearchMatch[];
  /** How many those are. */
  readonly inGenerated: number;
  readonly incomplete: Incomplete[];
}

/** What the search's thread is asked. */
export interface SearchMethods {
  match: Exchange<SearchJob, SearchResult>;
}
