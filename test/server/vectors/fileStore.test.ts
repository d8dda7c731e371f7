import assert from "node:assert/strict";
import { closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { drawVectors } from "../../../scripts/lib/drawnVectors.ts";
import { openFileStore } from "../../../src/server/vectors/store/fileStore.ts";
import type { FileStore } from "../../../src/server/vectors/store/fileStore.ts";

describe("a store of vectors in a file", function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  let notices: string[];
  const open = (maxExact?: number, maxVectors?: number): FileStore =>
    openFileStore(file, {
      notice: (message) => notices.push(message),
      ...(maxExact !== undefined && { maxExact }),
      ...(maxVectors !== undefined && { maxVectors }),
    });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-vectors-"));
    file = path.join(folder, "a.vectors");
    notices = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  for (const { kind, dimensions, count, draw } of [
    { kind: "in clusters", dimensions: 96, count: 6_000, draw: clustered(96, 60, 0.5) },
    {
      kind: "in clusters that are hardly wider than a rounding error",
      dimensions: 96,
      count: 6_000,
      draw: clustered(96, 60, 0.02),
    },
    { kind: "everywhere", dimensions: 33, count: 6_000, draw: clustered(33, 1, 1_000) },
  ]) {
    it(`finds the nearest ten of vectors ${kind}, exactly and quantized`, () => {
      const vectors = Array.from({ length: count }, draw);
      for (const [maxExact, least] of [
        [count, 0.99],
        [100, 0.95],
      ] as const) {
        const store = open(maxExact);
        addAll(store, vectors);
        assert.equal(store.stats().quantized, maxExact === 100);
        const queries = Array.from({ length: 30 }, draw);
        const shares = queries.map((query) => {
          const wanted = nearest(vectors, query, 10);
          const found = store.search(Float32Array.from(query), 10).map(({ id }) => id);
          return found.filter((id) => wanted.includes(id)).length / 10;
        });
        const recall = shares.reduce((sum, share) => sum + share, 0) / shares.length;
        assert.ok(recall >= least, `${kind}, ${maxExact} exact: recall ${String(recall)}`);
        store.clear();
        store.close();
      }
      assert.equal(dimensions, vectors[0]?.length);
    });
  }

  it("gives cosines, of the ids that are asked for", () => {
    const store = open();
    store.upsert({ ids: ids(3), vectors: Float32Array.of(3, 0, 0, 4, 3, 3), dimensions: 2 });
    const found = (only?: readonly string[]) =>
      store.search(Float32Array.of(2, 0), 3, only).map(({ id, score }) => [id, Math.round(score * 1_000)]);
    assert.deepEqual(found(), [
      [idOf(0), 1_000],
      [idOf(2), 707],
      [idOf(1), 0],
    ]);
    assert.deepEqual(found([idOf(1), idOf(7)]), [[idOf(1), 0]]);
    const many = [idOf(2), ...Array.from({ length: 3_000 }, (_, nth) => idOf(nth + 100))];
    assert.deepEqual(found(many), [[idOf(2), 707]]);
    store.close();
  });

  it("replaces and removes, and has the same after it is opened again", () => {
    for (const maxExact of [1_000, 2]) {
      const store = open(maxExact);
      store.upsert({ ids: ids(4), vectors: Float32Array.of(1, 0, 0, 1, 1, 1, -1, 0), dimensions: 2 });
      store.upsert({ ids: [idOf(1)], vectors: Float32Array.of(-1, -1), dimensions: 2 });
      store.remove([idOf(0), idOf(9)]);
      const found = (from: FileStore) =>
        from.search(Float32Array.of(1, 0), 9).map(({ id, score }) => [id, Math.round(score * 100)]);
      const expected = [
        [idOf(2), 71],
        [idOf(1), -71],
        [idOf(3), -100],
      ];
      assert.deepEqual(found(store), expected);
      store.close();
      const again = open(maxExact);
      assert.deepEqual(found(again), expected);
      assert.deepEqual(again.ids().toSorted(), [idOf(1), idOf(2), idOf(3)].toSorted());
      again.clear();
      again.close();
    }
    assert.deepEqual(notices, []);
  });

  it("drops what a cut-off process left at the end, and keeps the rest", () => {
    const store = open();
    store.upsert({ ids: [idOf(0)], vectors: Float32Array.of(1, 0), dimensions: 2 });
    store.upsert({ ids: [idOf(1)], vectors: Float32Array.of(0, 1), dimensions: 2 });
    store.close();
    const { size } = statSync(file);
    for (let left = size - 1; left > size - 36; left -= 5) {
      truncateSync(file, left);
      const again = open();
      assert.deepEqual(again.ids(), [idOf(0)], String(left));
      again.upsert({ ids: [idOf(1)], vectors: Float32Array.of(0, 1), dimensions: 2 });
      again.close();
    }
    assert.equal(notices.length, 7);
    assert.match(notices[0] ?? "", /was damaged: \d+ bytes at its end .* 1 are left; the others are made again\.$/);
  });

  it("drops vectors with a changed byte, and those after them", () => {
    const store = open();
    for (const nth of [0, 1, 2]) store.upsert({ ids: [idOf(nth)], vectors: Float32Array.of(1, nth), dimensions: 2 });
    store.close();
    // A batch is 12 bytes, an id of 16 and 8 of values; the file begins with 12 bytes.
    change(file, 12 + 36 + 30);
    const again = open();
    assert.deepEqual(again.ids(), [idOf(0)]);
    again.close();
    change(file, 2);
    const none = open();
    assert.deepEqual(none.ids(), []);
    assert.equal(notices.length, 2);
    assert.match(notices[1] ?? "", /its beginning is not that of a file of vectors/);
    none.upsert({ ids: [idOf(5)], vectors: Float32Array.of(1), dimensions: 1 });
    none.close();
    assert.deepEqual(open().ids(), [idOf(5)]);
  });

  it("gives the room of removed vectors back, and reads the exact ones where they are then", async () => {
    const store = open(10);
    const vectors = Array.from({ length: 3_000 }, clustered(32, 20, 0.5));
    addAll(store, vectors);
    const before = (await stat(file)).size;
    store.remove(ids(2_500));
    const after = (await stat(file)).size;
    assert.ok(after < before / 4, `${String(before)} to ${String(after)} bytes`);
    const query = vectors[2_700] ?? [];
    const expected = nearest(vectors.slice(2_500), query, 5).map((id) => idOf(Number(id.slice(0, 8)) + 2_500));
    assert.deepEqual(
      store.search(Float32Array.from(query), 5).map(({ id }) => id),
      expected,
    );
    store.close();
    const again = open(10);
    assert.equal(again.ids().length, 500);
    again.close();
  });

  it("leaves the file to the process that has it, and works on a copy", () => {
    const owner = open();
    owner.upsert({ ids: [idOf(0)], vectors: Float32Array.of(1, 0), dimensions: 2 });
    const second = open();
    second.upsert({ ids: [idOf(1)], vectors: Float32Array.of(0, 1), dimensions: 2 });
    assert.deepEqual([owner.isKept(), second.isKept()], [true, false]);
    assert.deepEqual(second.ids(), [idOf(0), idOf(1)]);
    second.close();
    owner.close();
    const again = open();
    assert.deepEqual(again.ids(), [idOf(0)]);
    const heir = open();
    heir.upsert({ ids: [idOf(2)], vectors: Float32Array.of(0, 1), dimensions: 2 });
    assert.equal(heir.isKept(), false);
    again.close();
    assert.equal(heir.isKept(), true);
    heir.close();
    const last = open();
    assert.deepEqual(last.ids(), [idOf(0), idOf(2)]);
    last.close();
  });

  it("refuses vectors of another size, and more than it can have", () => {
    const store = open(10, 2);
    store.upsert({ ids: [idOf(0)], vectors: Float32Array.of(1, 0), dimensions: 2 });
    assert.throws(
      () => store.upsert({ ids: [idOf(1)], vectors: Float32Array.of(1, 0, 0), dimensions: 3 }),
      /The vectors have 3 dimensions, those of the index 2\./,
    );
    assert.throws(() => store.search(Float32Array.of(1), 1), /The query has 1 dimensions, the index 2\./);
    assert.throws(
      () => store.upsert({ ids: [idOf(1), idOf(2)], vectors: Float32Array.of(1, 0, 1, 0), dimensions: 2 }),
      /The index can have 2 vectors\./,
    );
    store.clear();
    store.upsert({ ids: [idOf(1)], vectors: Float32Array.of(1, 0, 0), dimensions: 3 });
    store.close();
  });
});

