import type { Exchange } from "../../platform/threads/protocol.ts";
import type { VectorBatch, VectorHit, VectorStats } from "../types.ts";

interface OfFile {
  readonly file: string;
}

/** What the thread of the vectors is asked. */
export interface VectorMethods {
  ids: Exchange<OfFile, readonly string[]>;
  upsert: Exchange<OfFile & VectorBatch, undefined>;
  remove: Exchange<OfFile & { readonly ids: readonly string[] }, undefined>;
  clear: Exchange<OfFile, undefined>;
  search: Exchange<
    OfFile & { readonly query: Float32Array; readonly k: number; readonly only?: readonly string[] },
    readonly VectorHit[]
  >;
  stats: Exchange<OfFile, VectorStats>;
  isKept: Exchange<OfFile, boolean>;
  /** Gives the files free for other processes. */
  close: Exchange<undefined, undefined>;
}

/** Something for the log. */
export interface VectorNotice {
  readonly file: string;
  readonly message: string;
}
