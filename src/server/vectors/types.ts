import type { Disposable } from "../platform/disposables.ts";

/** Vectors by the id of what they stand for; compared by their angle. */
export interface VectorBatch {
  readonly ids: readonly string[];
  /** One after the other, each of `dimensions` numbers. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
}

export interface VectorHit {
  readonly id: string;
  /** Cosine: 1 is the same direction. */
  readonly score: number;
}

export interface VectorFilter {
  /** Only these; all when left out. */
  readonly ids: readonly string[];
}

export interface VectorStats {
  readonly vectors: number;
  /** 0 while there is none. */
  readonly dimensions: number;
  readonly bytes: { readonly memory: number; readonly file: number };
  /** Small codes are compared first, and the best by their exact vectors then. */
  readonly quantized: boolean;
}

/** Where vectors are kept and searched. Asynchronous, so that a database can keep them as well. */
export interface VectorStore {
  ids(): Promise<readonly string[]>;
  /** TOO_LARGE when it would have more than `maxVectors`, INVALID_ARGUMENT for vectors of another size. */
  upsert(batch: VectorBatch): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** Removes all, so that vectors of another size can come. */
  clear(): Promise<void>;
  /** The nearest first. */
  search(query: Float32Array, k: number, filter?: VectorFilter, signal?: AbortSignal): Promise<readonly VectorHit[]>;
  stats(): Promise<VectorStats>;
  /** False where another process writes the same file: what is added here is gone with this process. */
  isKept(): Promise<boolean>;
}

/** The stores of one process. */
export interface VectorStores extends Disposable {
  /** @param file Of one workspace and model. */
  open(file: string): VectorStore;
  dispose(): Promise<void>;
}

export const maxVectors = 200_000;
export const maxDimensions = 4_096;