/** 16 bytes, as text. */
function idOf(nth: number): string {
  return `${String(nth).padStart(8, "0")}AAAAAAAAAAAAAA`;
}

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, nth) => idOf(nth));
}

function addAll(store: FileStore, vectors: readonly (readonly number[])[]): void {
  const dimensions = vectors[0]?.length ?? 0;
  for (let from = 0; from < vectors.length; from += 500) {
    const part = vectors.slice(from, from + 500);
    store.upsert({ ids: part.map((_, nth) => idOf(from + nth)), vectors: Float32Array.from(part.flat()), dimensions });
  }
}

/** By cosines in full precision. */
function nearest(vectors: readonly (readonly number[])[], query: readonly number[], k: number): string[] {
  const sum = (a: readonly number[], b: readonly number[]) =>
    a.reduce((all, value, at) => all + value * (b[at] ?? 0), 0);
  return vectors
    .map((vector, nth) => ({ id: idOf(nth), score: sum(vector, query) / Math.sqrt(sum(vector, vector)) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, k)
    .map(({ id }) => id);
}

function clustered(dimensions: number, clusters: number, spread: number): () => number[] {
  const draw = drawVectors({ dimensions, clusters, spread });
  return () => [...draw()];
}

function change(file: string, at: number): void {
  const fd = openSync(file, "r+");
  writeSync(fd, Buffer.from([77]), 0, 1, at);
  closeSync(fd);
}
