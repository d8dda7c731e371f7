import { stat } from "node:fs/promises";
import path from "node:path";
import { Worker } from "node:worker_threads";
import ignore from "ignore";
import type { Disposable } from "../../platform/disposables.ts";
import { ToolError, cancelled, throwIfCancelled } from "../../platform/errors.ts";
import { listFiles } from "../../platform/listFiles.ts";
import { outsideWorkspace } from "../paths/paths.ts";
import type { WorkspacePath } from "../paths/paths.ts";
import type { Root } from "../paths/roots.ts";
import type { SearchFile, SearchJob, SearchResponse, SearchResult } from "./messages.ts";
import { candidates } from "./candidates.ts";
import { literalOf } from "./literal.ts";
import { isSecretFile } from "../paths/secrets.ts";
import type { Workspace } from "../workspace.ts";
import type { Incomplete } from "../../platform/call.ts";

export interface SearchQuery {
  readonly query: string;
  readonly mode: "text" | "regex";
  readonly caseSensitive: boolean;
  /** A file, a folder, or a pattern as in .gitignore; everything when left out. */
  readonly path?: string | undefined;
  /** Lines before and after each match. */
  readonly context: number;
}

/** Lines of the workspace's texts that match. Files that git ignores are left out, unless `path` names one. */
export interface Search extends Disposable {
  find(query: SearchQuery, signal: AbortSignal): Promise<SearchResult>;
}

/** A regular expression that takes longer on a few lines is given up: it may never end. */
const stuckMs = 1000;

interface Scope {
  readonly files: SearchFile[];
  readonly incomplete: Incomplete[];
}

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
    }
    return worker;
  }

  function match(job: Omit<SearchJob, "beat">, signal: AbortSignal): Promise<SearchResult> {
    const beat = new SharedArrayBuffer(4);
    const target = running();
    return new Promise((resolve, reject) => {
      const stop = watchBeat(new Int32Array(beat), () => end(stuck()));
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
      target.postMessage({ ...job, beat } satisfies SearchJob);
    });
  }

  async function find(query: SearchQuery, signal: AbortSignal): Promise<SearchResult> {
    if (/[\r\n]/.test(query.query)) throw severalLines();
    const literal = literalOf(query);
    const { files, incomplete } = await scopeOf(workspace, { ...query, literal }, signal);
    const { mode, caseSensitive, context } = query;
    // One at a time: they share the thread, and a stuck one must not be taken for its neighbour.
    const next = last.then(() => {
      throwIfCancelled(signal);
      const job = { files, query: query.query, mode, caseSensitive, context };
      return match({ ...job, ...(literal !== undefined && { literal }) }, signal);
    });
    last = next.catch(() => undefined);
    const result = await next;
    return { matches: result.matches, incomplete: [...incomplete, ...result.incomplete] };
  }

  return {
    find,
    async dispose() {
      await worker?.terminate();
    },
  };
}

/** Calls back when the number stays the same odd one for too long. */
function watchBeat(beat: Int32Array, stuckIn: () => void): () => void {
  let seen = 0;
  let since = performance.now();
  const timer = setInterval(() => {
    const now = Atomics.load(beat, 0);
    if (now !== seen || now % 2 === 0) {
      seen = now;
      since = performance.now();
    } else if (performance.now() - since > stuckMs) stuckIn();
  }, 50);
  return () => clearInterval(timer);
}

type ScopeQuery = SearchQuery & { readonly literal: string | undefined };

async function scopeOf(workspace: Workspace, query: ScopeQuery, signal: AbortSignal): Promise<Scope> {
  const scope: Scope = { files: [], incomplete: [] };
  const add = (root: Root, relative: string) => {
    const absolute = path.join(root.path, relative);
    const shown = workspace.shown(absolute);
    if (isSecretFile(relative)) return void scope.incomplete.push({ path: shown, reason: "It holds credentials." });
    const text = workspace.documents.editorText(absolute)?.text;
    scope.files.push({ absolute, shown, ...(text !== undefined && { text }) });
  };
  for (const { place, pattern } of await startsOf(workspace, query.path)) {
    if (workspace.documents.editorText(place.absolute) !== undefined || (place.exists && (await isFile(place)))) {
      add(place.root, place.relative);
      continue;
    }
    const matcher = pattern === undefined ? undefined : ignore().add(pattern);
    const list = await listFiles(place.absolute, { root: place.root.path, signal });
    const { literal, caseSensitive } = query;
    const likely =
      literal === undefined
        ? undefined
        : new Set(await candidates({ folder: place.absolute, list, literal, caseSensitive, signal }));
    for (const file of list.files) {
      if (matcher && !matcher.ignores(file)) continue;
      const relative = path.posix.join(place.relative, file);
      const isOpen = workspace.documents.editorText(path.join(place.root.path, relative)) !== undefined;
      if (!likely || likely.has(file) || isOpen || isSecretFile(relative)) add(place.root, relative);
    }
    for (const item of list.unread) scope.incomplete.push({ ...item, path: path.posix.join(place.shown, item.path) });
  }
  return scope;
}

interface Start {
  readonly place: WorkspacePath;
  /** What its files must match, relative to it. */
  readonly pattern?: string;
}

async function startsOf(workspace: Workspace, input: string | undefined): Promise<Start[]> {
  if (input === undefined || (input === "." && workspace.roots.length > 1)) {
    return Promise.all(workspace.roots.map(async (root) => ({ place: await workspace.resolve(root.path) })));
  }
  const parts = input.split("/");
  const firstGlob = parts.findIndex((part) => /[*?[\]]/.test(part));
  // A pattern that starts at "/" starts at the top of the disk, as such a path does.
  const base = parts.slice(0, firstGlob).join("/") || (input.startsWith("/") ? "/" : ".");
  if (firstGlob !== -1 && !(await isThere(workspace, input))) {
    if (parts.slice(firstGlob).includes("..")) throw outsideWorkspace();
    // The fixed part in front is a path like any other, so a pattern leads no further than a path.
    if (workspace.roots.length > 1 && firstGlob === 0) {
      const starts = await startsOf(workspace, undefined);
      return starts.map((start) => ({ ...start, pattern: input }));
    }
    const pattern = parts.slice(firstGlob).join("/");
    return [{ place: await workspace.existing(base), pattern: firstGlob === 0 ? pattern : `/${pattern}` }];
  }
  return [{ place: await workspace.existing(input) }];
}

async function isThere(workspace: Workspace, input: string): Promise<boolean> {
  const place = await workspace.resolve(input).catch(() => undefined);
  return place?.exists === true;
}

async function isFile({ absolute }: WorkspacePath): Promise<boolean> {
  // It may go away after its path was resolved; the listing then says so.
  return (await stat(absolute).catch(() => undefined))?.isFile() === true;
}

function stuck(): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    "The regular expression takes more than a second on a few lines.",
    "Avoid nested repetitions such as (a+)+, or search for text.",
  );
}

function endedEarly(): ToolError {
  return new ToolError("INTERNAL", "The search ended early.", "Call again, or narrow the query.");
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
