import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ownComponentNames } from "../../../src/protocol/components.ts";
import type { ComponentRun } from "../../../src/protocol/components.ts";
import { runCli } from "../../support/cli.ts";
import { startLangflow } from "../../support/langflow.ts";
import { recordRuns } from "../../support/ledgerRuns.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

const files = {
  "README.md": "# Orchard\n\nQuince é\n",
  "tsconfig.json":
    '{ "compilerOptions": { "strict": true, "module": "nodenext", "noEmit": true }, "include": ["src"] }\n',
  "src/press.ts": "export function press(): string {\n  return 'medlar';\n}\n",
  "src/cellar.ts": 'import { press } from "./press.ts";\n\nexport const full = press() + " medlar";\n',
};

const classOf = (name: string) => name.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

describe("components that call the workspace, on Langflow 1.13.0", function () {
  this.timeout(240_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  let registered: string;

  before(async () => {
    [live, workspace] = await Promise.all([
      startLive("1.13.0"),
      scratchWorkspace(files, { name: "Component Orchard" }),
    ]);
    const startedAt = new Date(Date.now() - 86_400_000);
    const usage = { reported: true, models: [] } as const;
    const run = (id: string, flowName: string) => ({ id, flowName, startedAt, usage });
    await recordRuns(live.data, [run("a", "Pressing"), run("b", "Pressing"), run("c", "Tasting")]);
    server = await startServer({ folders: [workspace.folder], data: live.data });
    const { registration } = await live.connect(workspace.folder);
    registered = registration?.name ?? assert.fail("not registered");
    for (const from of ownComponentNames) {
      const { code, stderr } = await cli("new", classOf(from), "--from", from);
      assert.equal(code, 0, stderr);
    }
  });
  after(async () => {
    await server.stop();
    await live.stop();
    await workspace.remove();
  });

  const cli = (...args: string[]) =>
    runCli(["component", ...args, "--workspace", workspace.folder, "--data", live.data]);
  async function run(name: string, fields: object = {}, mcpServer = registered): Promise<ComponentRun> {
    const input = JSON.stringify({ mcp_server: { name: mcpServer, config: {} }, ...fields });
    const { stdout, stderr } = await cli(
      ...["run", classOf(name), "--input", input, "--json"],
      ...["--url", live.langflow.url, "--key-file", live.keyFile],
    );
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout) as ComponentRun;
  }
  async function outputs(name: string, fields: object = {}): Promise<Record<string, unknown>> {
    const answer = await run(name, fields);
    assert.equal(answer.state, "ok", answer.error?.message);
    return Object.fromEntries(answer.outputs.map((one) => [one.name, one.value]));
  }
  const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace.folder, encoding: "utf8" }).trim();
  const onDisk = (file: string) => readFileSync(path.join(workspace.folder, file), "utf8");

  it("Workspace Files lists the files that git has in a folder, and reads one as it is on disk", async () => {
    const { table, text } = await outputs("workspace-files", { path: "src" });
    const tracked = git("ls-files", "src").split("\n");
    assert.deepEqual((text as string).split("\n").sort(), tracked.sort());
    assert.deepEqual((table as { path: string }[]).map((row) => row.path).sort(), tracked);
    const read = await outputs("workspace-files", { action: "Read file", path: "README.md" });
    assert.equal(read["text"], onDisk("README.md"));
    assert.deepEqual(read["table"], [{ path: "README.md", text: onDisk("README.md") }]);
  });

  it("Workspace Search finds the lines that git grep finds", async () => {
    const { table, text } = await outputs("workspace-search", { query: "medlar", path: "src" });
    const found = git("grep", "-n", "medlar", "--", "src").split("\n");
    assert.deepEqual(
      (text as string)
        .split("\n")
        .map((line) => line.replaceAll(" ", ""))
        .sort(),
      found.map((line) => line.replaceAll(" ", "")).sort(),
    );
    const rows = table as { path: string; line: number }[];
    const at = rows.map((row) => `${row.path}:${String(row.line)}`);
    assert.deepEqual(at.sort(), found.map((line) => line.split(":").slice(0, 2).join(":")).sort());
    const cut = String((await outputs("workspace-search", { query: "medlar", path: "src", limit: 1 }))["text"]);
    assert.match(cut, new RegExp(`\\n${String(found.length - 1)} more are not listed\\.`));
  });

  it("Apply Edits changes nothing until Apply is on, then renames in every file", async () => {
    const rename = { operation: "rename_symbol", symbol: "src/press.ts#press", new_name: "squeeze" };
    const preview = (await outputs("apply-edits", rename))["result"] as Record<string, unknown>;
    assert.equal(preview["applied"], false);
    assert.match(String(preview["diff"]), /^\+export function squeeze/m);
    assert.equal(git("diff", "--stat"), "");
    const done = (await outputs("apply-edits", { ...rename, apply: true }))["result"] as Record<string, unknown>;
    assert.equal(done["applied"], true);
    assert.deepEqual(git("diff", "--name-only").split("\n"), ["src/cellar.ts", "src/press.ts"]);
    assert.match(onDisk("src/press.ts"), /function squeeze/);
    const refused = await run("apply-edits", { plan_id: String(preview["planId"]), apply: true });
    assert.equal(refused.state, "failed");
    assert.match(refused.error?.message ?? "", /changed/, "the tool's own error, with its remedy");
    git("checkout", "-q", "--", "src");
  });

  it("Workspace Context counts the files that git has, and their lines", async () => {
    const { text, data } = await outputs("workspace-context", { path: "src" });
    const lines = git("ls-files", "src")
      .split("\n")
      .flatMap((file) => onDisk(file).trimEnd().split("\n")).length;
    const facts = data as { files: number; lines: number };
    assert.deepEqual([facts.files, facts.lines], [2, lines]);
    assert.match(text as string, new RegExp(`^2 files with ${String(lines)} lines\\.`, "m"));
    assert.match(text as string, /^- typescript: 2 files/im);
  });

  it("Live Metrics counts the runs of the ledger by flow, and reports the health of the running server", async () => {
    const { costs, health, text } = await outputs("live-metrics", { by: "flow", days: 7 });
    const rows = costs as { flow: string; runs: number }[];
    const runs = Object.fromEntries(rows.map(({ flow, runs: count }) => [flow, count]));
    assert.deepEqual([runs["Pressing"], runs["Tasting"]], [2, 1], JSON.stringify(rows));
    const { stdout } = await runCli(["health", "--json", "--workspace", workspace.folder, "--data", live.data]);
    const { version } = JSON.parse(stdout) as { version: string };
    assert.equal((health as { version: string }).version, version);
    assert.match(text as string, /^Status: /);
  });

  it("each say in words that no workspace is chosen, or that Langflow does not have it", async () => {
    for (const name of ownComponentNames) {
      const fields = name === "workspace-search" ? { query: "medlar" } : {};
      const none = await run(name, fields, "");
      assert.match(none.error?.message ?? "", /^No workspace is chosen\. Choose .* in the field Workspace/, name);
      const unknown = await run(name, fields, "workspace-nowhere");
      assert.match(unknown.error?.message ?? "", /has no MCP server workspace-nowhere.*Connect it/, name);
    }
  });

  it("pass on the error of a tool with its remedy", async () => {
    const { state, error } = await run("workspace-files", { action: "Read file", path: "src/perry.ts" });
    assert.equal(state, "failed");
    assert.match(error?.message ?? "", /src\/perry\.ts.*\. .*list_directory/);
  });

  it("say in words that the token was refused, or that the workspace is closed", async () => {
    const entry = `/api/v2/mcp/servers/${registered}`;
    const { url } = (await live.rest("GET", entry)) as { url: string };
    await live.rest("PATCH", entry, { url, headers: { Authorization: "Bearer wrong" } });
    const refused = await run("workspace-files");
    assert.match(refused.error?.message ?? "", /refused the token.*Connect it again/);
    await live.rest("PATCH", entry, { url: "http://127.0.0.1:9/mcp", headers: {} });
    const closed = await run("workspace-files");
    assert.match(closed.error?.message ?? "", /cannot reach the workspace.*start langflow-connect serve/);
  });
});

describe("components that call the workspace, where Langflow forbids custom components", function () {
  this.timeout(240_000);

  it("are refused in words, with what to set", async () => {
    const langflow = await startLangflow({ version: "1.13.0", env: { LANGFLOW_ALLOW_CUSTOM_COMPONENTS: "false" } });
    const live = await startLive("1.13.0", langflow);
    const workspace = await scratchWorkspace({ "README.md": "# Orchard\n" }, { name: "orchard" });
    try {
      const here = ["--workspace", workspace.folder, "--data", live.data];
      await runCli(["component", "new", "Files", "--from", "workspace-files", ...here]);
      const address = ["--url", langflow.url, "--key-file", live.keyFile];
      const { code, stderr } = await runCli(["component", "run", "Files", ...address, ...here]);
      assert.equal(code, 1);
      assert.match(stderr, /runs no code but that of its own components.*LANGFLOW_ALLOW_CUSTOM_COMPONENTS/);
    } finally {
      await workspace.remove();
      await live.stop();
      await langflow.stop();
    }
  });
});
