import { setTimeout as sleep } from "node:timers/promises";
import type { Incomplete } from "../platform/call.ts";
import { ToolError, throwIfCancelled } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import { chunksOf, isStillThere } from "./chunks.ts";
import type { Chunk, Declaration } from "./chunks.ts";
import { maxTexts } from "./embeddings.ts";
import type { Embeddings } from "./embeddings.ts";
import { indexedOf } from "./indexFiles.ts";
import type { IndexedFile, IndexFiles } from "./indexFiles.ts";
import { maxVectors } from "./types.ts";
import type { VectorStore } from "./types.ts";

export interface SourceFile {
  /** As callers see it. */
  readonly path: string;
  readonly absolute: string;
}

/** The texts that may be sent: those that search shows, their secrets masked. */
export interface CodeSource {
  /** Without secret, ignored and generated files. A path that does not exist is refused. */
  files(path: string | undefined, signal: AbortSignal): Promise<readonly SourceFile[]>;
  /** Another one after a change; undefined when that is not sure. */
  stamp(file: SourceFile): string | undefined;
  /** Fails with a ToolError for what is no text. */
  read(file: SourceFile): Promise<string>;
  /** None for a language without a grammar. */
  declarations(file: SourceFile, signal: AbortSignal): Promise<readonly Declaration[]>;
}

export interface MeaningMatch {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: 1;
  /** Cosine, from -1 to 1. */
  readonly score: number;
  /** Of the chunk. */
  readonly lines: readonly string[];
}

export interface MeaningFound {
  readonly matches: readonly MeaningMatch[];
  /** Why the answer is not whole; empty when it is. */
  readonly incomplete: readonly Incomplete[];
}

export type IndexState = "waiting" | "indexing" | "ready" | "failed" | "stopped";

export interface IndexStatus {
  readonly model: string;
  readonly state: IndexState;
  /** Files of the workspace, and those whose chunks all have their vectors. */
  readonly files: number;
  readonly indexed: number;
  readonly leftOut: readonly Incomplete[];
  readonly chunks: number;
  readonly dimensions: number;
  readonly bytes: { readonly memory: number; readonly file: number };
  /** That the endpoint counted since this process started. */
  readonly tokens: number;
  /** Of the last failure. */
  readonly problem?: string;
}

export interface CodeIndex {
  find(query: string, path: string | undefined, signal: AbortSignal): Promise<MeaningFound>;
  /** Begins to look for what is new, in the background. */
  start(): void;
  /** The same, and ends with it. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Until it is started again. What has its vector keeps it. */
  stop(): void;
  status(): Promise<IndexStatus>;
  /** Removes every vector. */
  clear(): Promise<void>;
  /** Ends when nothing is under way. */
  dispose(): Promise<void>;
}

export interface CodeIndexDeps {
  readonly source: CodeSource;
  readonly embeddings: Embeddings;
  readonly store: VectorStore;
  readonly kept: IndexFiles;
  readonly log: Logger;
  /** How long a search waits for what is new. */
  readonly patienceMs?: number;
}

/** A text longer than this is data or generated: it would cost more than it is worth. */
export const maxFileChars = 400_000;
const mostMatches = 50;
const saveMs = 5_000;
/** After a failure the endpoint is left alone for so long, unless the user asks. */
const restMs = 15_000;

