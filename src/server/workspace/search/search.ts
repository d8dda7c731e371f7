import type { Disposable } from "../../platform/disposables.ts";
import { ToolError, throwIfCancelled } from "../../platform/errors.ts";
import type { SearchJob, SearchMethods, SearchResult } from "./messages.ts";
import type { FileList } from "../../platform/listFiles.ts";
import { createThread } from "../../platform/threads/thread.ts";
import { prepareTokens } from "../../platform/tokens.ts";
import { literalOf } from "./literal.ts";
import { filesToSearch } from "./filesToSearch.ts";
import type { Workspace } from "../workspace.ts";

export interface SearchQuery {
  readonly query: string;
  readonly mode: "text" | "regex";
  readonly caseSensitive: boolean;
  /** A file, a folder, or a pattern as in .gitignore; everything when left out. */
  readonly path?: string | undefined;
  /** Lines before and after each match. */
  readonly context: number;
}

export interface Found extends SearchResult {
  /** Files and folders that were not searched. */
  readonly leftOut: FileList["leftOut"];
}

/** Lines of the workspace's texts that match. Files that git ignores are left out, unless `path` names one. */
export interface Search extends Disposable {
  find(query: SearchQuery, signal: AbortSignal): Promise<Found>;
  /** Ends the thread when it has been idle for so long, with the texts that it remembers; false when it has not. */
  release(idleMs: number): Promise<boolean>;
}

/** A regular expression that takes longer on a few lines is given up: it may never end. */
const stuckMs = 1000;

/** Matching runs in a worker thread, since a regular expression can only be stopped by ending its thread. */
export function createSearch({ workspace, workerFile }: { workspace: Workspace; workerFile: URL }): Search {
  const thread = createThread<SearchMethods>({ workerFile, name: "search", graceMs: stuckMs });
  let last: Promise<unknown> = Promise.resolve();

  async function match(job: Omit<SearchJob, "heartbeat">, signal: AbortSignal): Promise<SearchResult> {
    // The first answer will be counted in tokens: the tables for that are read meanwhile.
    if (thread.start()) prepareTokens();
    const heartbeat = new SharedArrayBuffer(4);
    const stop = watchHeartbeat(new Int32Array(heartbeat), () => thread.replace(stuck()));
    try {
      return await thread.call("match", { ...job, heartbeat }, { signal });
    } finally {
      stop();
    }
  }

  async function find(query: SearchQuery, signal: AbortSignal): Promise<Found> {
    if (/[\r\n]/.test(query.query)) throw severalLines();
    const literal = literalOf(query);
    const { groups, incomplete, leftOut } = await filesToSearch(workspace, { ...query, literal }, signal);
    const { mode, caseSensitive, context } = query;
    // One at a time: they share the thread, and a stuck one must not be taken for its neighbour.
    const next = last.then(() => {
      throwIfCancelled(signal);
      const job = { groups, query: query.query, mode, caseSensitive, context };
      return match({ ...job, ...(literal !== undefined && { literal }) }, signal);
    });
    // A cancelled one may need a moment to notice, and the thread is replaced when it does not.
    last = next.catch(() => undefined).then(thread.idle);
    const result = await next;
    return { ...result, leftOut, incomplete: [...incomplete, ...result.incomplete] };
  }

  return {
    find,
    async release(idleMs) {
      const ended = thread.release(idleMs);
      await ended;
      return ended !== undefined;
    },
    dispose: thread.dispose,
  };
}

/** Calls back when the number stays the same odd one for too long. */
function watchHeartbeat(heartbeat: Int32Array, stuckIn: () => void): () => void {
  let seen = 0;
  let since = performance.now();
  const timer = setInterval(() => {
    const now = Atomics.load(heartbeat, 0);
    if (now !== seen || now % 2 === 0) {
      seen = now;
      since = performance.now();
    } else if (performance.now() - since > stuckMs) stuckIn();
  }, 50);
  return () => clearInterval(timer);
}

function stuck(): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    "The regular expression takes more than a second on a few lines.",
    "Avoid nested repetitions such as (a+)+, or search for text.",
  );
}

function severalLines(): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    "A query is one line only: lines are searched one by one.",
    "Search for one of the lines, and read what is around it with `context`.",
  );
}
