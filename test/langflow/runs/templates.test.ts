import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { CostReport } from "../../../src/protocol/cost.ts";
import type { HealthReport } from "../../../src/protocol/health.ts";
import { readMarker } from "../../../src/server/flows/marker.ts";
import { templates } from "../../../src/server/flows/templates/index.ts";
import { runCli } from "../../support/cli.ts";
import { recordCalls, recordRuns } from "../../support/ledgerRuns.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

interface Stored {
  readonly id: string;
  readonly description: string | null;
}

/** A function with more branches than the limit of cyclomatic complexity. */
const tangled = (name: string) =>
  [
    `export function ${name}(n: number): string {`,
    ...Array.from({ length: 22 }, (_, at) => `  if (n === ${String(at)}) return "${String(at)}";`),
    '  return "";',
    "}\n",
  ].join("\n");
const copied = Array.from({ length: 14 }, (_, at) => `  total = total * ${String(at)} + apples.length;`).join("\n");
const pressing = (name: string) =>
  `export function ${name}(apples: string[]): number {\n  let total = 0;\n${copied}\n  return total;\n}\n`;

const files = {
  "README.md": "# Orchard\n",
  "src/grinder.ts": '/** Grinds. */\nexport function grind(): string {\n  return "pulp";\n}\n',
  "src/sorter.ts": `import { grind } from "./grinder.ts";\n\nexport const pulp = grind;\n\n/** Sorts. */\n${tangled("sorter")}`,
  "test/sorter.test.ts": 'import { sorter } from "../src/sorter.ts";\n\nsorter(1);\n',
  "src/red.ts": pressing("red"),
  "src/green.ts": pressing("green"),
  "src/cellar.ts": "/** How cold it is. */\nexport const cold = 4;\n\nexport const dark = true;\n",
  "src/untouched.ts": tangled("untouched"),
};