export function createCodeIndex(deps: CodeIndexDeps): CodeIndex {
  const { source, embeddings, store, kept, log, patienceMs = 3_000 } = deps;
  let files = new Map<string, IndexedFile>();
  let loaded: Promise<void> | undefined;
  let running: { readonly done: Promise<void>; readonly controller: AbortController } | undefined;
  let state: IndexState = "waiting";
  let problem: string | undefined;
  let failedAt = -Infinity;
  let total = 0;
  let tokens = 0;
  let isEnding = false;

  async function load(): Promise<void> {
    loaded ??= kept.read().then((before) => {
      files = new Map(before);
    });
    await loaded;
  }

  async function save(): Promise<void> {
    if (!(await store.isKept())) return;
    const stats = await store.stats();
    await kept.write(files, { model: embeddings.model, files: total, ...stats });
  }

  async function embed(texts: readonly string[], signal: AbortSignal) {
    const embedded = await embeddings.embed(texts, signal);
    tokens += embedded.tokens;
    return embedded;
  }

  /** Sends what has no vector yet. */
  async function add(chunks: readonly Chunk[], signal: AbortSignal): Promise<void> {
    for (let from = 0; from < chunks.length; from += maxTexts) {
      const part = chunks.slice(from, from + maxTexts);
      const { vectors, dimensions } = await embed(
        part.map(({ text }) => text),
        signal,
      );
      await store.upsert({ ids: part.map(({ id }) => id), vectors, dimensions });
    }
  }

  /** Why a file is left out, or its chunks. */
  async function look(file: SourceFile, signal: AbortSignal): Promise<readonly Chunk[] | string> {
    let text: string;
    try {
      text = await source.read(file);
    } catch (error) {
      if (error instanceof ToolError) return error.message;
      throw error;
    }
    if (text.length > maxFileChars) return `It is longer than ${String(maxFileChars / 1_000)} kB.`;
    return chunksOf(file.path, text, await source.declarations(file, signal));
  }

  async function pass(signal: AbortSignal): Promise<void> {
    await load();
    const all = await source.files(undefined, signal);
    total = all.length;
    const paths = new Set(all.map(({ path }) => path));
    for (const path of files.keys()) if (!paths.has(path)) files.delete(path);
    const known = new Set(await store.ids());
    let waiting: { readonly path: string; readonly entry: IndexedFile }[] = [];
    let missing = new Map<string, Chunk>();
    let savedAt = performance.now();

    async function flush(): Promise<void> {
      await add([...missing.values()], signal);
      for (const id of missing.keys()) known.add(id);
      for (const { path, entry } of waiting) files.set(path, entry);
      waiting = [];
      missing = new Map();
      if (performance.now() - savedAt < saveMs) return;
      await save();
      savedAt = performance.now();
    }

    for (const file of all) {
      throwIfCancelled(signal);
      const stamp = source.stamp(file);
      const before = files.get(file.path);
      const isSame = stamp !== undefined && before?.stamp === stamp;
      if (isSame && before.chunks.every(([id]) => known.has(id))) continue;
      // What it had counts no longer, also when the rest of this pass fails.
      files.delete(file.path);
      const seen = await look(file, signal);
      if (typeof seen === "string") {
        files.set(file.path, { stamp: stamp ?? "", chunks: [], leftOut: seen });
        continue;
      }
      const added = seen.filter(({ id }) => !known.has(id));
      if (known.size + missing.size + added.length > maxVectors) {
        files.set(file.path, { stamp: "", chunks: [], leftOut: `The index has ${String(maxVectors)} parts at most.` });
        continue;
      }
      for (const chunk of added) missing.set(chunk.id, chunk);
      const chunks = seen.map(({ id, startLine, endLine }): [string, number, number] => [id, startLine, endLine]);
      waiting.push({ path: file.path, entry: { stamp: stamp ?? "", chunks } });
      if (missing.size >= maxTexts || waiting.length >= 500) await flush();
    }
    await flush();
    const used = new Set([...files.values()].flatMap(({ chunks }) => chunks.map(([id]) => id)));
    await store.remove([...known].filter((id) => !used.has(id)));
    await save();
  }

  async function guarded(controller: AbortController): Promise<void> {
    try {
      await pass(controller.signal);
      state = "ready";
      problem = undefined;
    } catch (error) {
      if (controller.signal.aborted) {
        state = "stopped";
      } else {
        state = "failed";
        failedAt = performance.now();
        problem = error instanceof ToolError ? `${error.message} ${error.remedy}` : "Internal error; see the log.";
        log.warn("vectors.index", describeError(error));
      }
      await save().catch((failure: unknown) => log.warn("vectors.index.save", describeError(failure)));
    } finally {
      running = undefined;
    }
  }

  function begin(): Promise<void> {
    if (running) return running.done;
    const controller = new AbortController();
    state = "indexing";
    const done = guarded(controller);
    running = { done, controller };
    return done;
  }

  /** Waits a little for what is new since the call. */
  async function catchUp(signal: AbortSignal): Promise<void> {
    if (state === "stopped" || isEnding) return;
    if (state === "failed" && performance.now() - failedAt < restMs) return;
    const before = running?.done;
    const work = before ? before.then(() => (state === "ready" ? begin() : undefined)) : begin();
    const over = new AbortController();
    await Promise.race([
      work,
      sleep(patienceMs, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined),
    ]);
    over.abort();
    throwIfCancelled(signal);
  }

  function incompleteness(): Incomplete[] {
    const count = `${String(indexedOf(files.values()))} of ${String(total)} files are in the index`;
    const left = [...files].flatMap(([path, { leftOut }]) =>
      leftOut === undefined ? [] : [{ path, reason: leftOut }],
    );
    switch (state) {
      case "ready":
        return left;
      case "failed":
        return [{ path: ".", reason: `${count}. ${problem ?? ""}`.trim() }, ...left];
      case "stopped":
        return [
          { path: ".", reason: `${count}: indexing was stopped. Start it with langflow-connect meaning index.` },
          ...left,
        ];
      default:
        return [{ path: ".", reason: `${count}, the others follow: search again later.` }, ...left];
    }
  }

  /** Those whose text is still what the vector was made of. */
  async function verified(hits: readonly Hit[]): Promise<{ matches: MeaningMatch[]; stale: Set<string> }> {
    const texts = new Map<string, string | undefined>();
    const matches: MeaningMatch[] = [];
    const stale = new Set<string>();
    for (const { file, chunk, score } of hits) {
      const { path } = file;
      if (!texts.has(path)) texts.set(path, await source.read(file).catch(() => undefined));
      const text = texts.get(path);
      if (text === undefined || !isStillThere(path, text, chunk)) {
        stale.add(path);
        continue;
      }
      const lines = text.split("\n").slice(chunk.startLine - 1, chunk.endLine);
      matches.push({ path, line: chunk.startLine, endLine: chunk.endLine, column: 1, score, lines });
    }
    return { matches, stale };
  }

  return {
    async find(query, path, signal) {
      await catchUp(signal);
      const scope = await source.files(path, signal);
      const byPath = new Map(scope.map((file) => [file.path, file]));
      const spots = new Map<string, Spot[]>();
      for (const [name, { chunks }] of files) {
        const file = byPath.get(name);
        if (!file) continue;
        for (const [id, startLine, endLine] of chunks) {
          const spot = { file, chunk: { id, startLine, endLine } };
          const others = spots.get(id);
          if (others) others.push(spot);
          else spots.set(id, [spot]);
        }
      }
      if (spots.size === 0) return { matches: [], incomplete: incompleteness() };
      const { vectors } = await embed([query], signal);
      const filter = path === undefined ? undefined : { ids: [...spots.keys()] };
      const nearest = await store.search(vectors, mostMatches, filter, signal);
      const hits = nearest.flatMap(({ id, score }) => (spots.get(id) ?? []).map((spot) => ({ ...spot, score })));
      const { matches, stale } = await verified(hits);
      const changed = [...stale].map((name) => ({ path: name, reason: "It changed since it was indexed." }));
      const left = incompleteness().filter((one) => one.path === "." || byPath.has(one.path));
      return { matches, incomplete: [...changed, ...left] };
    },
    start() {
      void begin();
    },
    async refresh(signal) {
      const stop = () => running?.controller.abort();
      signal.addEventListener("abort", stop, { once: true });
      try {
        await running?.done;
        throwIfCancelled(signal);
        await begin();
        throwIfCancelled(signal);
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
    stop() {
      if (running) running.controller.abort();
      else state = "stopped";
    },
    async status() {
      await load();
      const { vectors, dimensions, bytes } = await store.stats();
      return {
        model: embeddings.model,
        state,
        files: Math.max(total, files.size),
        indexed: indexedOf(files.values()),
        leftOut: incompleteness().filter(({ path }) => path !== "."),
        chunks: vectors,
        dimensions,
        bytes,
        tokens,
        ...(problem !== undefined && { problem }),
      };
    },
    async clear() {
      running?.controller.abort();
      await running?.done;
      files = new Map();
      await store.clear();
      await save();
      state = "stopped";
    },
    async dispose() {
      isEnding = true;
      running?.controller.abort();
      await running?.done;
    },
  };
}

interface Spot {
  readonly file: SourceFile;
  readonly chunk: Omit<Chunk, "text">;
}

interface Hit extends Spot {
  readonly score: number;
}
