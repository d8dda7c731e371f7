import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitForUpdate } from "@pydantic/genai-prices";
import type { Provider } from "@pydantic/genai-prices";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import { createPriceUpdates } from "../../../src/server/economy/priceUpdates.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { runCli } from "../../support/cli.ts";
import { startServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);
const today = new Date().toISOString().slice(0, 10);

describe("The command prices", () => {
  let workspace: ScratchWorkspace;
  let data: string;
  let log: string[];

  before(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
  });
  after(() => workspace.remove());
  beforeEach(async () => {
    log = [];
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  const prices = (...args: string[]) =>
    runCli(["prices", ...args, "--workspace", workspace.folder, "--data", data], {
      LFC_COST_PRICES: JSON.stringify([{ model: "ollama/*", free: true }]),
    });

  const openLedger = () =>
    createLedger({
      workerFile,
      options: {
        folder: path.join(data, "ledger"),
        engine: "node",
        workspace: "elsewhere",
        keepDays: 400,
        prices: path.join(data, "prices.json"),
      },
      log: createLogger((line) => log.push(line)),
      model: () => "",
      head: () => noHead,
    });

  async function record(...models: readonly (readonly [id: string, model: string, input: number, output: number])[]) {
    const ledger = openLedger();
    for (const [id, model, inputTokens, outputTokens] of models) {
      const facts = { flowId: "f1", flowName: "Cider", server: "", durationMs: 1, startedAt: new Date() };
      const usage = { reported: true, models: [{ model, inputTokens, outputTokens }] } as const;
      await ledger.recordRun({ id, ...facts, outcome: "ok", usage }, localUser);
    }
    await ledger.dispose();
  }

  function sql(query: string): string {
    return execFileSync("sqlite3", [path.join(data, "ledger", "ledger.db"), query], { encoding: "utf8" }).trim();
  }

  const costs = () =>
    sql("SELECT run_id, ifnull(cost_pico, 'unknown'), price_date FROM run_uses ORDER BY run_id").split("\n");

  /** The data of the package with some changes, as their makers publish it: with fields that pricing does not read. */
  async function newer(change?: (providers: Provider[]) => void): Promise<string> {
    const providers = structuredClone((await waitForUpdate()) ?? []);
    const flat = { input_mtok: 0.123456, output_mtok: 2 };
    const tiered = { input_mtok: { base: 1, tiers: [{ start: 1000, price: 2 }] }, output_mtok: 2 };
    const match = (id: string) => ({ id, match: { equals: id } });
    providers.push({
      ...{ id: "orchard", name: "Orchard", api_pattern: "https://orchard", model_match: { starts_with: "plum" } },
      models: [
        { ...match("plum-1"), prices: flat },
        { ...match("plum-tiers"), prices: tiered },
      ],
    });
    const openai = providers.find(({ id }) => id === "openai");
    const gpt4o = openai?.models.find(({ id }) => id === "gpt-4o");
    assert.ok(openai && gpt4o);
    gpt4o.prices = { ...(gpt4o.prices as object), input_mtok: 3 };
    openai.models = openai.models.filter(({ id }) => id !== "babbage");
    change?.(providers);
    return JSON.stringify(providers);
  }

  async function newerFile(change?: Parameters<typeof newer>[0]): Promise<string> {
    const file = path.join(data, "newer.json");
    await writeFile(file, await newer(change));
    return file;
  }

  it("shows the models that runs have used, with their prices now and what has none", async () => {
    await record(["1", "gpt-4o", 10, 1], ["2", "gpt-4o", 10, 1], ["3", "plum-1", 10, 1], ["4", "ollama/qwen3", 1, 1]);
    const models = ((await waitForUpdate()) ?? []).flatMap((provider) => provider.models).length;
    const { code, stdout, stderr } = await prices("show");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(stdout.split("\n"), [
      `Price list 0.1.8 of 2026-09-23 (part of the product), ${String(models)} models. US dollars for a million tokens:`,
      "gpt-4o  input $2.5, output $10, cache read $1.25  (list, 2 runs)",
      "ollama/qwen3  input $0, output $0  (own price, 1 run, 1 of unknown cost)",
      "plum-1  (no price is known, 1 run, 1 of unknown cost)",
      "2 runs of unknown cost. Use `prices update` for newer prices.",
      "",
    ]);
    const one = JSON.parse((await prices("show", "gemini-2.5-pro", "--json")).stdout) as { models: unknown };
    const price = { input: "1.25", output: "10", cacheRead: "0.125", tiers: true };
    assert.deepEqual(one.models, [{ model: "gemini-2.5-pro", source: "list", price, runs: 0, unknownRuns: 0 }]);
  });

  it("takes a newer list from a file, says what changed, and prices what was unknown and nothing else", async () => {
    await record(["1", "gpt-4o", 1000, 10], ["2", "plum-1", 1_000_001, 7], ["3", "plum-tiers", 1001, 1]);
    await record(["4", "plum-tiers", 1000, 1], ["5", "pear-1", 1, 1], ["6", "ollama/qwen3", 5, 5]);
    const recorded = ["1|2600000000", "2|unknown", "3|unknown"].map((row) => `${row}|2026-09-23`);
    assert.deepEqual(costs().slice(0, 3), recorded);
    const { code, stdout, stderr } = await prices("update", "--from", await newerFile());
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.deepEqual(stdout.split("\n").slice(1), [
      "2 models added:",
      "  orchard/plum-1",
      "  orchard/plum-tiers",
      "1 model removed:",
      "  openai/babbage",
      "1 model with another price:",
      "  openai/gpt-4o: input $2.5, output $10, cache read $1.25 → input $3, output $10, cache read $1.25",
      "3 runs of unknown cost got a price.",
      "2 runs of unknown cost left.",
      "",
    ]);
    assert.deepEqual(costs(), [
      "1|2600000000|2026-09-23",
      `2|${String(1_000_001n * 123_456n + 7n * 2_000_000n)}|${today}`,
      // Calls of more than 1,000 tokens cost more, and how large they were is not known.
      "3|unknown|2026-09-23",
      `4|1002000000|${today}`,
      "5|unknown|2026-09-23",
      "6|0|own",
    ]);
    // The totals of every quarter of an hour, too.
    const totals = sql("SELECT sum(cost_pico), sum(unpriced) FROM run_totals");
    const known = 2_600_000_000n + 1_000_001n * 123_456n + 14_000_000n + 1_002_000_000n;
    assert.equal(totals, `${String(known)}|2`);
    assert.equal((await stat(path.join(data, "prices.json"))).mode & 0o777, 0o600);
  });

  it("uses the list in every process from then on, also in one that runs", async () => {
    const server = await startServer({ folders: [workspace.folder], data, env: { LFC_STORAGE_ENGINE: "node" } });
    const running = openLedger();
    try {
      assert.equal((await running.prices("gpt-4o", localUser)).models[0]?.price?.input, "2.5");
      assert.equal((await prices("update", "--from", await newerFile())).code, 0);
      assert.match(
        (await prices("show", "gpt-4o")).stdout,
        /^Price list [0-9a-f]{12} of \S+ \(updated\)[^]*input \$3,/,
      );
      const { models, list } = await running.prices("gpt-4o", localUser);
      assert.deepEqual([models[0]?.price?.input, list.updated, list.date], ["3", true, today]);
    } finally {
      await running.dispose();
      await server.stop();
    }
    await record(["1", "gpt-4o", 1, 0]);
    assert.deepEqual(costs(), [`1|3000000|${today}`]);
  });

  it("refuses what is no list, or an older one, and keeps the prices", async () => {
    for (const [text, said] of [
      ["<html>", /^This is not a price list of genai-prices\. The prices stay as they are\./],
      [await newer((all) => all.splice(0, 20)), /^The list has \d+ models, fewer than the 1694 of the list in use/],
      [
        await newer((all) => Object.assign(all[0]?.models[0] ?? {}, { prices: { input_mtok: -1 } })),
        /list .* at 0\.models\.0\.prices/,
      ],
      [await newer((all) => Object.assign(all[1] ?? {}, { api_pattern: "(" })), /at 1\.api_pattern\./],
      [" ".repeat(9 * 2 ** 20), /larger than 8 MB/],
    ] as const) {
      const file = path.join(data, "given.json");
      await writeFile(file, text);
      const { code, stdout, stderr } = await prices("update", "--from", file);
      assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
      assert.match(stderr, said);
    }
    await assert.rejects(stat(path.join(data, "prices.json")));
    const missing = await prices("update", "--from", path.join(data, "none.json"));
    assert.match(missing.stderr, /none\.json cannot be read\. Give the path of a file/);
  });

  it("uses the list of the product where the kept one is damaged, and says so in the log", async () => {
    await writeFile(path.join(data, "prices.json"), "{");
    await record(["1", "gpt-4o", 1, 0]);
    assert.deepEqual(costs(), ["1|2500000|2026-09-23"]);
    assert.match(log.join("\n"), /ledger\.notice.*prices\.json is damaged/);
  });

  it("uses the list of the product once that is newer than the kept one", async () => {
    assert.equal((await prices("update", "--from", await newerFile())).code, 0);
    const file = path.join(data, "prices.json");
    await writeFile(file, (await readFile(file, "utf8")).replace(today, "2026-09-22"));
    assert.match((await prices("show", "gpt-4o")).stdout, /^Price list 0\.1\.8 of 2026-09-23[^]*input \$2\.5,/);
  });

  it("downloads the list, and says when that fails", async () => {
    let answer: { status: number; text: string } = { status: 200, text: await newer() };
    const asked: string[] = [];
    const origin = createServer((request, response) => {
      asked.push(`${String(request.method)} ${String(request.url)}`);
      response.writeHead(answer.status, { "content-type": "text/plain" }).end(answer.text);
    });
    await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${String((origin.address() as AddressInfo).port)}/v2/data.json`;
    const ledger = openLedger();
    const updates = createPriceUpdates({ ledger, network: {}, url, now: () => new Date("2026-12-24T23:59:00Z") });
    const update = () => updates.update({ signal: new AbortController().signal }, localUser);
    try {
      const { added, list } = await update();
      assert.deepEqual([added, list.date], [["orchard/plum-1", "orchard/plum-tiers"], "2026-12-24"]);
      assert.deepEqual(asked, ["GET /v2/data.json"]);
      assert.deepEqual((await update()).added, []);
      answer = { status: 500, text: "" };
      await assert.rejects(update(), /could not be downloaded from http:\S+data\.json \(HTTP 500\)/);
      answer = { status: 302, text: "" };
      await assert.rejects(update(), /redirects are not followed/);
      answer = { status: 200, text: `[${" ".repeat(8 * 2 ** 20)}]` };
      await assert.rejects(update(), /larger than 8 MB/);
    } finally {
      await ledger.dispose();
      origin.close();
    }
  });

  it("names what can be done", async () => {
    for (const args of [["raise"], ["show", "--from", "x"], ["show", "a", "b"]]) {
      const { code, stderr } = await prices(...args);
      assert.equal(code, 2);
      assert.match(stderr, /^(Use `prices show \[MODEL\]` or|prices show has no --from|Too many arguments: b)/);
    }
  });
});
