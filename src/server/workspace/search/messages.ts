import type { Incomplete } from "../../platform/call.ts";
/** What passes between the search service and its worker thread. Everything is plain data. */
export interface SearchJob {
  readonly files: readonly SearchFile[];
  readonly query: string;
  readonly mode: "text" | "regex";
  readonly caseSensitive: boolean;
  /** Text without it, in any case unless case counts, has no match. */
  readonly literal?: string;
  /** Lines before and after each match. */
  readonly context: number;
  /** One Int32: odd while lines are being matched, and another number every few lines. */
  readonly beat: SharedArrayBuffer;
}

export interface SearchFile {
  /** Real absolute path. */
  readonly absolute: string;
  /** As callers see it. */
  readonly shown: string;
  /** The editor's text, which wins over the disk. */
  readonly text?: string;
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
  readonly matches: SearchMatch[];
  readonly incomplete: Incomplete[];
}

export type SearchResponse =
  | { readonly kind: "result"; readonly result: SearchResult }
  /** The query is no valid regular expression. */
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "failed" };
