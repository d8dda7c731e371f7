import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect } from "../../support/clients.ts";
import type { TestClient } from "../../support/clients.ts";
import { startEmbeddings } from "../../support/embeddingsEndpoint.ts";
import type { EmbeddingsEndpoint, Fault } from "../../support/embeddingsEndpoint.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { fused } from "../../../src/server/memory/fusion.ts";

describe("recall by words and meaning", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let folder: string;
  let endpoint: EmbeddingsEndpoint;
  let server: RunningServer;
  let client: TestClient;
  let fault: Fault | undefined;

  before(async () => {
    workspace = await scratchWorkspace({ "empty.txt": "" });
    folder = await mkdtemp(path.join(tmpdir(), "lfc-key-"));
    await writeFile(path.join(folder, "key"), "emb-key-0123456789\n");
    endpoint = await startEmbeddings({ fault: () => fault });
    const env = {
      LFC_EMBEDDINGS_URL: endpoint.url,
      LFC_EMBEDDINGS_MODEL: "words-1",
      LFC_EMBEDDINGS_KEY_FILE: path.join(folder, "key"),
    };
    server = await startServer({ folders: [workspace.folder], env });
    client = await connect("2026-07-28 http", { ...server, url: `${server.url}?toolsets=memory` }, [workspace.folder]);
    for (const [text, more] of [
      ["The login needs two factors", {}],
      ["Builds use pnpm", {}],
      ["The password file is on the share", {}],
      ["credentials of the flow", { scope: "flow", flow: "Cider" }],
    ] as const) {
      assert.equal((await client.call("remember", { text, ...more })).isError, false);
    }
  });
  after(async () => {
    await client.close();
    await server.stop();
    await endpoint.close();
    await workspace.remove();
    await rm(folder, { recursive: true });
  });

  async function recall(args: Record<string, unknown>) {
    const { value, isError } = await client.call("recall", args);
    assert.equal(isError, false, JSON.stringify(value));
    const { memories, complete, incomplete } = value as unknown as {
      memories: { text: string }[];
      complete: boolean;
      incomplete?: { reason: string }[];
    };
    return { texts: memories.map(({ text }) => text), complete, incomplete };
  }

  it("finds memories without a word of the query, after those that have both", async () => {
    const { texts, complete } = await recall({ query: "authenticate with a login" });
    assert.deepEqual(texts.slice(0, 2), ["The login needs two factors", "The password file is on the share"]);
    assert.equal(complete, true);
    assert.ok(!texts.includes("credentials of the flow"));
    const flow = await recall({ query: "password", flow: "Cider", scope: "flow" });
    assert.deepEqual(flow.texts, ["credentials of the flow"]);
  });

  it("sends each memory once, and none without a query", async () => {
    endpoint.forget();
    assert.equal((await recall({})).texts.length, 3);
    assert.deepEqual(endpoint.texts(), []);
    await recall({ query: "tool for builds" });
    assert.deepEqual(endpoint.texts(), ["tool for builds"]);
  });

  it("finds by words alone while the endpoint fails, and says so", async () => {
    fault = { status: 401 };
    const { texts, complete, incomplete } = await recall({ query: "login" });
    fault = undefined;
    assert.deepEqual(texts, ["The login needs two factors"]);
    assert.equal(complete, false);
    assert.match(
      incomplete?.[0]?.reason ?? "",
      /^Found by words only\. The embeddings endpoint at 127\.0\.0\.1:\d+ answered HTTP 401\. Check the key/,
    );
    assert.ok(!server.log().includes("emb-key"));
  });
});

describe("reciprocal rank fusion", () => {
  it("counts each rank as 1 / (60 + rank)", () => {
    const list = (...ids: string[]) => ids.map((id) => ({ id }));
    // b: 1/62 + 1/61, a: 1/61 + 1/63, d: 1/62, c: 1/63.
    const found = fused([list("a", "b", "c"), list("b", "d", "a")]);
    assert.deepEqual(
      found.map(({ id }) => id),
      ["b", "a", "d", "c"],
    );
    assert.deepEqual(fused([list("x"), list("y")]), list("x", "y"));
  });
});
