import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { CostEstimate } from "../../../src/protocol/estimate.ts";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import type { FlowRunRecord } from "../../../src/server/platform/call.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { runCli } from "../../support/cli.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);
const id = "0f0e3c1e-7f35-4f6e-9a3c-1b2c3d4e5f60";

const nodeWith = (name: string, template: object) => ({ id: name, data: { id: name, type: name, node: { template } } });
const flowFile = {
  id,
  name: "Perry",
  data: {
    nodes: [
      nodeWith("Agent-1", { model: { type: "model", value: [{ name: "gpt-4o", provider: "OpenAI" }] } }),
      nodeWith("Older-1", { model_name: { type: "str", value: "plum-1" } }),
      nodeWith("ChatInput-1", { input_value: { type: "str", value: "gpt-5" } }),
    ],
    edges: [],
  },
};

describe("The command estimate", () => {
  let workspace: ScratchWorkspace;
  let data: string;

  before(async () => {
    workspace = await scratchWorkspace({ "flows/Perry.json": JSON.stringify(flowFile) });
  });
  after(() => workspace.remove());
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  const estimate = (...args: string[]) =>
    runCli(["estimate", ...args, "--workspace", workspace.folder, "--data", data]);

  async function estimated(...args: string[]): Promise<CostEstimate> {
    const { code, stdout, stderr } = await estimate(...args, "--json");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    return CostEstimate.parse(JSON.parse(stdout));
  }

  type Uses = Extract<FlowRunRecord["usage"], { reported: true }>["models"];

  async function record(runs: readonly { readonly flow?: string; readonly name?: string; readonly uses?: Uses }[]) {
    const ledger = createLedger({
      workerFile,
      options: { folder: path.join(data, "ledger"), engine: "node", workspace: "elsewhere", keepDays: 400 },
      log: createLogger(() => undefined),
      model: () => "",
      head: () => noHead,
    });
    for (const [index, { flow = "f1", name = "Cider", uses }] of runs.entries()) {
      const startedAt = new Date(Date.UTC(2026, 10, 1, 0, index));
      const facts = { id: `r${String(index)}`, flowId: flow, flowName: name, server: "", durationMs: 1, startedAt };
      const usage = uses ? ({ reported: true, models: uses } as const) : ({ reported: false, reason: "none" } as const);
      await ledger.recordRun({ ...facts, outcome: "ok", usage }, localUser);
    }
    await ledger.dispose();
  }

  const use = (model: string, inputTokens: number, outputTokens: number) => ({ model, inputTokens, outputTokens });

  it("gives the median and the range of past runs, with the prices of now", async () => {
    // Of ten runs, the fifth, the first and the ninth by size, in whatever order they were.
    const order = [7, 3, 10, 1, 5, 9, 2, 8, 6, 4];
    const runs = order.map((size) => ({ uses: [use("gpt-4o", size * 100, size * 10), use("gpt-4o", size * 100, 0)] }));
    await record([...runs.slice(0, 9), { uses: [...(runs[9]?.uses ?? []), use("gpt-4o-mini", 50, 5)] }, {}]);
    const answer = await estimated("Cider");
    // $2.50 and $10 for a million tokens: 2.5 and 10 millionths of a dollar for one.
    const costOf = (size: number) => String((size * 200 * 2.5 + size * 10 * 10) / 1e6);
    const range = { low: 200, median: 1000, high: 1800 };
    assert.deepEqual([answer.flow, answer.runs, answer.unknown], [{ id: "f1", name: "Cider" }, 10, []]);
    assert.deepEqual(answer.models[0], {
      model: "gpt-4o",
      runs: 10,
      input: range,
      output: { low: 10, median: 50, high: 90 },
      cost: { low: costOf(1), median: costOf(5), high: costOf(9) },
    });
    assert.deepEqual([answer.models[1]?.model, answer.models[1]?.runs], ["gpt-4o-mini", 1]);
    assert.deepEqual(answer.cost, { low: costOf(1), median: costOf(5), high: costOf(9) });
    const { stdout } = await estimate("f1");
    assert.match(
      stdout,
      /^A run of Cider: \$0\.0030 \(\$0\.0006 to \$0\.0054\), by its last 10 runs\n {2}gpt-4o: 1,000 \(200 to 1,800\) tokens in, 50 \(10 to 90\) out, /,
    );
  });

  it("leaves the cost unknown when a model has no known price", async () => {
    await record([{ uses: [use("gpt-4o", 10, 1), use("plum-1", 10, 1)] }]);
    const { cost, models, unknown } = await estimated("Cider");
    assert.equal(cost, null);
    assert.deepEqual(
      models.map((model) => [model.model, model.cost?.median]),
      [
        ["gpt-4o", "0.000035"],
        ["plum-1", undefined],
      ],
    );
    assert.deepEqual(unknown, ["No price is known for plum-1."]);
    assert.match((await estimate("Cider")).stdout, /^A run of Cider: cost unknown\n/);
  });

  it("says of a flow that never ran what its models cost for the input, and that the rest is unknown", async () => {
    const input = "Which of the pears are ripe? ".repeat(40);
    const tokens = encode(input).length;
    const { flow, runs, cost, inputTokens, models, unknown } = await estimated("flows/Perry.json", "--input", input);
    assert.deepEqual([flow, runs, cost, inputTokens], [{ id, name: "Perry" }, 0, null, tokens]);
    assert.deepEqual(models, [
      { model: "gpt-4o", runs: 0, cost: null, inputCost: String((tokens * 2.5) / 1e6) },
      { model: "plum-1", runs: 0, cost: null, inputCost: null },
    ]);
    assert.match(unknown.join(), /no run with known usage yet: what its models will write, .* is not known/);
  });

  it("finds the past runs of a file's flow by its id, not by its name", async () => {
    await record([
      { flow: id, name: "Perry", uses: [use("gpt-4o", 10, 1)] },
      { flow: "another", name: "Perry", uses: [use("gpt-4o", 999, 1)] },
    ]);
    const { runs, models } = await estimated("flows/Perry.json");
    assert.deepEqual([runs, models[0]?.input?.median], [1, 10]);
    const { code, stderr } = await estimate("Perry");
    assert.equal(code, 1);
    assert.match(stderr, /^The ledger has runs of 2 flows of the name "Perry"\. Give the id of one: /);
  });

  it("needs Langflow for a flow that neither the ledger nor a file has", async () => {
    const { code, stderr } = await estimate("Mead");
    assert.equal(code, 1);
    assert.match(stderr, /onnect/);
    assert.equal((await estimate()).code, 2);
  });
});