describe("templates on Langflow 1.13.0", function () {
  this.timeout(180_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;

  before(async () => {
    [live, workspace] = await Promise.all([startLive("1.13.0"), scratchWorkspace(files, { name: "Template Orchard" })]);
    git("tag", "v1.0.0");
    for (const subject of [
      "feat(press): squeeze pears",
      "fix: drop no seed",
      "feat!: another cider",
      "Tidy the cellar",
    ])
      commit(subject);
    git("checkout", "-q", "-b", "change");
    const sorter = path.join(workspace.folder, "src/sorter.ts");
    await writeFile(sorter, `${files["src/sorter.ts"]}\n${tangled("resorter")}`);
    await writeFile(path.join(workspace.folder, "src/apple.ts"), "export const apple = 1;\n");
    git("add", "-A");
    commit("Sort again");
    server = await startServer({ folders: [workspace.folder], data: live.data });
    await live.connect(workspace.folder);
  });
  after(async () => {
    await server.stop();
    for (const { id, description } of (await live.rest("GET", "/api/v1/flows/?get_all=true")) as Stored[]) {
      const isOurs = readMarker(description)?.workspace.startsWith("workspace-template-orchard") ?? false;
      if (isOurs) await live.rest("DELETE", `/api/v1/flows/${id}`);
    }
    await live.stop();
    await workspace.remove();
  });

  function git(...args: readonly string[]): string {
    const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    return execFileSync("git", [...who, ...args], { cwd: workspace.folder, encoding: "utf8" });
  }
  function commit(subject: string): void {
    git("commit", "-q", "--allow-empty", "-m", subject);
  }
  /** Where git finds a function of src/sorter.ts. */
  function lineOf(name: string): string {
    return git("grep", "-n", `function ${name}(`, "--", "src/sorter.ts").split(":")[1] ?? "";
  }
  /** The report of a run, after a push. */
  async function report(template: string, ...flags: readonly string[]): Promise<string> {
    await live.ask(workspace.folder, "push", template, ...flags);
    return (await live.ask(workspace.folder, "run", template)).report;
  }
  /** What a tool answers when Langflow is not between. */
  async function answer(tool: string, args: object): Promise<unknown> {
    const at = ["--workspace", workspace.folder, "--data", live.data];
    const { code, stdout, stderr } = await runCli(["call", tool, JSON.stringify(args), ...at]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }
  /** The lines below a heading, to the next of its level. */
  function below(text: string, heading: string): readonly string[] {
    const [, rest] = text.split(`\n## ${heading}\n\n`);
    assert.ok(rest !== undefined, `${heading} is not in the report:\n${text}`);
    return (rest.split("\n## ")[0]?.trim() ?? "").split("\n");
  }

  it("system-health says of modules, link and alerts what get_health answers, and counts the bytes of this machine", async () => {
    const text = await report("system-health");
    const health = (await answer("get_health", {})) as HealthReport;
    assert.ok(text.includes(`\nStatus **${health.status}**, version ${health.version}, up for `), text);
    const modules = health.modules.map(({ name, state }) => `- ${name}: ${state}`);
    assert.deepEqual(below(text, "Modules"), modules);
    assert.match(below(text, "Langflow")[0] ?? "", /^connected/);
    assert.deepEqual(below(text, "Alerts"), ["None."]);
    // The total of memory and disk stays as it is, unlike what is used of them.
    const machine = below(text, "Machine").join("\n");
    const total = (name: string) => Number(new RegExp(`^- ${name}: \\d+ MiB of (\\d+) MiB$`, "m").exec(machine)?.[1]);
    for (const [name, use] of Object.entries({ Memory: health.machine?.memory, Disk: health.machine?.disk }))
      assert.equal(total(name), Math.floor((use?.total ?? 0) / 1048576), name);
  });

  it("refactoring-review names the planted functions, the copies and what to do about the first", async () => {
    const text = await report("refactoring-review");
    const over = below(text, "Functions over a limit");
    for (const at of [`src/sorter.ts:${lineOf("sorter")}`, "src/untouched.ts:1"])
      assert.ok(
        over.some((each) => each.startsWith(`- \`${at}\` `)),
        `${at} in ${over.join("\n")}`,
      );
    assert.ok(!over.some((each) => /red|green|cellar/.test(each)), over.join("\n"));
    const copies = below(text, "Duplicated code").join("\n");
    assert.match(copies, /`src\/(red|green)\.ts:\d+`/);
    assert.match(copies, /src\/red\.ts.*src\/green\.ts|src\/green\.ts.*src\/red\.ts/);
    assert.ok(below(text, "First").length <= 5);
    assert.deepEqual(below(text, "Import cycles"), ["None."]);
    const ofFolder = await report("refactoring-review", "--set", "path=src/cellar.ts");
    assert.deepEqual(below(ofFolder, "First"), ["None."]);
  });

  it("documentation lists the exports that have no comment, and no other", async () => {
    const text = await report("documentation");
    assert.deepEqual(
      [...below(text, "Without a comment")].sort(),
      [
        "- `src/apple.ts:1` apple",
        "- `src/cellar.ts:4` dark",
        "- `src/green.ts:1` green",
        "- `src/red.ts:1` red",
        "- `src/sorter.ts:3` pulp",
        `- \`src/sorter.ts:${lineOf("resorter")}\` resorter`,
        "- `src/untouched.ts:1` untouched",
      ].sort(),
    );
    assert.match(text, /^3 of 10 exported names have a comment$/m);
    assert.ok(below(text, "Modules").includes("- `src/cellar.ts`: 2 exported names"));
  });

  it("test-gap lists the exported functions whose names git does not find in the tests", async () => {
    const text = await report("test-gap");
    const exported = git("grep", "-n", "^export function", "--", "src").trim().split("\n");
    const gaps = exported.flatMap((found) => {
      const [file = "", line = "", source = ""] = found.split(":");
      const name = /function (\w+)/.exec(source)?.[1] ?? "";
      const isTested = spawnSync("git", ["grep", "-qw", name, "--", "test"], { cwd: workspace.folder }).status === 0;
      return isTested ? [] : [`- \`${file}:${line}\` ${name}`];
    });
    assert.ok(gaps.length > 0 && gaps.length < exported.length);
    const listed = (heading: string) => below(text, heading).map((each) => each.split(",")[0] ?? "");
    const unreached = listed("Exported, and no test loads the file");
    const others = listed("Exported and imported by no test, in files that tests load through others");
    assert.deepEqual([...unreached, ...others].sort(), gaps.sort());
    assert.ok(
      others.every((each) => /`src\/(sorter|grinder)\.ts/.test(each)),
      text,
    );
    assert.match(text, /^1 test file with 3 lines for 7 files/m);
  });

  it("release-notes have the commits of git since the last tag, by their type", async () => {
    const text = await report("release-notes");
    const commits = git("log", "v1.0.0..HEAD", "--format=%h").trim().split("\n");
    assert.match(text, new RegExp(`^${String(commits.length)} changes since \`v1\\.0\\.0\`$`, "m"));
    const id = (subject: string) => git("log", "--format=%h", "-F", `--grep=${subject}`).trim();
    assert.deepEqual(below(text, "Features"), [
      `- another cider (\`${id("feat!: another cider")}\`)`,
      `- press: squeeze pears (\`${id("feat(press): squeeze pears")}\`)`,
    ]);
    assert.deepEqual(below(text, "Breaking changes"), [`- another cider (\`${id("feat!: another cider")}\`)`]);
    assert.deepEqual(below(text, "Fixes"), [`- drop no seed (\`${id("fix: drop no seed")}\`)`]);
    assert.deepEqual(below(text, "Sort"), [`- Sort again (\`${id("Sort again")}\`)`]);
    for (const each of commits) assert.ok(text.includes(`(\`${each}\`)`), each);
    assert.ok(!text.includes(id("start")), text);
  });

  it("keeps a parameter when it is pushed again, and refuses one that the template does not have", async () => {
    const from = git("rev-parse", "HEAD~2").trim();
    const count = (text: string) => /^(\d+) changes since /m.exec(text)?.[1];
    assert.equal(count(await report("release-notes", "--set", `since=${from}`)), "2");
    const again = await live.ask(workspace.folder, "push", "release-notes");
    assert.equal(again.result, "unchanged");
    assert.match((await live.cli(workspace.folder, "diff", "release-notes")).stdout, /is as a push would write it/);
    assert.equal(count(await report("release-notes")), "2");
    const { stdout } = await live.cli(workspace.folder, "templates");
    assert.ok(stdout.includes(`\n  --set since=${from}  `) && stdout.includes("\n  --set base=main  "), stdout);
    const refused = await live.cli(workspace.folder, "push", "release-notes", "--set", "sinse=v1");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /no parameter "sinse".*since/s);
    assert.equal(count(await report("release-notes", "--set", "since=")), "5");
  });

  it("pull-request-review has the files that git says, and of the findings only theirs", async () => {
    const text = await report("pull-request-review");
    const stat = git("diff", "--numstat", "main...HEAD").trim().split("\n");
    const wanted = stat.map((line) => {
      const [added = "", removed = "", name = ""] = line.split("\t");
      return `- \`${name}\`: ${name === "src/apple.ts" ? "added" : "modified"}, +${added} −${removed}`;
    });
    assert.deepEqual([...below(text, "Changed files")].sort(), wanted.sort());
    const inLines = below(text, "Findings in changed lines");
    assert.ok(
      inLines.length > 0 && inLines.every((line) => line.startsWith(`- \`src/sorter.ts:${lineOf("resorter")}\` `)),
      text,
    );
    const others = below(text, "Other findings in changed files");
    assert.ok(
      others.length > 0 && others.every((line) => line.startsWith(`- \`src/sorter.ts:${lineOf("sorter")}\` `)),
      text,
    );
    assert.doesNotMatch(text, /untouched/);
    const empty = await report("pull-request-review", "--set", "base=change");
    assert.deepEqual(below(empty, "Changed files"), ["None."]);
  });

  it("cost-tracking adds up the planted runs, the most expensive flow first and an unknown price as unknown", async () => {
    const startedAt = new Date(Date.now() - 3_600_000);
    const used = (model: string) =>
      ({ reported: true, models: [{ model, inputTokens: 1000, outputTokens: 10 }] }) as const;
    await recordRuns(live.data, [
      { id: "cost 1", flowName: "Cider", startedAt, usage: used("gpt-4o") },
      { id: "cost 2", flowName: "Cider", startedAt, usage: used("gpt-4o") },
      { id: "cost 3", flowName: "Perry", startedAt, usage: used("gpt-4o") },
      { id: "cost 4", flowName: "Mead", startedAt, usage: used("plum-1") },
      { id: "old", flowName: "Vinegar", startedAt: new Date(Date.now() - 40 * 86_400_000), usage: used("gpt-4o") },
    ]);
    const text = await report("cost-tracking");
    // $2.50 and $10 for a million tokens.
    assert.deepEqual(below(text, "By flow").slice(0, 3), [
      "- `Cider`: 2 runs, $0.0052, 2000 tokens in, 20 out",
      "- `Perry`: 1 run, $0.0026, 1000 tokens in, 10 out",
      "- `Mead`: 1 run, unknown cost, 1000 tokens in, 10 out",
    ]);
    assert.doesNotMatch(text, /Vinegar/);
    assert.match(text, /^Models without a known price: `plum-1`$/m);
    assert.ok(below(text, "By model").includes("- `gpt-4o`: $0.0078, 3000 tokens in, 30 out"), text);
    assert.ok(below(text, "What could cost less").length > 0);
    assert.match(await report("cost-tracking", "--set", "days=60"), /`Vinegar`: 1 run, \$0\.0026/);
    const refused = await live.cli(workspace.folder, "push", "cost-tracking", "--set", "days=many");
    assert.match(refused.stderr, /whole number from 1/);
  });

  it("performance-monitoring orders tools and flows by their mean time", async () => {
    const startedAt = new Date(Date.now() - 3_600_000);
    const usage = { reported: false, reason: "not asked" } as const;
    await recordRuns(live.data, [
      { id: "slow 1", flowName: "Slow press", startedAt, usage, durationMs: 900_000 },
      { id: "slow 2", flowName: "Slow press", startedAt, usage, durationMs: 700_000 },
    ]);
    await recordCalls(live.data, [
      { id: "slow 3", tool: "estimate_cost", startedAt, durationMs: 900_000 },
      { id: "slow 4", tool: "estimate_cost", startedAt, durationMs: 300_000 },
    ]);
    const text = await report("performance-monitoring");
    assert.equal(below(text, "Slowest flows")[0], "- `Slow press`: 800000 ms on average, 2 runs");
    assert.equal(below(text, "Slowest tools")[0], "- `estimate_cost`: 600000 ms on average, 2 calls");
    const { rows } = (await answer("get_cost_report", { days: 30, by: ["tool"], maxTokens: 100_000 })) as CostReport;
    const named = below(text, "Slowest tools").map((line) => /`(.+)`/.exec(line)?.[1]);
    const called = rows.flatMap(({ key, calls, callMs }) => (calls > 0 && callMs !== 0 ? [key.tool] : []));
    assert.deepEqual([...named].sort(), called.sort());
    const means = below(text, "Slowest tools").map((line) => Number(/(\d+) ms/.exec(line)?.[1]));
    assert.deepEqual(
      means,
      [...means].sort((a, b) => b - a),
    );
    assert.match(below(text, "Tools in the last minutes")[0] ?? "", /^\d+ calls in 10 minutes, \d+ failed$/);
  });

  it("is all that this file runs", () => {
    const here = ["workspace-analysis", "test-gap"];
    const run = ["system-health", "refactoring-review", "documentation", "release-notes", "pull-request-review"];
    const ledger = ["cost-tracking", "performance-monitoring"];
    assert.deepEqual(templates.map(({ name }) => name).sort(), [...here, ...run, ...ledger].sort());
  });
});

describe("templates on Langflow 0.7.3", function () {
  this.timeout(180_000);

  it("are refused where they would fail, with the version that they need", async () => {
    const [live, workspace] = await Promise.all([startLive("0.7.3"), scratchWorkspace(files, { name: "Old Orchard" })]);
    const server = await startServer({ folders: [workspace.folder], data: live.data });
    try {
      await live.connect(workspace.folder);
      for (const { name } of templates) {
        const { code, stderr } = await live.cli(workspace.folder, "push", name);
        if (name === "workspace-analysis") assert.equal(code, 0, stderr);
        else assert.match(stderr, new RegExp(`${name} needs Langflow 1\\.13 or newer; this is 1\\.7\\.3`));
      }
    } finally {
      await server.stop();
      await workspace.remove();
      await live.stop();
    }
  });
});
