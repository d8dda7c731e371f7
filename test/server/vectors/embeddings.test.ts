import assert from "node:assert/strict";
import { inspect } from "node:util";
import { createEmbeddings } from "../../../src/server/vectors/embeddings.ts";
import type { EmbeddingOptions, Embeddings } from "../../../src/server/vectors/embeddings.ts";
import { meaningOf, startEmbeddings } from "../../support/embeddingsEndpoint.ts";
import type { EmbeddingsEndpoint, Fault } from "../../support/embeddingsEndpoint.ts";
import { freePort } from "../../support/freePort.ts";
import { until } from "../../support/until.ts";

const never = new AbortController().signal;

describe("the client of an embeddings endpoint", function () {
  let endpoint: EmbeddingsEndpoint;
  let client: Embeddings;
  let faults: (Fault | undefined)[];
  let sizes: number[];

  function open(more: Partial<EmbeddingOptions> = {}): Embeddings {
    return createEmbeddings({
      url: endpoint.url,
      model: "words-1",
      network: {},
      backoffMs: 20,
      timeoutMs: 5_000,
      ...more,
    });
  }

  beforeEach(async () => {
    faults = [];
    sizes = [];
    endpoint = await startEmbeddings({ fault: (nth) => faults[nth], dimensions: (nth) => sizes[nth] ?? 64 });
    client = open();
  });
  afterEach(async () => {
    await client.close();
    await endpoint.close();
  });

  it("gives the vectors in the order of the texts, and the tokens that it counted", async () => {
    const texts = ["pears ripen", "delete the file", "login"];
    const { vectors, dimensions, tokens } = await client.embed(texts, never);
    assert.deepEqual(
      [...vectors],
      texts.flatMap((text) => meaningOf(text, 64)),
    );
    assert.deepEqual([dimensions, tokens], [64, 30]);
    assert.equal(endpoint.requests[0]?.headers.authorization, undefined);
  });

  it("asks again after 429, 500, a closed connection, and waits as long as it is told", async () => {
    faults = [{ status: 500 }, "closed", { status: 429, retryAfter: 1 }];
    const started = performance.now();
    const { dimensions } = await client.embed(["pears"], never);
    const took = performance.now() - started;
    assert.equal(dimensions, 64);
    assert.equal(endpoint.requests.length, 4);
    assert.ok(took > 740 && took < 3_000, `${String(took)} ms`);
  });

  it("gives up after five, and asks once when the answer would be the same", async () => {
    faults = new Array<Fault>(9).fill({ status: 503 });
    await assert.rejects(client.embed(["pears"], never), /answered HTTP 503\./);
    assert.equal(endpoint.requests.length, 5);
    for (const [status, remedy] of [
      [401, /Check the key: .*LFC_EMBEDDINGS_KEY_FILE/],
      [404, /usually ends in \/v1/],
      [400, /name of the model/],
    ] as const) {
      endpoint.forget();
      faults = new Array<Fault>(20).fill({ status });
      await assert.rejects(client.embed(["pears"], never), { remedy });
      assert.equal(endpoint.requests.length, 1);
    }
  });

  it("says which part of an answer cannot be used", async () => {
    const vector = (...embedding: unknown[]) => ({ embedding });
    for (const [body, said] of [
      ["text", /it is not the JSON of OpenAI's embeddings/],
      [{ data: [vector(1)] }, /it has 1 vectors for 2 texts/],
      [{ data: [vector(1), vector(1, 2)] }, /its vectors have different dimensions/],
      [{ data: [vector(), vector()] }, /a vector has 0 dimensions/],
      [{ data: [vector("a"), vector("b")] }, /it is not the JSON/],
      [{ data: [vector(1e300), vector(1)] }, /a number in it is too large/],
      [{ data: [vector(...new Array<number>(4_097).fill(1)), vector(1)] }, /a vector has 4097 dimensions/],
    ] as const) {
      endpoint.forget();
      faults = new Array<Fault>(20).fill({ body });
      await assert.rejects(client.embed(["pears", "plums"], never), said);
      assert.equal(endpoint.requests.length, 1);
    }
  });

  it("stops waiting when it is cancelled: during an answer, and between two attempts", async () => {
    for (const fault of ["silent", { status: 429, retryAfter: 30 }] as const) {
      endpoint.forget();
      faults = new Array<Fault>(9).fill(fault);
      const controller = new AbortController();
      const call = client.embed(["pears"], controller.signal);
      await until(() => endpoint.requests.length === 1);
      setTimeout(() => controller.abort(), 50);
      const started = performance.now();
      await assert.rejects(call, { code: "CANCELLED" });
      assert.ok(performance.now() - started < 1_000);
    }
  });

  it("gives a silent endpoint up, and says when nothing is there", async () => {
    faults = new Array<Fault>(9).fill("silent");
    const impatient = open({ timeoutMs: 100 });
    await assert.rejects(impatient.embed(["pears"], never), /did not answer within 0\.1 s/);
    assert.equal(endpoint.requests.length, 5);
    await impatient.close();
    const nowhere = open({ url: `http://127.0.0.1:${String(await freePort())}/v1` });
    await assert.rejects(nowhere.embed(["pears"], never), /Nothing answers at/);
    await nowhere.close();
  });

  it("never says the key or the texts", async () => {
    const key = "emb-key-0123456789";
    const withKey = open({ key });
    faults = [{ status: 401 }];
    await assert.rejects(withKey.embed(["the quince plan"], never), (error: Error) => {
      assert.ok(!/emb-key|quince/.test(inspect(error, { depth: 9 })));
      return true;
    });
    assert.equal(endpoint.requests[0]?.headers.authorization, `Bearer ${key}`);
    await withKey.close();
    const plain = open({ key, url: "http://embeddings.example.com/v1" });
    await assert.rejects(plain.embed(["pears"], never), /is not sent to embeddings\.example\.com without TLS/);
    await plain.close();
  });

  it("has another id for another address or model", () => {
    const ids = [{}, { model: "words-2" }, { url: `${endpoint.url}/other` }].map((more) => open(more).id);
    assert.equal(new Set(ids).size, 3);
    assert.equal(open({ url: `${endpoint.url}/` }).id, ids[0]);
  });
});
