import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ToolError } from "../../platform/errors.ts";
import { takeLock } from "../../platform/fileLock.ts";
import type { FileLock } from "../../platform/fileLock.ts";
import { maxDimensions, maxVectors } from "../types.ts";
import type { VectorBatch, VectorHit, VectorStats } from "../types.ts";
import { createRows, dot } from "./rows.ts";
import type { Rows } from "./rows.ts";
import { createVectorFile, openVectorFile, rewriteVectorFile } from "./vectorFile.ts";
import type { VectorFile } from "./vectorFile.ts";

/** The vectors of one file, in memory for the search. */
export interface FileStore {
  ids(): readonly string[];
  upsert(batch: VectorBatch): void;
  remove(ids: readonly string[]): void;
  clear(): void;
  search(query: Float32Array, k: number, only?: readonly string[]): readonly VectorHit[];
  stats(): VectorStats;
  isKept(): boolean;
  close(): void;
}

export interface FileStoreOptions {
  readonly maxExact?: number;
  readonly maxVectors?: number;
  notice(message: string): void;
}

/** So few are compared one by one sooner than all at once. */
const few = 2_000;
/** The file is rewritten when more than so many, and than half of the others, are removed. */
const leastDead = 1_000;

export function openFileStore(
  name: string,
  { notice, maxExact, maxVectors: most = maxVectors }: FileStoreOptions,
): FileStore {
  mkdirSync(path.dirname(name), { recursive: true, mode: 0o700 });
  let lock: FileLock | undefined = takeLock(name);
  let file: VectorFile | undefined;
  let rows: Rows | undefined;
  /** Vectors of the file that no longer count. */
  let dead = 0;
  const positions = new Map<string, number>();

  function rowsFor(dimensions: number): Rows {
    rows ??= createRows({
      dimensions,
      read: (position) => file?.read(position) ?? new Float32Array(dimensions),
      ...(maxExact !== undefined && { maxExact }),
    });
    return rows;
  }

  function put(id: string, vector: Float32Array, position: number): void {
    const own = rowsFor(vector.length);
    if (own.has(id)) dead++;
    own.set(id, vector, position);
    positions.set(id, position);
  }

  function drop(id: string): void {
    if (rows?.remove(id) !== true) return;
    positions.delete(id);
    dead++;
  }

  const opened = openVectorFile(name, lock !== undefined, { put, remove: drop });
  file = opened.file;
  if (opened.damage !== undefined) {
    notice(
      `The file of vectors was damaged: ${opened.damage}. ${String(positions.size)} are left; the others are made again.`,
    );
  }

  function compact(): void {
    if (dead >= leastDead && dead * 2 >= positions.size) rewrite();
  }

  function rewrite(): void {
    if (!lock || !file) return;
    try {
      const all = [...positions].map(([id, position]) => ({ id, position }));
      const rewritten = rewriteVectorFile(name, file, all);
      file = rewritten.file;
      for (const [id, position] of rewritten.positions) {
        positions.set(id, position);
        rows?.move(id, position);
      }
      dead = 0;
    } catch (error) {
      notice(`The file of vectors could not be rewritten, and stays as it is: ${String(error)}`);
    }
  }

  function checked({ ids, vectors, dimensions }: VectorBatch): void {
    const has = file?.dimensions ?? dimensions;
    if (dimensions < 1 || dimensions > maxDimensions || vectors.length !== ids.length * dimensions) {
      throw new ToolError("INVALID_ARGUMENT", "The vectors do not have the size that they should.", "Check the model.");
    }
    if (has !== dimensions) {
      throw new ToolError(
        "INVALID_ARGUMENT",
        `The vectors have ${String(dimensions)} dimensions, those of the index ${String(has)}.`,
        "Set the model that made the index, or remove the index with `langflow-connect meaning clear`.",
      );
    }
    const added = new Set(ids.filter((id) => !positions.has(id))).size;
    if (positions.size + added <= most) return;
    throw new ToolError(
      "TOO_LARGE",
      `The index can have ${String(most)} vectors.`,
      "Exclude folders that need not be found, by .gitignore or files.exclude.",
    );
  }

  return {
    ids: () => rows?.ids() ?? [],
    upsert(batch) {
      checked(batch);
      const { ids, dimensions } = batch;
      if (ids.length === 0) return;
      const vectors = normalized(batch);
      file ??= createVectorFile(name, dimensions, lock !== undefined);
      const written = file.append({ ids, vectors, removed: [] });
      ids.forEach((id, nth) => put(id, vectors.subarray(nth * dimensions, (nth + 1) * dimensions), written[nth] ?? 0));
      compact();
    },
    remove(ids) {
      const known = ids.filter((id) => positions.has(id));
      if (!file || known.length === 0) return;
      file.append({ ids: [], vectors: new Float32Array(0), removed: known });
      for (const id of known) drop(id);
      compact();
    },
    clear() {
      file?.close();
      if (lock) rmSync(name, { force: true });
      [file, rows, dead] = [undefined, undefined, 0];
      positions.clear();
    },
    search(query, k, only) {
      if (!rows || !file || rows.size === 0) return [];
      const wanted = normalized({ ids: ["query"], vectors: query, dimensions: query.length });
      if (query.length !== file.dimensions) {
        throw new ToolError(
          "INVALID_ARGUMENT",
          `The query has ${String(query.length)} dimensions, the index ${String(file.dimensions)}.`,
          "Set the model that made the index, or remove the index with `langflow-connect meaning clear`.",
        );
      }
      if (!only || only.length > few) return rows.search(wanted, k, only && new Set(only));
      const own = rows;
      return only
        .filter((id) => own.has(id))
        .map((id) => ({ id, score: dot(own.exact(id), wanted) }))
        .toSorted((a, b) => b.score - a.score)
        .slice(0, k);
    },
    stats: () => ({
      vectors: positions.size,
      dimensions: file?.dimensions ?? 0,
      bytes: { memory: rows?.memory ?? 0, file: file?.bytes() ?? 0 },
      quantized: rows?.quantized ?? false,
    }),
    isKept() {
      if (lock) return true;
      // Who had the file may be gone, such as a command: what this process has becomes the file.
      lock = takeLock(name);
      rewrite();
      return lock !== undefined;
    },
    close() {
      file?.close();
      lock?.release();
    },
  };
}

/** Of length 1 each, so that a dot product is a cosine. A vector of zeros stays. */
function normalized({ ids, vectors, dimensions }: VectorBatch): Float32Array {
  const result = Float32Array.from(vectors);
  for (let nth = 0; nth < ids.length; nth++) {
    const vector = result.subarray(nth * dimensions, (nth + 1) * dimensions);
    const length = Math.sqrt(dot(vector, vector)) || 1;
    for (let at = 0; at < dimensions; at++) vector[at] = (vector[at] ?? 0) / length;
  }
  return result;
}
