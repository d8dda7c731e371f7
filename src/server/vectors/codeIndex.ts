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
  /** Of a query, for which somebody waits. */
  readonly queries: Pick<Embeddings, "embed">;
  readonly store: VectorStore;
  readonly kept: IndexFiles;
  readonly log: Logger;
  /** How long a search waits for what is new. */
  readonly patienceMs?: number;
}

/** A text longer than this is data or generated: it would cost more than it is worth. */
export const maxFileChars = 400_000;
/** As in a search by words, such a file is not looked for: only the status names it. */
const notText = "The file is not text.";
const mostMatches = 50;
const saveMs = 5_000;
/** After a failure the endpoint is left alone for so long, unless the user asks. */
const restMs = 15_000;

export function createCodeIndex(deps: CodeIndexDeps): CodeIndex {
  const { source, embeddings, queries, store, kept, log, patienceMs = 3_000 } = deps;
  let files = new Map<string, IndexedFile>();
  /** As they were last listed. */
  let listed = new Map<string, SourceFile>();
  /** Ids of the store, which nobody else writes in this process: they are too many to be asked for each time. */
  let known: Set<string> | undefined;
  /** Where each chunk is; made again once `files` is another. */
  let spots: Map<string, readonly Spot[]> | undefined;
  let isSaved = true;
  /** Of `files`. */
  let changes = 0;
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

  function note(path: string, entry: IndexedFile | undefined): void {
    if (entry) files.set(path, entry);
    else files.delete(path);
    spots = undefined;
    isSaved = false;
    changes++;
  }

  async function save(): Promise<void> {
    if (isSaved || !(await store.isKept())) return;
    isSaved = true;
    const stats = await store.stats();
    await kept.write(files, { model: embeddings.model, files: total, ...stats });
  }

  async function embed(texts: readonly string[], signal: AbortSignal, by = embeddings.embed) {
    const embedded = await by(texts, signal);
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
      if (error instanceof ToolError) return error.code === "BINARY_FILE" ? notText : error.message;
      throw error;
    }
    if (text.length > maxFileChars) return `It is longer than ${String(maxFileChars / 1_000)} kB.`;
    return chunksOf(file.path, text, await source.declarations(file, signal));
  }

  async function pass(signal: AbortSignal): Promise<void> {
    await load();
    const changesBefore = changes;
    const all = await source.files(undefined, signal);
    total = all.length;
    listed = new Map(all.map((file) => [file.path, file]));
    for (const path of [...files.keys()]) if (!listed.has(path)) note(path, undefined);
    // Its thread may have been replaced, and with it what is in no file.
    if (known?.size !== (await store.stats()).vectors) known = new Set(await store.ids());
    const has = known;
    let waiting: { readonly path: string; readonly entry: IndexedFile }[] = [];
    let missing = new Map<string, Chunk>();
    let savedAt = performance.now();

    async function flush(): Promise<void> {
      await add([...missing.values()], signal);
      for (const id of missing.keys()) has.add(id);
      for (const { path, entry } of waiting) note(path, entry);
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
      if (isSame && before.chunks.every(([id]) => has.has(id))) continue;
      // What it had counts no longer, also when the rest of this pass fails.
      note(file.path, undefined);
      const seen = await look(file, signal);
      if (typeof seen === "string") {
        note(file.path, { stamp: stamp ?? "", chunks: [], leftOut: seen });
        continue;
      }
      const added = seen.filter(({ id }) => !has.has(id));
      if (has.size + missing.size + added.length > maxVectors) {
        note(file.path, { stamp: "", chunks: [], leftOut: `The index has ${String(maxVectors)} parts at most.` });
        continue;
      }
      for (const chunk of added) missing.set(chunk.id, chunk);
      const chunks = seen.map(({ id, startLine, endLine }): [string, number, number] => [id, startLine, endLine]);
      waiting.push({ path: file.path, entry: { stamp: stamp ?? "", chunks } });
      if (missing.size >= maxTexts || waiting.length >= 500) await flush();
    }
    await flush();
    if (isSaved && changes === changesBefore) return;
    const used = spotsById();
    const unused = [...has].filter((id) => !used.has(id));
    await store.remove(unused);
    for (const id of unused) has.delete(id);
    await save();
  }

  function spotsById(): ReadonlyMap<string, readonly Spot[]> {
    if (spots) return spots;
    const made = new Map<string, Spot[]>();
    for (const [path, { chunks }] of files) {
      for (const [id, startLine, endLine] of chunks) {
        const spot = { path, chunk: { id, startLine, endLine } };
        const others = made.get(id);
        if (others) others.push(spot);
        else made.set(id, [spot]);
      }
    }
    spots = made;
    return made;
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
    for (const { path, chunk, score } of hits) {
      const file = listed.get(path);
      if (!texts.has(path)) texts.set(path, file && (await source.read(file).catch(() => undefined)));
      const text = texts.get(path);
      if (text === undefined || !isStillThere(path, text, chunk)) {
        stale.add(path);
        continue;
      }
      const lines = text.split(/\r?\n/).slice(chunk.startLine - 1, chunk.endLine);
      matches.push({ path, line: chunk.startLine, endLine: chunk.endLine, column: 1, score, lines });
    }
    return { matches, stale };
  }

  return {
    async find(query, path, signal) {
      await catchUp(signal);
      const scope =
        path === undefined ? undefined : new Set((await source.files(path, signal)).map((file) => file.path));
      const isAsked = (name: string) => scope?.has(name) ?? true;
      const left = incompleteness().filter(({ path: of, reason }) => of === "." || (reason !== notText && isAsked(of)));
      const ids = scope && [...scope].flatMap((name) => files.get(name)?.chunks.map(([id]) => id) ?? []);
      const where = spotsById();
      if (where.size === 0 || ids?.length === 0) return { matches: [], incomplete: left };
      const { vectors } = await embed([query], signal, queries.embed);
      const nearest = await store.search(vectors, mostMatches, ids && { ids }, signal);
      const hits = nearest.flatMap(({ id, score }) => (where.get(id) ?? []).map((spot) => ({ ...spot, score })));
      const { matches, stale } = await verified(hits.filter((hit) => isAsked(hit.path)));
      const changed = [...stale].map((name) => ({ path: name, reason: "It changed since it was indexed." }));
      // What is said of the whole index comes first: of many entries an answer has the first ones.
      const isOfAll = ({ path: of }: Incomplete) => of === ".";
      const ofFiles = left.filter((one) => !isOfAll(one));
      return { matches, incomplete: [...left.filter(isOfAll), ...changed, ...ofFiles] };
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
      await load();
      for (const path of [...files.keys()]) note(path, undefined);
      isSaved = false;
      known = undefined;
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
  readonly path: string;
  readonly chunk: Omit<Chunk, "text">;
}

interface Hit extends Spot {
  readonly score: number;
}
