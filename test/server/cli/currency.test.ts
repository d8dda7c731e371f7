import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeRun } from "../../../src/server/operations/runs.ts";
import { runCli } from "../../support/cli.ts";
import { recordRuns } from "../../support/ledgerRuns.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const euros = { LFC_COST_CURRENCY: "EUR", LFC_COST_EXCHANGE_RATE: "0.92" };

describe("amounts of the command line in another currency", () => {
  let workspace: ScratchWorkspace;
  let data: string;

  before(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    // 2.50 dollars for a million tokens that gpt-4o reads: half a dollar.
    const usage = { reported: true, models: [{ model: "gpt-4o", inputTokens: 200_000, outputTokens: 0 }] } as const;
    await recordRuns(data, [{ id: "1", flowName: "Digest", startedAt: new Date(), usage }]);
  });
  after(async () => {
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  });

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = euros) =>
    runCli([...args, "--workspace", workspace.folder, "--data", data], env);

  /** What each view of costs shows of the half dollar, by the amounts in its text. */
  const views: readonly (readonly [args: readonly string[], dollars: string, euros: string])[] = [
    [["cost", "--by", "flow"], "$0.50 $0.50", "EUR 0.46 EUR 0.46"],
    [["cost", "--line"], "$0.50 $0.50", "EUR 0.46 EUR 0.46"],
    [
      ["estimate", "Digest", "--input", "pears"],
      "$0.50 $0.50 $0.50 $0.50 $0.50 $0.50 < $0.0001",
      "EUR 0.46 EUR 0.46 EUR 0.46 EUR 0.46 EUR 0.46 EUR 0.46 < EUR 0.0001",
    ],
    [["forecast"], "$0.50 $0.50 $0.50", "EUR 0.46 EUR 0.46 EUR 0.46"],
  ];
  const amounts = (text: string) => (text.match(/(?:< )?(?:\$|EUR )\d[\d.]*\d/g) ?? []).join(" ");

  for (const [args, inDollars, inEuros] of views) {
    it(`are converted by \`${args.join(" ")}\``, async () => {
      assert.equal(amounts((await run(args, {})).stdout), inDollars);
      assert.equal(amounts((await run(args)).stdout), inEuros);
    });
  }

  it("are converted in the answer of a run", () => {
    const answer = {
      ...{ runId: "1", flow: { id: "f", name: "Digest", url: "http://127.0.0.1:7860/flow/f" }, report: "Done.\n" },
      ...{ durationMs: 1, usage: { reported: true as const, models: [] }, cost: { cost: "0.5", files: [] } },
    } as const;
    assert.match(describeRun(answer, { code: "EUR", rate: "0.92" }), /\nThis run cost EUR 0\.46\.$/);
  });

  it("stay US dollars as data, in budgets and in prices", async () => {
    for (const args of [
      ["cost", "--by", "flow", "--json"],
      ["cost", "--by", "flow", "--csv"],
      ["estimate", "Digest", "--json"],
      ["prices", "show", "gpt-4o"],
    ]) {
      const { stdout } = await run(args);
      assert.equal(stdout, (await run(args, {})).stdout, args.join(" "));
      assert.match(stdout, args[0] === "prices" ? /\$2\.5/ : /0\.5\b/, args.join(" "));
    }
    const { stdout } = await run(["budget", "set", "team", "--limit", "2", "--period", "month"]);
    assert.match(stdout, /\$0\.5 of \$2 a month spent/);
  });

  it("need a rate: without one a command ends, and names the variable", async () => {
    const { code, stdout, stderr } = await run(["cost"], { LFC_COST_CURRENCY: "EUR" });
    assert.equal(stdout, "");
    assert.notEqual(code, 0);
    assert.match(
      stderr,
      /LFC_COST_CURRENCY is EUR: set LFC_COST_EXCHANGE_RATE to how much of it one US dollar is, such as 0\.92\./,
    );
  });
});
