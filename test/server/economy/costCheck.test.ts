import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { headlessSchema, settingsSchema } from "../../../src/protocol/settings.ts";
import { createCostCheck } from "../../../src/server/economy/costCheck.ts";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";

const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);
const digest = { id: "f1", name: "Digest" };

describe("the question before an expensive run", () => {
  let data: string;
  let ledger: ReturnType<typeof createLedger>;
  let logged: string[];
  let askAbove: number;
  let check: ReturnType<typeof createCostCheck>["check"];

  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-cost-check-"));
    logged = [];
    const log = createLogger((line) => logged.push(line), "debug");
    const options = { folder: data, engine: "node", workspace: "app", keepDays: 400 } as const;
    ledger = createLedger({ workerFile, options, log, model: () => "", head: () => noHead });
    ({ check } = createCostCheck({ ledger, principal: localUser, askAbove: () => askAbove, log }));
  });
  afterEach(async () => {
    await ledger.dispose();
    await rm(data, { recursive: true, force: true });
  });

  /** 2.50 dollars for a million tokens that gpt-4o reads. */
  async function ran(model: string, ...sizes: readonly number[]) {
    for (const inputTokens of sizes) {
      const usage = { reported: true, models: [{ model, inputTokens, outputTokens: 0 }] } as const;
      const facts = { flowId: digest.id, flowName: digest.name, server: "", startedAt: new Date(), durationMs: 1 };
      await ledger.recordRun({ id: randomUUID(), outcome: "ok", usage, ...facts }, localUser);
    }
  }

  it("is asked above the amount, with the estimate, its range and the way to go on", async () => {
    await ran("gpt-4o", 100_000, 200_000, 400_000);
    askAbove = 0.499999;
    await assert.rejects(check(digest), (error) => {
      assert.ok(error instanceof ToolError);
      assert.deepEqual(
        [error.code, error.message, error.remedy, error.details],
        [
          "COST_NOT_CONFIRMED",
          'A run of "Digest" costs about $0.50 ($0.25 to $1.00) by its last 3 runs: more than the $0.499999 of langflowConnect.cost.askAbove.',
          "To run it all the same, add `--yes`, or raise langflowConnect.cost.askAbove (LFC_COST_ASK_ABOVE).",
          { flow: "f1", low: "0.25", median: "0.5", high: "1", runs: 3, askAbove: "0.499999" },
        ],
      );
      return true;
    });
  });

  it("is not asked at the amount or below, without an amount, and of another flow of the name", async () => {
    await ran("gpt-4o", 100_000, 200_000, 400_000);
    askAbove = 0.5;
    assert.equal(await check(digest), undefined);
    askAbove = 0;
    assert.equal(await check(digest), undefined);
    askAbove = 0.01;
    assert.equal(
      await check({ id: "f2", name: "Digest" }),
      "langflowConnect.cost.askAbove asked nothing: the flow had no run with known usage yet, so its cost was not known beforehand.",
    );
  });

  it("is not asked where no price is known, or the ledger cannot be read, and that is said", async () => {
    askAbove = 0.01;
    await ran("home-grown", 1_000_000);
    assert.equal(
      await check(digest),
      "langflowConnect.cost.askAbove asked nothing: the cost of the run was not known beforehand. No price is known for home-grown.",
    );
    const estimate = () => Promise.reject(new ToolError("NOT_READY", "The ledger is damaged.", "Restore it."));
    const log = createLogger((line) => logged.push(line), "debug");
    const unread = createCostCheck({ ledger: { estimate }, principal: localUser, askAbove: () => askAbove, log });
    assert.equal(
      await unread.check(digest),
      "langflowConnect.cost.askAbove asked nothing: the ledger could not be read, so the cost of the run was not known beforehand.",
    );
    assert.equal(logged.filter((line) => line.includes("cost.estimate")).length, 1);
  });

  it("takes an amount in dollars", () => {
    const inWindow = [0.5, undefined, -1, "1"].map((value) => settingsSchema.parse({ "cost.askAbove": value }));
    assert.deepEqual(
      inWindow.map((settings) => settings["cost.askAbove"]),
      [0.5, 0, 0, 0],
    );
    const headless = ["0.50", "0", "-1", "1e3", "9999999"].map(
      (text) => headlessSchema.shape["cost.askAbove"].safeParse(text).data,
    );
    assert.deepEqual(headless, [0.5, 0, undefined, undefined, undefined]);
  });
});
