import { Worker } from "node:worker_threads";
import type { Disposable } from "../../platform/disposables.ts";
import { ToolError, cancelled, throwIfCancelled } from "../../platform/errors.ts";
import type { SearchJob, SearchResponse, SearchResult } from "./messages.ts";
import type { FileList } from "../../platform/listFiles.ts";
import { countTokens } from "../../platform/tokens.ts";
import { literalOf } from "./literal.ts";
import { createScope } from "./scope.ts";
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
}

/** A regular expression that takes longer on a few lines is given up: it may never end. */
const stuckMs = 1000;

/** Matching runs in a worker thread, since a regular expression can only be stopped by ending its thread. */
export function createSearch({ workspace, workerFile }: { workspace: Workspace; workerFile: URL }): Search {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function running(): Worker {
    if (!worker) {
      const started = new Worker(workerFile);
      started.unref();
      const forget = () => {
        if (worker === started) worker = undefined;
      };
      started.on("error", forget);
      started.on("exit", forget);
      worker = started;
      // The first answer will be counted in tokens: the tables for that are read meanwhile.
      void countTokens("");
    }
    return worker;
  }

  function match(job: Omit<SearchJob, "heartbeat">, signal: AbortSignal): Promise<SearchResult> {
    const heartbeat = new SharedArrayBuffer(4);
    const target = running();
    return new Promise((resolve, reject) => {
      const stop = watchHeartbeat(new Int32Array(heartbeat), () => end(stuck()));
      const end = (error: ToolError) => {
        settle(() => reject(error));
        if (worker === target) worker = undefined;
        void target.terminate();
      };
      const abort = () => end(cancelled());
      const gone = () => settle(() => reject(endedEarly()));
      const settle = (done: () => void) => {
        stop();
        signal.removeEventListener("abort", abort);
        target.off("message", answered);
        target.off("exit", gone);
        done();
      };
      const answered = (response: SearchResponse) => {
        settle(() => {
          if (response.kind === "result") resolve(response.result);
          else if (response.kind === "invalid") reject(invalidPattern(response.message));
          else reject(endedEarly());
        });
      };
      target.on("message", answered);
      target.on("exit", gone);
      signal.addEventListener("abort", abort, { once: true });
      target.postMessage({ ...job, heartbeat } satisfies SearchJob);
    });
  }

  async function find(query: SearchQuery, signal: AbortSignal): Promise<Found> {
    if (/[\r\n]/.test(query.query)) throw severalLines();
    const literal = literalOf(query);
    const { groups, incomplete, leftOut } = await createScope(workspace, { ...query, literal }, signal);
    const { mode, caseSensitive, context } = query;
    // One at a time: they share the thread, and a stuck one must not be taken for its neighbour.
    const next = last.then(() => {
      throwIfCancelled(signal);
      const job = { groups, query: query.query, mode, caseSensitive, context };
      return match({ ...job, ...(literal !== undefined && { literal }) }, signal);
    });
    last = next.catch(() => undefined);
    const result = await next;
    return { ...result, leftOut, incomplete: [...incomplete, ...result.incomplete] };
  }

  return {
    find,
    async dispose() {
      await worker?.terminate();
    },
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

function endedEarly(): ToolError {
  return new ToolError("INTERNAL", "The search worker crashed and was restarted.", "Call again, or narrow the query.");
}

function severalLines(): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    "A query is one line only: lines are searched one by one.",
    "Search for one of the lines, and read what is around it with `context`.",
  );
}

function invalidPattern(message: string): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    `The query is no regular expression${message === "" ? "" : ` (${message})`}.`,
    "Use JavaScript's syntax, or mode text.",
  );
}
