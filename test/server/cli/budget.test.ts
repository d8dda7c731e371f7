import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "../../support/cli.ts";
import { recordRuns as recordLedgerRuns } from "../../support/ledgerRuns.ts";
import { startServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

describe("The command budget", () => {
  let workspace: ScratchWorkspace;
  let data: string;
  const budget = (...args: string[]) =>
    runCli(["budget", ...args, "--workspace", workspace.folder, "--data", data], { TZ: "Europe/Berlin" });

  before(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
  });
  after(() => workspace.remove());
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  /** Two runs of this moment, as another process records them: 30 cents, and one without usage. */
  async function recordRuns() {
    const facts = { flowId: "f1", flowName: "Cider report", startedAt: new Date() };
    const usages = [
      { reported: true, models: [{ model: "gpt-4o", inputTokens: 120_000, outputTokens: 0 }] },
      { reported: false, reason: "not reported by this version" },
    ] as const;
    await recordLedgerRuns(
      data,
      usages.map((usage) => ({ id: randomUUID(), ...facts, usage })),
    );
  }

  async function showsBudgets() {
    assert.deepEqual(await budget("list"), {
      code: 0,
      stdout: "No budgets. Use `budget set NAME` to make one.\n",
      stderr: "",
    });
    await recordRuns();
    const set = await budget(
      "set",
      "team",
      "--limit",
      "2.50",
      "--period",
      "month",
      "--scope",
      "flow=Cider report",
      "--hard",
    );
    assert.equal(set.code, 0, set.stderr);
    const more = await budget("set", "all", "--limit", "0.1", "--period", "day", "--json");
    // Berlin's midnight in UTC, by the same rule as `date`: 22:00 in summer, 23:00 in winter.
    const { periodEnd, ...facts } = JSON.parse(more.stdout) as Record<string, unknown>;
    assert.deepEqual(facts, {
      ...{ name: "all", limit: "0.1", period: "day", hard: false },
      ...{ spent: "0.3", left: "0", unknownRuns: 1 },
    });
    assert.match(String(periodEnd), /T2[23]:00:00\.000Z$/);
    const { stdout } = await budget("list");
    const unknown = "  1 run is not, or not wholly, in the sum: no usage was reported, or no price is known.";
    assert.deepEqual(stdout.replaceAll(/\d{4}-\d\d-\d\d/g, "DATE").split("\n"), [
      "all  $0.3 of $0.1 a day spent, $0 left until DATE 00:00 (soft)",
      unknown,
      "team  $0.3 of $2.50 a month spent, $2.2 left until DATE 00:00 (hard, flow Cider report)",
      unknown,
      "",
    ]);
    assert.equal((await budget("remove", "all")).stdout, "Removed.\n");
    const left = JSON.parse((await budget("list", "--json")).stdout) as { name: string; scope: unknown }[];
    assert.deepEqual(
      left.map(({ name, scope }) => [name, scope]),
      [["team", { kind: "flow", value: "Cider report" }]],
    );
    const again = await budget("remove", "all");
    assert.deepEqual(again, {
      code: 1,
      stdout: "",
      stderr: 'There is no budget "all". Use `langflow-connect budget list` to see all.\n',
    });
  }

  it("sets, lists and removes budgets without a running server", showsBudgets);

  it("does the same through the running server", async () => {
    const server = await startServer({ folders: [workspace.folder], data, env: { TZ: "Europe/Berlin" } });
    try {
      await showsBudgets();
    } finally {
      await server.stop();
    }
  });

  it("names a damaged file and ends with 1", async () => {
    await writeFile(path.join(data, "budgets.json"), "[]");
    const { code, stdout, stderr } = await budget("list");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /The file of budgets .*budgets\.json is damaged: .*Correct it, or remove it/);
  });

  it("ends with 2 on wrong use, and changes nothing", async () => {
    for (const [args, said] of [
      [[], /Use `budget list`/],
      [["set"], /Use `budget list`/],
      [["list", "team"], /Too many arguments: team/],
      [["list", "--hard"], /budget list has no --hard/],
      [["set", "team", "--period", "day"], /set needs --limit\. US dollars as a decimal/],
      [["set", "team", "--limit", "5"], /set needs --period\. One of day, week, month/],
      [["set", "team", "--limit", "-5", "--period", "day"], /./],
      [["set", "team", "--limit", "1,50", "--period", "day"], /limit: must be US dollars as a decimal, such as 2\.50/],
      [["set", "team", "--limit", "5", "--period", "year"], /period: /],
      [["set", "te am", "--limit", "5", "--period", "day"], /name: has letters, digits, dots/],
      [["set", "team", "--limit", "5", "--period", "day", "--scope", "Cider"], /scope: must be KIND=VALUE/],
    ] as const) {
      const { code, stdout, stderr } = await budget(...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, said);
    }
    assert.equal((await budget("list", "--json")).stdout, "[]\n");
  });
});
