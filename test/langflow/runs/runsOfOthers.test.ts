import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { calcPrice } from "@pydantic/genai-prices";
import { CostReport } from "../../../src/protocol/cost.ts";
import { runCli } from "../../support/cli.ts";
import { until } from "../../support/editor.ts";
import { startLangflow } from "../../support/langflow.ts";
import type { Langflow } from "../../support/langflow.ts";
import { startModelProvider } from "../../support/modelProvider.ts";
import type { BilledCall, ModelProvider, Scripted } from "../../support/modelProvider.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { agentFlow } from "../agentFlow.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

/** As many as a run of the suite has time for; LFC_TEST_RUNS sets another number. */
const runCount = Number(process.env["LFC_TEST_RUNS"] ?? 40);
const atOnce = 4;
/** By `run`, by `run` with an answer that is streamed, and as the canvas's playground does. */
const ways = ["api", "streamed", "canvas"] as const;
type Way = (typeof ways)[number];

describe("runs that others start in Langflow 1.13.0, and the provider's own log", function () {
  this.timeout(120_000 + runCount * 5_000);
  let provider: ModelProvider;
  let langflow: Langflow;
  let live: Live;
  let workspaces: ScratchWorkspace[];
  let servers: RunningServer[];
  const flows = { "gpt-4o-mini": "Small press", "gpt-4o": "Large press", "orchard-large-9": "Odd press" } as const;
  type Model = keyof typeof flows;
  const models = Object.keys(flows) as Model[];
  const ids = new Map<Model, string>();
  const started = new Map<Model, number>();

  before(async () => {
    provider = await startModelProvider();
    langflow = await startLangflow({ version: "1.13.0", modelProvider: provider.url });
    live = await startLive("1.13.0", langflow);
    workspaces = [await scratchWorkspace({ "a.md": "# A\n" }), await scratchWorkspace({ "b.md": "# B\n" })];
    servers = [];
    for (const { folder } of workspaces) servers.push(await startServer({ folders: [folder], data: live.data }));
    for (const model of models) {
      const made = await live.rest("POST", "/api/v1/flows/", { name: flows[model], data: agentFlow(model) });
      ids.set(model, (made as { id: string }).id);
    }
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await live.stop();
    await Promise.all(workspaces.map((workspace) => workspace.remove()));
    await langflow.stop();
    await provider.close();
  });

  async function report(by: string): Promise<CostReport> {
    const { stdout, stderr } = await runCli(["cost", "--by", by, "--json", ...where()]);
    assert.equal(stderr, "");
    return CostReport.parse(JSON.parse(stdout));
  }

  function where(): string[] {
    return ["--workspace", workspaces[0]?.folder ?? "", "--data", live.data];
  }

  /** The script of a provider has one order, so the usages are drawn from it as they come. */
  async function runBy(way: Way, model: Model): Promise<void> {
    started.set(model, (started.get(model) ?? 0) + 1);
    const [question, id] = ["How many pears?", ids.get(model) ?? ""];
    const [path, body] =
      way === "canvas"
        ? [
            `/api/v1/build/${id}/flow?event_delivery=direct`,
            { inputs: { input_value: question, session: randomUUID() } },
          ]
        : [`/api/v1/run/${id}?stream=${String(way === "streamed")}`, { input_value: question, output_type: "chat" }];
    const headers = { "x-api-key": langflow.apiKey, "content-type": "application/json" };
    const response = await fetch(`${langflow.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    await response.text().catch(() => undefined);
  }

  it("are in the ledger once each, with every token of the provider's log", async () => {
    // Two windows are connected: both read the traces, and one run is one run.
    for (const { folder } of workspaces) await live.connect(folder);
    provider.answer(...scripted(runCount * 2));
    let next = 0;
    const lane = async () => {
      while (next < runCount) {
        const index = next++;
        await runBy(
          ways[Math.floor(index / models.length) % ways.length] ?? "api",
          models[index % models.length] ?? "gpt-4o",
        );
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    await until("every run is there", async () => (await report("flow")).total.runs >= runCount, 120_000);

    // Tokens were read from a cache, and calls were streamed, which makes no difference to what is counted.
    assert.ok(provider.billed.some(({ cached }) => cached > 0));
    assert.ok(
      provider.billed.some(({ streamed }) => streamed),
      JSON.stringify(provider.billed.length),
    );
    const byModel = await report("model");
    assert.equal(byModel.total.tokens.cacheRead, null);
    for (const model of models) {
      const billed = provider.billed.filter((call) => call.model === model);
      const row = byModel.rows.find(({ key }) => key.model === model);
      assert.deepEqual(tokensOf(row), sumOf(billed), model);
      assert.equal(row?.runs, started.get(model), model);
      const failed = row?.uncounted ?? 0;
      assert.equal(row?.cost ?? null, failed > 0 ? null : priceOf(billed), model);
    }
    for (const by of ["flow", "component", "day", "month", "client", "flow,component,model,day"]) {
      const { rows, total } = await report(by);
      const input = rows.reduce((sum, { tokens }) => sum + tokens.input, 0);
      assert.deepEqual(
        [total.runs, tokensOf(total), input],
        [runCount, sumOf(provider.billed), total.tokens.input],
        by,
      );
    }
    const components = (await report("component")).rows.map(({ key }) => key.component);
    assert.deepEqual(components, ["Agent"]);
  });

  it("are counted once when one is ours and its trace is read too, and by a budget", async () => {
    const before = (await report("flow")).total.runs;
    await live.ask(workspaces[0]?.folder ?? "", "run", "Small press");
    for (const { folder } of workspaces) await live.connect(folder);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    assert.equal((await report("flow")).total.runs, before + 1);
    const { rows } = await report("client");
    assert.deepEqual(
      rows.map(({ key }) => key.client),
      ["langflow"],
    );

    const set = ["budget", "set", "pears", "--limit", "0.000001", "--period", "day", "--scope", "flow=Large press"];
    assert.equal((await runCli([...set, "--hard", ...where()])).code, 0);
    const refused = await live.cli(workspaces[0]?.folder ?? "", "run", "Large press");
    assert.match(refused.stderr, /The hard budget "pears" stops this run/);
  });

  it("are there when the server starts after them", async () => {
    const { runs } = (await report("flow")).total;
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await runBy("api", "gpt-4o-mini");
    servers.push(await startServer({ folders: [workspaces[0]?.folder ?? ""], data: live.data }));
    await live.connect(workspaces[0]?.folder ?? "");
    await until("the run is there", async () => (await report("flow")).total.runs === runs + 1, 60_000);
  });
});

/** Calls of a tool, answers, and errors that are tried again; of different sizes, so that no two could be mixed up. */
function scripted(count: number): Scripted[] {
  return Array.from({ length: count }, (_, index) => {
    const usage = {
      input: 1_000 + index * 7,
      output: 10 + (index % 13),
      cached: index % 5 === 0 ? 512 : 0,
      reasoning: 0,
    };
    if (index % 9 === 4) return { status: 500, message: "overloaded" };
    if (index % 3 === 1) return { tool: "evaluate_expression", args: { expression: "1+1" }, usage };
    return { text: `There are ${String(index)}.`, usage };
  });
}

function tokensOf(row: CostReport["total"] | undefined): readonly [number, number] {
  return [row?.tokens.input ?? -1, row?.tokens.output ?? -1];
}

function sumOf(calls: readonly BilledCall[]): readonly [number, number] {
  return [calls.reduce((sum, { input }) => sum + input, 0), calls.reduce((sum, { output }) => sum + output, 0)];
}

/** By the price list itself, call by call; null for a model that it does not have. */
function priceOf(calls: readonly BilledCall[]): string | null {
  let pico = 0;
  for (const { model, input, output } of calls) {
    const found = calcPrice({ input_tokens: input, output_tokens: output }, model);
    if (!found) return null;
    pico += Math.round(found.total_price * 1e12);
  }
  return (pico / 1e12).toFixed(12).replace(/\.?0+$/, "");
}
