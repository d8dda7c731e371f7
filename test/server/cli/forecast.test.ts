import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CostForecast } from "../../../src/protocol/forecast.ts";
import { createLedger } from "../../../src/server/economy/ledger.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { noHead } from "../../../src/server/platform/gitHead.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { runCli } from "../../support/cli.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const workerFile = new URL("../../../dist/server/ledgerWorker.mjs", import.meta.url);

describe("The command forecast", () => {
  let workspace: ScratchWorkspace;
  let data: string;

  before(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
  });
  after(() => workspace.remove());
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  const openLedger = () =>
    createLedger({
      workerFile,
      options: { folder: path.join(data, "ledger"), engine: "node", workspace: "elsewhere", keepDays: 400 },
      log: createLogger(() => undefined),
      model: () => "",
      head: () => noHead,
      ownPrices: () => prices,
    });
  // A dollar for a token.
  const prices = [{ model: "plum", input: 1_000_000, output: 0 }];

  /** A run of two dollars on each of so many local days before a time. */
  async function record(ledger: ReturnType<typeof openLedger>, now: Date, days: readonly number[], model = "plum") {
    for (const back of days) {
      const startedAt = new Date(now.getFullYear(), now.getMonth(), now.getDate() - back, 0, 5);
      const facts = { id: randomUUID(), flowId: "f", flowName: "Cider", server: "", durationMs: 1, startedAt };
      const usage = { reported: true, models: [{ model, inputTokens: 2, outputTokens: 0 }] } as const;
      await ledger.recordRun({ ...facts, outcome: "ok", usage }, localUser);
    }
  }

  it("adds what is expected of the rest of day, week and month to what was spent", async () => {
    const ledger = openLedger();
    // A Wednesday, the 18th of 30 days, at six in the morning.
    const now = new Date(2026, 10, 18, 6);
    await record(
      ledger,
      now,
      Array.from({ length: 41 }, (_, back) => back),
    );
    const { days, periods, unknownDays } = await ledger.forecast(now, localUser);
    await ledger.dispose();
    assert.deepEqual([days, unknownDays], [40, []]);
    const figures = periods.map(({ period, spent, expected, low, high }) => [period, spent, expected, low, high]);
    // Three quarters of today, and the days after it, at two dollars.
    assert.deepEqual(figures, [
      ["day", "2", "3.5", "3.5", "3.5"],
      ["week", "6", "15.5", "15.5", "15.5"],
      ["month", "36", "61.5", "61.5", "61.5"],
    ]);
  });

  it("names days with an unknown cost, and counts days without a run as what they are", async () => {
    const ledger = openLedger();
    const now = new Date(2026, 10, 18, 0);
    await record(ledger, now, [20, 10]);
    await record(ledger, now, [5], "pear");
    const { days, unknownDays, periods } = await ledger.forecast(now, localUser);
    await ledger.dispose();
    assert.deepEqual([days, unknownDays], [20, ["2026-11-13"]]);
    const [day] = periods;
    assert.ok(Number(day?.expected) > 0 && Number(day?.expected) < 2, JSON.stringify(day));
  });

  it("gives no figures for less than 14 days, and says so", async () => {
    const ledger = openLedger();
    await record(ledger, new Date(), [13, 0]);
    await record(ledger, new Date(), [3], "pear");
    await ledger.dispose();
    const run = (...args: string[]) => runCli(["forecast", "--workspace", workspace.folder, "--data", data, ...args]);
    const { code, stdout, stderr } = await run();
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^Today {7}\$2\.00 spent\nThis week {3}\$[\d.]+ spent\nThis month {2}\$[\d.]+ spent\n/m);
    assert.match(
      stdout,
      /^No forecast yet: the ledger has 13 whole days since the first flow run, and a forecast needs 14\.$/m,
    );
    assert.match(stdout, /^On 1 day, runs had an unknown cost, which is not in the figures\.$/m);
    const { periods } = CostForecast.parse(JSON.parse((await run("--json")).stdout));
    assert.deepEqual(
      periods.map(({ expected }) => expected),
      [undefined, undefined, undefined],
    );
    const wrong = await run("--by", "day");
    assert.equal(wrong.code, 2);
  });

  it("shows the figures with their band", async () => {
    const ledger = openLedger();
    await record(
      ledger,
      new Date(),
      Array.from({ length: 30 }, (_, back) => back + 1),
    );
    await ledger.dispose();
    const { stdout } = await runCli(["forecast", "--workspace", workspace.folder, "--data", data]);
    const band = / spent, \$[\d.]+ expected at its end, four of five times \$[\d.]+ to \$[\d.]+$/m;
    assert.equal(stdout.split("\n").filter((line) => band.test(line)).length, 3, stdout);
    assert.match(stdout, /^By 30 days of history\.$/m);
  });
});
