import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { createCodeIndex } from "../../../src/server/vectors/codeIndex.ts";
import type { CodeIndex } from "../../../src/server/vectors/codeIndex.ts";
import { createEmbeddings } from "../../../src/server/vectors/embeddings.ts";
import type { Embeddings } from "../../../src/server/vectors/embeddings.ts";
import { createIndexFiles } from "../../../src/server/vectors/indexFiles.ts";
import { openFileStore } from "../../../src/server/vectors/store/fileStore.ts";
import type { FileStore } from "../../../src/server/vectors/store/fileStore.ts";
import type { VectorStore } from "../../../src/server/vectors/types.ts";
import { startEmbeddings } from "../../support/embeddingsEndpoint.ts";
import type { EmbeddingsEndpoint, Fault } from "../../support/embeddingsEndpoint.ts";
import { until } from "../../support/until.ts";

const never = new AbortController().signal;

describe("the index of code", function () {
  let folder: string;
  let endpoint: EmbeddingsEndpoint;
  let embeddings: Embeddings;
  let store: FileStore;
  let index: CodeIndex;
  let texts: Map<string, string>;
  let fault: Fault | undefined;
  let dimensions: number;
  let logged: string[];

  function open(patienceMs: number): CodeIndex {
    const log = createLogger((line) => logged.push(line));
    return createCodeIndex({
      source: {
        files: (where) =>
          Promise.resolve(
            [...texts.keys()]
              .filter((name) => where === undefined || name.startsWith(where))
              .map((name) => ({ path: name, absolute: `/${name}` })),
          ),
        stamp: (file) => String(texts.get(file.path)?.length),
        read: (file) => Promise.resolve(texts.get(file.path) ?? ""),
        declarations: () => Promise.resolve([]),
      },
      embeddings,
      queries: embeddings,
      store: asynchronous(store),
      kept: createIndexFiles(path.join(folder, "a.json"), log),
      log,
      patienceMs,
    });
  }

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-index-"));
    fault = undefined;
    dimensions = 64;
    logged = [];
    endpoint = await startEmbeddings({ fault: () => fault, dimensions: () => dimensions, delayMs: 20 });
    embeddings = createEmbeddings({ url: endpoint.url, model: "words-1", network: {}, backoffMs: 10 });
    store = openFileStore(path.join(folder, "a.vectors"), { notice: (message) => logged.push(message) });
    texts = new Map(
      Array.from({ length: 200 }, (_, nth) => [
        `f${String(nth)}.txt`,
        `word${"abcdefghij"[nth % 10] ?? ""} ${String(nth)}`,
      ]),
    );
    index = open(5_000);
  });
  afterEach(async () => {
    await index.dispose();
    await embeddings.close();
    await endpoint.close();
    store.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("says what an unfinished index does not have yet", async () => {
    const impatient = open(0);
    const { incomplete } = await impatient.find("wordc", undefined, never);
    assert.match(
      incomplete[0]?.reason ?? "",
      /^\d+ of \d+ files are in the index, the others follow: search again later\.$/,
    );
    await impatient.refresh(never);
    const { matches, incomplete: left } = await impatient.find("wordc", undefined, never);
    // Of its two words, the other is the one of its path.
    assert.deepEqual([matches[0]?.score.toFixed(3), left], ["0.707", []]);
    await impatient.dispose();
  });

  it("leaves out what changed since it was indexed, and names it", async () => {
    await index.refresh(never);
    const target = "f2.txt";
    // Of the same length: its stamp does not show the change.
    texts.set(target, "wordx 2");
    const { matches, incomplete } = await index.find("wordc", undefined, never);
    assert.ok(matches.length > 0 && matches.every(({ path: name }) => name !== target));
    assert.deepEqual(incomplete, [{ path: target, reason: "It changed since it was indexed." }]);
  });

  it("forgets removed files, and their vectors", async () => {
    await index.refresh(never);
    assert.equal(store.ids().length, 200);
    for (const name of [...texts.keys()].slice(5)) texts.delete(name);
    const { matches } = await index.find("wordc", undefined, never);
    assert.deepEqual([matches.length, store.ids().length], [5, 5]);
  });

  it("is stopped in the middle, keeps what it has, and goes on when it is started again", async () => {
    index.start();
    await until(() => endpoint.requests.length === 2);
    index.stop();
    await until(async () => (await index.status()).state === "stopped");
    assert.equal(endpoint.texts().length, 128);
    endpoint.forget();
    const { incomplete } = await index.find("wordc", undefined, never);
    assert.deepEqual(endpoint.texts(), ["wordc"]);
    assert.match(incomplete[0]?.reason ?? "", /^64 of 200 files are in the index: indexing was stopped\./);
    await index.refresh(never);
    const { state, indexed, files } = await index.status();
    assert.deepEqual([state, indexed, files], ["ready", 200, 200]);
  });

  it("ends a search that is cancelled", async () => {
    await index.refresh(never);
    fault = "silent";
    const controller = new AbortController();
    const search = index.find("wordc", undefined, controller.signal);
    endpoint.forget();
    await until(() => endpoint.requests.length === 1);
    controller.abort();
    await assert.rejects(search, { code: "CANCELLED" });
  });

  it("refuses vectors of another size, and takes them after it is cleared", async () => {
    await index.refresh(never);
    dimensions = 128;
    await assert.rejects(index.find("wordc", undefined, never), /The query has 128 dimensions, the index 64\./);
    texts.set("new.txt", "quince 1");
    await index.refresh(never);
    const { state, problem } = await index.status();
    assert.equal(state, "failed");
    assert.match(problem ?? "", /^The vectors have 128 dimensions, those of the index 64\. .*meaning clear/);
    await index.clear();
    await index.refresh(never);
    assert.deepEqual((await index.status()).dimensions, 128);
    assert.equal((await index.find("quince", undefined, never)).matches[0]?.path, "new.txt");
  });
});

function asynchronous(store: FileStore): VectorStore {
  const soon = async <T>(work: () => T) => Promise.resolve().then(work);
  return {
    ids: () => soon(() => store.ids()),
    upsert: (batch) => soon(() => store.upsert(batch)),
    remove: (ids) => soon(() => store.remove(ids)),
    clear: () => soon(() => store.clear()),
    search: (query, k, filter) => soon(() => store.search(query, k, filter?.ids)),
    stats: () => soon(() => store.stats()),
    isKept: () => soon(() => store.isKept()),
  };
}
