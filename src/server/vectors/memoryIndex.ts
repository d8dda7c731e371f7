import { createHash } from "node:crypto";
import type { Embeddings } from "./embeddings.ts";
import type { VectorStore } from "./types.ts";

/** More would be of little use: every memory is like every query to some degree. */
const mostNear = 10;
/** Of one request: a slow endpoint answers so few in time, and each that is answered stays. */
const atOnce = 16;

export interface MemoryTexts {
  /** Among these the nearest are looked for. */
  readonly texts: readonly string[];
  /** All that there are: vectors of others are removed. */
  readonly all: readonly string[];
}

/** The positions of the texts that are nearest in meaning, best first. */
export type NearestTexts = (query: string, texts: MemoryTexts, signal: AbortSignal) => Promise<readonly number[]>;

export function createNearestTexts(embeddings: Embeddings, store: VectorStore): NearestTexts {
  return async (query, { texts, all }, signal) => {
    const byId = new Map(texts.map((text, at) => [idOf(text), at]));
    if (byId.size === 0) return [];
    const known = new Set(await store.ids());
    const wanted = new Map(all.map((text) => [idOf(text), text]));
    await store.remove([...known].filter((id) => !wanted.has(id)));
    const missing = [...wanted].filter(([id]) => !known.has(id));
    for (let from = 0; from < missing.length; from += atOnce) {
      const part = missing.slice(from, from + atOnce);
      const { vectors, dimensions } = await embeddings.embed(
        part.map(([, text]) => text),
        signal,
      );
      await store.upsert({ ids: part.map(([id]) => id), vectors, dimensions });
    }
    const { vectors } = await embeddings.embed([query], signal);
    const hits = await store.search(vectors, mostNear, { ids: [...byId.keys()] }, signal);
    return hits.flatMap(({ id }) => byId.get(id) ?? []);
  };
}

function idOf(text: string): string {
  return createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
}
