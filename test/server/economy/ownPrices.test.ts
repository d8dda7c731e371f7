import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitForUpdate } from "@pydantic/genai-prices";
import { OwnPrices, ownPricesProblem } from "../../../src/protocol/ownPrices.ts";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import { costOf, priceDate, useOwnPrices } from "../../../src/server/economy/prices.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { readSettings } from "../../../src/server/cli/settings.ts";

const at = new Date("2026-11-20T12:00:00Z");

const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);

describe("own prices", () => {
  afterEach(() => useOwnPrices([]));

  function cost(prices: unknown, model: string, tokens: Parameters<typeof costOf>[1]) {
    useOwnPrices(OwnPrices.parse(prices));
    return costOf(model, tokens, at);
  }

  it("are exact, for more tokens than floating point counts", () => {
    const prices = [{ model: "plum-1", input: "0.123457", output: 9.99, cacheRead: "0.000001", cacheWrite: 0.5 }];
    const tokens = { input: 123_456_789_012, output: 7_777_777_777, cacheRead: 3, cacheWrite: 5 };
    // Written out by hand: tokens that are not of the cache, from the cache, into it, and written.
    const pico = (123_456_789_012n - 8n) * 123_457n + 3n * 1n + 5n * 500_000n + 7_777_777_777n * 9_990_000n;
    assert.deepEqual(cost(prices, "plum-1", tokens), { pico, source: "own" });
  });

  it("take tokens of the cache as any other where they say nothing of it", () => {
    const prices = [{ model: "plum-1", input: 2, output: 3 }];
    assert.equal(cost(prices, "plum-1", { input: 10, output: 1, cacheRead: 4 }).pico, 23_000_000n);
  });

  it("leave a cost unknown when more tokens are of the cache than were read", () => {
    const prices = [{ model: "plum-1", input: 2, output: 3 }];
    assert.equal(cost(prices, "plum-1", { input: 10, output: 1, cacheRead: 11 }).pico, undefined);
  });

  it("make a local model free by a pattern, with or without its provider, and no other", () => {
    const prices = [
      { model: "ollama/*", free: true },
      { model: "llama*:8b", free: true },
    ];
    const free = (model: string) => cost(prices, model, { input: 9, output: 9 }).pico === 0n;
    const models = ["ollama/qwen3", "Ollama/x/y", "llama3.2:8b", "groq/llama3.2:8b", "llama3.2:70b", "my-ollama/qwen3"];
    assert.deepEqual(models.filter(free), ["ollama/qwen3", "Ollama/x/y", "llama3.2:8b", "groq/llama3.2:8b"]);
  });

  it("match a pattern of many stars in short time", () => {
    const started = performance.now();
    cost([{ model: `${"*a".repeat(99)}b`, free: true }], "a".repeat(120), { input: 1, output: 1 });
    assert.ok(performance.now() - started < 100);
  });

  it("take a discount off the price of the list, of a provider or a model, as it stands in the data", async () => {
    // $2.50 and $10 for a million tokens, looked up in the raw data and not by our function.
    const openai = (await waitForUpdate())?.find(({ id }) => id === "openai");
    const prices = openai?.models.find(({ id }) => id === "gpt-4o")?.prices as unknown as Record<string, number>;
    const perMillion = BigInt((prices["input_mtok"] ?? 0) * 1e6);
    assert.equal(perMillion, 2_500_000n);
    const whole = 1001n * perMillion;
    for (const [entry, source] of [
      [{ provider: "OpenAI", discount: "12.5" }, `${priceDate} -12.5%`],
      [{ model: "gpt-4*", discount: 12.5 }, `${priceDate} -12.5%`],
    ] as const) {
      const found = cost([entry], "gpt-4o", { input: 1001, output: 0 });
      assert.deepEqual(found, { pico: (whole * 875n) / 1000n, source });
      assert.equal(cost([entry], "claude-sonnet-4-5", { input: 1000, output: 0 }).pico, 3_000_000_000n);
    }
    // A half of the smallest amount goes up.
    useOwnPrices(OwnPrices.parse([{ model: "gpt-4o", discount: "0.01" }]));
    assert.equal(costOf("gpt-4o", { input: 1, output: 0 }, at).pico, 2_500_000n - 250n);
  });

  it("leave what no list knows unknown, also with a discount", () => {
    assert.equal(
      cost([{ provider: "orchard", discount: 50 }], "orchard/plum-9", { input: 1, output: 1 }).pico,
      undefined,
    );
  });

  it("count in their order: the first that fits", () => {
    const prices = [
      { model: "plum-1", input: 1, output: 1 },
      { model: "plum-*", input: 2, output: 2 },
    ];
    assert.equal(cost(prices, "plum-1", { input: 1, output: 0 }).pico, 1_000_000n);
    assert.equal(cost(prices, "plum-2", { input: 1, output: 0 }).pico, 2_000_000n);
  });

  it("count for the runs that are recorded from then on, also in a new thread, and change no recorded cost", async () => {
    const data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    let prices = OwnPrices.parse([{ model: "gpt-4o", input: 100, output: 0 }]);
    const open = () =>
      createLedger({
        workerFile,
        options: { folder: data, engine: "node", workspace: "app", keepDays: 400 },
        log: createLogger(() => undefined),
        model: () => "",
        head: () => noHead,
        ownPrices: () => prices,
      });
    const run = (id: string) => ({
      ...{ id, flowId: "f", flowName: "Cider", server: "", startedAt: at, durationMs: 1, outcome: "ok" as const },
      usage: { reported: true, models: [{ model: "gpt-4o", inputTokens: 3, outputTokens: 0 }] } as const,
    });
    const first = open();
    await first.recordRun(run("1"), localUser);
    prices = OwnPrices.parse([{ model: "gpt-4o", free: true }]);
    await first.recordRun(run("2"), localUser);
    prices = [];
    await first.recordRun(run("3"), localUser);
    await first.dispose();
    prices = OwnPrices.parse([{ provider: "openai", discount: 50 }]);
    const second = open();
    await second.recordRun(run("4"), localUser);
    await second.dispose();
    const query = "SELECT run_id, cost_pico, price_date FROM run_uses ORDER BY run_id";
    const rows = execFileSync("sqlite3", [path.join(data, "ledger.db"), query], { encoding: "utf8" });
    await rm(data, { recursive: true });
    assert.deepEqual(rows.trim().split("\n"), [
      "1|300000000|own",
      "2|0|own",
      `3|7500000|${priceDate}`,
      `4|3750000|${priceDate} -50%`,
    ]);
  });

  it("are refused with the entry and the field that is wrong", () => {
    const good = { model: "plum-1", free: true };
    for (const [value, said] of [
      [{}, /^must be a list of prices$/],
      [
        [good, { model: "plum-2", input: -1, output: 2 }],
        /^entry 2 \(plum-2\): input must be US dollars for a million/,
      ],
      [[{ model: "plum-2", input: "1.1234567", output: 2 }], /^entry 1 \(plum-2\): input must be .*six decimals$/],
      [[{ model: "plum-2", input: 1 }], /^entry 1 \(plum-2\): must have one of: input and output, discount, free$/],
      [[{ model: "plum-2", free: true, discount: 5 }], /^entry 1 \(plum-2\): must have one of/],
      [[{ model: "plum-2", free: false }], /^entry 1 \(plum-2\): free must be true, or left out$/],
      [[{ provider: "openai", discount: 101 }], /^entry 1 \(openai\): discount must be a percentage from 0 to 100/],
      [[{ free: true }], /^entry 1: must have a model or a provider$/],
      [[{ model: "plum-2", inptu: 1, free: true }], /^entry 1 \(plum-2\): Unrecognized key: "inptu"$/],
    ] as const) {
      assert.match(ownPricesProblem(value) ?? "", said);
      assert.throws(
        () => readSettings({}, { LFC_COST_PRICES: JSON.stringify(value) }),
        ({ message }: Error) => message === `LFC_COST_PRICES: ${ownPricesProblem(value) ?? ""}.`,
      );
    }
    assert.equal(ownPricesProblem([good]), undefined);
    assert.throws(() => readSettings({}, { LFC_COST_PRICES: "[" }), /^Error: LFC_COST_PRICES: it is not JSON\.$/);
    const settings = readSettings({}, { LFC_COST_PRICES: JSON.stringify([good]) });
    assert.deepEqual(settings["cost.prices"], [good]);
  });
});
