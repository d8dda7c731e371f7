import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitForUpdate } from "@pydantic/genai-prices";
import type { CostReport } from "../../../src/protocol/cost.ts";
import { runCli } from "../../support/cli.ts";
import { meaningOf, startEmbeddings } from "../../support/embeddingsEndpoint.ts";
import type { EmbeddingsEndpoint, Fault } from "../../support/embeddingsEndpoint.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const model = "text-embedding-3-small";
const prices = (input: string) => JSON.stringify([{ model, input, output: "0" }]);

describe("embeddings in the ledger", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let data: string;
  let endpoint: EmbeddingsEndpoint;
  let fault: (request: number) => Fault | undefined;
  let env: Readonly<Record<string, string>>;

  beforeEach(async () => {
    const files = Array.from({ length: 150 }, (_, nth) => {
      const name = `pear${String(nth)}`;
      return [`src/${name}.ts`, `export const ${name} = "the fruit of tree ${String(nth)}";\n`] as const;
    });
    workspace = await scratchWorkspace(Object.fromEntries(files));
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    fault = () => undefined;
    endpoint = await startEmbeddings({ fault: (request) => fault(request), dimensions: 8 });
    env = { LFC_EMBEDDINGS_URL: endpoint.url, LFC_EMBEDDINGS_MODEL: model, LFC_COST_PRICES: prices("0.02") };
  });
  afterEach(async () => {
    await endpoint.close();
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  });

  const run = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runCli([...args, "--workspace", workspace.folder, "--data", data], env);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const report = async (by: string) => JSON.parse(await run("cost", "--by", by, "--json")) as CostReport;

  it("are in reports by model and day, with the tokens that the endpoint counted and what they cost", async () => {
    await run("meaning", "index");
    const requests = endpoint.requests.length;
    // As the endpoint says in each answer.
    const tokens = endpoint.texts().length * 10;
    assert.ok(requests > 2 && tokens >= 1500, `${String(requests)} requests, ${String(tokens)} tokens`);
    const { rows, total } = await report("day,model");
    const [row, ...others] = rows.filter(({ modelCalls }) => modelCalls > 0);
    assert.deepEqual(others, []);
    assert.deepEqual(row?.key, { day: new Date().toLocaleDateString("sv-SE"), model });
    // Two cents for a million tokens.
    const cost = (tokens * 0.02) / 1e6;
    for (const sum of [row, total]) {
      assert.deepEqual([sum.modelCalls, sum.tokens.input, sum.tokens.output], [requests, tokens, 0]);
      assert.deepEqual([sum.runs, sum.uncounted, Number(sum.cost)], [0, 0, Number(cost.toFixed(12))]);
    }
    const table = await run("cost", "--by", "model");
    assert.match(table, /^Model +Calls +Runs +Embeddings +Tokens in +Tokens out +Cost$/m);
    const line = new RegExp(
      `^${model} +0 +0 +${String(requests)} +${tokens.toLocaleString("en-US")} +0 +< \\$0\\.0001$`,
      "m",
    );
    assert.match(table, line);
    assert.equal((await report("file")).total.modelCalls, requests);
    // Rows and totals fit each other.
    await run("storage", "check");
  });

  it("are not reported where the endpoint counts none, never 0, and then their cost is unknown", async () => {
    // The first answer, without usage: a text stands for each of its vectors.
    let first = true;
    fault = () => {
      if (!first) return undefined;
      first = false;
      const texts = endpoint.requests[0]?.texts ?? [];
      return { body: { data: texts.map((text, index) => ({ index, embedding: meaningOf(text, 8) })) } };
    };
    await run("meaning", "index");
    const [one, ...counted] = endpoint.requests;
    assert.ok(one && counted.length > 0);
    const { total } = await report("model");
    const tokens = counted.reduce((sum, { texts }) => sum + texts.length * 10, 0);
    assert.deepEqual(
      [total.modelCalls, total.uncounted, total.tokens.input, total.cost],
      [endpoint.requests.length, 1, tokens, null],
    );
  });

  it("are priced later where no price was known, and an answer that cannot be used is counted too", async () => {
    env = { ...env, LFC_EMBEDDINGS_MODEL: "home-grown" };
    let request = 0;
    fault = () => (request++ === 0 ? { body: { data: [], usage: { prompt_tokens: 7 } } } : undefined);
    await runCli(["meaning", "index", "--workspace", workspace.folder, "--data", data], env);
    await run("meaning", "index");
    const tokens = 7 + (endpoint.texts().length - (endpoint.requests[0]?.texts.length ?? 0)) * 10;
    const before = await report("model");
    assert.deepEqual([before.total.tokens.input, before.total.cost], [tokens, null]);
    assert.deepEqual(before.total.unknown, ["home-grown"]);
    const sums = execFileSync("sqlite3", [
      path.join(data, "ledger", "ledger.db"),
      "SELECT count(*), sum(input_tokens) FROM model_calls; SELECT sum(calls), sum(input_tokens) FROM model_totals",
    ]);
    const rows = `${String(endpoint.requests.length)}|${String(tokens)}`;
    assert.equal(sums.toString(), `${rows}\n${rows}\n`);

    env = { ...env, LFC_COST_PRICES: JSON.stringify([{ model: "home-grown", input: "3", output: "0" }]) };
    const list = path.join(data, "data.json");
    await writeFile(list, JSON.stringify(await waitForUpdate()));
    await run("prices", "update", "--from", list);
    assert.equal(Number((await report("model")).total.cost), (tokens * 3) / 1e6);
    await run("storage", "check");
  });
});
