import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { calcPrice } from "@pydantic/genai-prices";
import { CostReport } from "../../../src/protocol/cost.ts";
import type { RunResult } from "../../../src/protocol/flows.ts";
import { runCli } from "../../support/cli.ts";
import { until } from "../../support/editor.ts";
import { startLangflow } from "../../support/langflow.ts";
import type { Langflow } from "../../support/langflow.ts";
import { startModelProvider } from "../../support/modelProvider.ts";
import type { BilledCall, ModelProvider } from "../../support/modelProvider.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { agentFlow } from "../agentFlow.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

describe("what runs of an agent used, with Langflow 1.13.0 and a model provider with a log", function () {
  this.timeout(300_000);
  let provider: ModelProvider;
  let langflow: Langflow;
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  before(async () => {
    provider = await startModelProvider();
    langflow = await startLangflow({ version: "1.13.0", modelProvider: provider.url });
    live = await startLive("1.13.0", langflow);
    const deep = `export function press(a: number) {\n${"if (a) {\n".repeat(9)}a++;\n${"}\n".repeat(9)}}\n`;
    workspace = await scratchWorkspace({ "README.md": "# Press\n", "src/press.ts": deep }, { name: "orchard" });
    const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace.folder });
    git("checkout", "-q", "-b", "presses");
    git("-c", "user.email=a@example.com", "-c", "user.name=A", "commit", "-q", "--allow-empty", "-m", "press");
    server = await startServer({ folders: [workspace.folder], data: live.data });
    await live.connect(workspace.folder);
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await workspace.remove();
    await langflow.stop();
    await provider.close();
  });

  async function make(model: string, name: string): Promise<string> {
    const flow = await live.rest("POST", "/api/v1/flows/", { name, data: agentFlow(model) });
    return (flow as { id: string }).id;
  }

  async function run(model: string, name: string): Promise<RunResult> {
    return live.ask(workspace.folder, "run", await make(model, name));
  }

  /** What the ledger says of a flow, by `langflow-connect cost`. */
  async function costOf(name: string) {
    const where = ["--workspace", workspace.folder, "--data", live.data];
    const { stdout, stderr } = await runCli(["cost", "--by", "flow", "--json", ...where]);
    assert.equal(stderr, "");
    const row = CostReport.parse(JSON.parse(stdout)).rows.find(({ key }) => key.flow === name);
    assert.ok(row, stdout);
    return row;
  }

  it("is the provider's own count: tokens of every call once, and their price", async () => {
    provider.answer(
      {
        tool: "evaluate_expression",
        args: { expression: "2+2" },
        usage: { input: 1000, output: 20, cached: 0, reasoning: 0 },
      },
      { text: "It is 4.", usage: { input: 1100, output: 8, cached: 0, reasoning: 0 } },
    );
    const result = await run("gpt-4o-mini", "Counting press");
    assert.match(result.report, /It is 4\./);
    assert.deepEqual(result.usage, {
      reported: true,
      models: [
        { model: "gpt-4o-mini", component: "Agent", inputTokens: 1000, outputTokens: 20 },
        { model: "gpt-4o-mini", component: "Agent", inputTokens: 1100, outputTokens: 8 },
      ],
    });
    assert.deepEqual(result.cost, { cost: priceOf(provider.billed), files: [] });
    const { tokens, uncounted, runs, cost } = await costOf("Counting press");
    assert.deepEqual([tokens.input, tokens.output, uncounted, runs], [2100, 28, 0, 1]);
    assert.deepEqual(billed(provider.billed), [2100, 28]);
    assert.equal(cost, priceOf(provider.billed));
  });

  it("counts a call that was tried again once, as the provider bills it", async () => {
    const before = provider.billed.length;
    provider.answer(
      { status: 500, message: "overloaded" },
      { text: "Fine.", usage: { input: 50, output: 2, cached: 0, reasoning: 0 } },
    );
    await run("gpt-4o-mini", "Patient press");
    const { tokens, uncounted } = await costOf("Patient press");
    assert.deepEqual([tokens.input, tokens.output], billed(provider.billed.slice(before)));
    assert.equal(uncounted, 0);
  });

  it("has what a run used until it failed, and says that the failed call's tokens are not known", async () => {
    const before = provider.billed.length;
    provider.answer(
      {
        tool: "evaluate_expression",
        args: { expression: "1+1" },
        usage: { input: 300, output: 9, cached: 0, reasoning: 0 },
      },
      { status: 400, message: "too long" },
    );
    await assert.rejects(run("gpt-4o-mini", "Broken press"), /too long/);
    await until("the trace of the failed run is read", async () => (await costOf("Broken press")).tokens.input > 0);
    const { tokens, uncounted, runs, cost } = await costOf("Broken press");
    assert.deepEqual([tokens.input, tokens.output], billed(provider.billed.slice(before)));
    assert.deepEqual([runs, uncounted, cost], [1, 1, null]);
  });

  it("is split over the files that a run's calls were about", async () => {
    await live.ask(workspace.folder, "push", "workspace-analysis");
    const { runId, cost } = await live.ask(workspace.folder, "run", "workspace-analysis");
    assert.deepEqual([cost?.cost, cost?.files.map(({ path }) => path)], ["0", ["src/press.ts"]]);
    const where = ["--workspace", workspace.folder, "--data", live.data];
    const files = async () => {
      const { stdout } = await runCli(["cost", "--by", "file,flow", "--json", ...where]);
      const { rows } = CostReport.parse(JSON.parse(stdout));
      return rows.filter(({ key }) => key.file === "src/press.ts").map(({ key, runs }) => [key.flow, runs]);
    };
    // The calls have no flow; their run has one, by the calls that Langflow made with its id.
    const expected = [
      ["", 0],
      ["Workspace analysis (orchard)", 1],
    ];
    await until("the calls are counted", async () => (await files()).length === expected.length);
    assert.deepEqual(await files(), expected);
    const database = new DatabaseSync(path.join(live.data, "ledger", "ledger.db"), { readOnly: true });
    const head =
      "SELECT DISTINCT branch, commit_id FROM calls WHERE run_id = ? UNION SELECT branch, commit_id FROM runs WHERE id = ?";
    const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: workspace.folder, encoding: "utf8" }).trim();
    assert.deepEqual(
      database
        .prepare(head)
        .all(runId, runId)
        .map((row) => ({ ...row })),
      [{ branch: "presses", commit_id: commit }],
    );
    database.close();
  });

  it("is unknown, not free, for a model without a price", async () => {
    assert.equal((await run("orchard-large-9", "Odd press")).cost?.cost, null);
    const { tokens, cost, unknown } = await costOf("Odd press");
    assert.deepEqual([tokens.input, cost, unknown], [120, null, ["orchard-large-9"]]);
  });
});

function billed(calls: readonly BilledCall[]): [number, number] {
  const sum = (of: (call: BilledCall) => number) => calls.reduce((total, call) => total + of(call), 0);
  return [sum(({ input }) => input), sum(({ output }) => output)];
}

/** By the price list itself, call by call. */
function priceOf(calls: readonly BilledCall[]): string {
  const prices = calls.map(({ model, input, output }) => {
    const found = calcPrice({ input_tokens: input, output_tokens: output }, model);
    assert.ok(found);
    return found.total_price;
  });
  return String(Number(prices.reduce((total, price) => total + price, 0).toFixed(12)));
}
