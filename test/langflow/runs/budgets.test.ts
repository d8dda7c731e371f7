import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { runCli } from "../../support/cli.ts";
import { recordRuns } from "../../support/ledgerRuns.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

describe("budgets of runs in a real Langflow", function () {
  this.timeout(180_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  const budget = async (...args: string[]) => {
    const { code, stderr } = await runCli(["budget", ...args, "--workspace", workspace.folder, "--data", live.data]);
    assert.equal(code, 0, stderr);
  };

  before(async () => {
    [live, workspace] = await Promise.all([
      startLive("1.13.0"),
      scratchWorkspace({ "src/pear.ts": "export const pear = 1;\n" }, { name: "Budget App" }),
    ]);
    server = await startServer({ folders: [workspace.folder], data: live.data });
    await live.connect(workspace.folder);
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await workspace.remove();
  });

  it("warn in a run's answer when they are soft, and stop it when they are hard, however it is started", async () => {
    const { id } = await live.ask(workspace.folder, "push", "workspace-analysis");
    await budget("set", "none", "--limit", "0", "--period", "week", "--scope", `flow=${id}`);
    const run = await live.ask(workspace.folder, "run", "workspace-analysis");
    assert.deepEqual(run.warnings, ['The budget "none" is used up: $0 of $0 spent this week.']);
    assert.match((await live.cli(workspace.folder, "run", id)).stdout, /\nWarning: The budget "none" is used up/);
    assert.equal(server.log().match(/budget\.reached/g)?.length, 2);

    await budget("set", "none", "--limit", "0", "--period", "week", "--scope", `flow=${id}`, "--hard");
    const traces = async () => (await live.cli(workspace.folder, "traces", id, "--json")).stdout;
    const before = await traces();
    for (const name of ["workspace-analysis", id]) {
      const { code, stdout, stderr } = await live.cli(workspace.folder, "run", name);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /The hard budget "none" stops this run: \$0 of \$0 spent this week, until /);
    }
    await server.stop();
    server = await startServer({
      folders: [workspace.folder],
      data: live.data,
      args: ["--langflow", live.langflow.url, "--key-file", live.keyFile, "--run", "workspace-analysis"],
    });
    const deadline = Date.now() + 60_000;
    while (!server.log().includes("To go on, raise it") && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.match(server.log(), /The hard budget "none" stops this run/);
    assert.equal(await traces(), before, "nothing ran in Langflow");

    await budget("remove", "none");
    assert.equal((await live.ask(workspace.folder, "run", id)).warnings, undefined);
  });

  it("are not all that stops a run: above cost.askAbove it begins only with --yes, and an unknown cost is said", async () => {
    const { id } = await live.ask(workspace.folder, "push", "workspace-analysis");
    await server.stop();
    server = await startServer({
      folders: [workspace.folder],
      data: live.data,
      env: { LFC_COST_ASK_ABOVE: "0.30" },
    });
    const run = (...flags: string[]) => live.cli(workspace.folder, "run", "workspace-analysis", ...flags);
    const first = await run();
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stdout,
      /\n> langflowConnect\.cost\.askAbove asked nothing: the flow had no run with known usage yet/,
    );
    const usage = { reported: true, models: [{ model: "gpt-4o", inputTokens: 200_000, outputTokens: 0 }] } as const;
    await recordRuns(live.data, [
      { id: randomUUID(), flowId: id, flowName: "Workspace analysis", startedAt: new Date(), usage },
    ]);
    const traces = async () => (await live.cli(workspace.folder, "traces", id, "--json")).stdout;
    const before = await traces();
    const refused = await run();
    assert.deepEqual([refused.code, refused.stdout], [1, ""]);
    assert.match(
      refused.stderr,
      /costs about \$0\.50 \(\$0\.50 to \$0\.50\) by its last run: more than the \$0\.3 of .* add `--yes`/s,
    );
    assert.equal(await traces(), before, "nothing ran in Langflow");
    const confirmed = await run("--yes");
    assert.equal(confirmed.code, 0, confirmed.stderr);
    assert.doesNotMatch(confirmed.stdout, /askAbove/);
    await server.stop();
    server = await startServer({ folders: [workspace.folder], data: live.data });
  });

  it("of a branch stop a run while it is checked out, and let it go on another one", async () => {
    const checkOut = async (branch: string) => {
      execFileSync("git", ["symbolic-ref", "HEAD", `refs/heads/${branch}`], { cwd: workspace.folder });
      // It is read once a second.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    };
    await checkOut("try/pears");
    await budget("set", "pears", "--limit", "0", "--period", "day", "--scope", "branch=try/pears", "--hard");
    const run = () => live.cli(workspace.folder, "run", "workspace-analysis");
    const { code, stderr } = await run();
    assert.equal(code, 1);
    assert.match(stderr, /The hard budget "pears" stops this run: .*, check out another branch, or wait until then\./s);
    await checkOut("plums");
    assert.equal((await run()).code, 0);
    await budget("remove", "pears");
    const cost = ["cost", "--by", "branch,flow", "--json", "--workspace", workspace.folder, "--data", live.data];
    const { rows } = JSON.parse((await runCli(cost)).stdout) as {
      rows: { key: { branch: string; flow: string }; runs: number }[];
    };
    assert.deepEqual(
      rows.flatMap(({ key, runs }) => (["plums", "try/pears"].includes(key.branch) && runs > 0 ? [[key, runs]] : [])),
      [[{ branch: "plums", flow: "Workspace analysis (budget-app)" }, 1]],
    );
  });
});
