import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { runCli } from "../support/cli.ts";
import { freePort } from "../support/freePort.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { openAndSave } from "./canvas.ts";
import { startLive, versions } from "./live.ts";
import type { Live } from "./live.ts";
import type { CheckedFlows } from "../../src/protocol/flowFiles.ts";
import type { Finding } from "../../src/protocol/flows.ts";
import { readMarker } from "../../src/server/flows/marker.ts";

const files = {
  "src/a.ts": 'import { b } from "./b.ts";\nexport function a(x: number) {\n  return x > 1 ? b : x;\n}\n',
  "src/b.ts": 'import { a } from "./a.ts";\nexport const b = 1;\nexport const c = () => a(b);\n',
  "tools/run.py": "def run():\n    return 1\n",
  "README.md": "# Orchard\n\nApples.\n",
};

/** A field of a node in a flow as Langflow stores it. */
interface StoredFlow {
  readonly id: string;
  readonly description: string | null;
  readonly data: { nodes: { id: string; data: { node: { template: Record<string, { value: unknown }> } } }[] };
}

for (const version of versions) {
  describe(`Langflow ${version}`, function () {
    this.timeout(180_000);
    let live: Live;
    let workspace: ScratchWorkspace;
    let server: RunningServer;
    const cli = (...args: readonly string[]) => live.cli(workspace.folder, ...args);
    const push = (...args: readonly string[]) => live.ask(workspace.folder, "push", "workspace-analysis", ...args);
    const stored = async (id: string) => (await live.rest("GET", `/api/v1/flows/${id}`)) as StoredFlow;
    const registered = async () =>
      (await live.rest("GET", "/api/v2/mcp/servers?action_count=true")) as { name: string; toolsCount: number }[];

    before(async () => {
      [live, workspace] = await Promise.all([startLive(version), scratchWorkspace(files, { name: "Orchard App" })]);
      server = await startServer({ folders: [workspace.folder], data: live.data });
    });
    after(async () => {
      await server.stop();
      // The next run against this Langflow would find them by their markers.
      for (const { id, description } of (await live.rest("GET", "/api/v1/flows/?get_all=true")) as StoredFlow[]) {
        const isOurs = readMarker(description)?.workspace.startsWith("workspace-orchard-app") ?? false;
        if (isOurs) await live.rest("DELETE", `/api/v1/flows/${id}`);
      }
      await live.stop();
      await workspace.remove();
    });

    it("registers the workspace, and Langflow itself counts its tools", async () => {
      const status = await live.connect(workspace.folder);
      assert.equal(status.state, "connected");
      const { stdout } = await runCli(["tools", "--json"]);
      const { tools } = JSON.parse(stdout) as { tools: { default: boolean }[] };
      const count = tools.filter((tool) => tool.default).length;
      assert.deepEqual(status.registration, { name: "workspace-orchard-app", state: "verified", tools: count });
      const entry = (await registered()).find(({ name }) => name === "workspace-orchard-app");
      assert.equal(entry?.toolsCount, count);
    });

    it("warns of known unsafeTypes below 1.9.2, and only there", async () => {
      const { warnings } = await live.ask(workspace.folder, "status");
      assert.equal(warnings.join(" ").includes("CVE-2026-33017"), version === "0.7.3");
    });

    it("pushes a flow without keys in it and runs it; its numbers are those of git and wc", async () => {
      const pushed = await push();
      assert.equal(pushed.result, "created");
      const text = JSON.stringify(await stored(pushed.id));
      assert.ok(!text.includes("lfc_") && !text.includes(live.langflow.apiKey), "the flow holds a secret");

      const run = await live.ask(workspace.folder, "run", "workspace-analysis");
      const called = await runCli([
        ...["call", "analyze_repository", '{"maxTokens":100000}'],
        ...["--workspace", workspace.folder, "--data", live.data],
      ]);
      const answer = JSON.parse(called.stdout) as { files: number; lines: number; languages: unknown[] };
      const shell = (command: string) =>
        Number(execFileSync("sh", ["-c", command], { cwd: workspace.folder, encoding: "utf8" }));
      assert.equal(answer.files, shell("git ls-files -co --exclude-standard | wc -l"));
      assert.equal(answer.lines, shell("git ls-files -coz --exclude-standard | xargs -0 cat | wc -l"));
      assert.match(run.report, new RegExp(`^${answer.files} files, ${answer.lines} lines$`, "m"));
      assert.match(run.report, /^\| TypeScript \| 2 \| 7 \|$/m);
      assert.match(run.report, /^- `src\/a\.ts` → `src\/b\.ts` → `src\/a\.ts`/m);
      const quality = await runCli([
        ...["call", "analyze_code_quality", '{"limit":200,"maxTokens":100000}'],
        ...["--workspace", workspace.folder, "--data", live.data],
      ]);
      const { findings } = JSON.parse(quality.stdout) as { findings: Finding[] };
      assert.ok(findings.length > 0);
      assert.deepEqual(
        run.findings,
        findings.map(({ path, line, rule, severity, message }) => ({ path, line, rule, severity, message })),
      );
      for (const { path, line } of findings.slice(0, 20)) assert.ok(run.report.includes(`\`${path}:${line}\``));
      assert.deepEqual(
        run.usage,
        version === "1.13.0"
          ? { reported: true, models: [] }
          : { reported: false, reason: "not reported by this version" },
      );
    });

    it("knows the arguments of our tools as Langflow has them, and reports one that no tool has", async () => {
      const { id } = await push();
      const flow = (...args: string[]) =>
        runCli(["flow", ...args, "--workspace", workspace.folder, "--data", live.data, "--json"]);
      const [pulled] = JSON.parse((await flow("pull", id)).stdout) as { path: string }[];
      const file = pulled?.path ?? "";
      const found = async () => {
        const { files: checked } = JSON.parse((await flow("check", file)).stdout) as CheckedFlows;
        const problems = checked.flatMap(({ problems: all }) => all);
        return problems.filter(({ code }) => code === "unknown-argument").map(({ node, field }) => [node, field]);
      };
      assert.deepEqual(await found(), []);
      const at = path.join(workspace.folder, file);
      const text = await readFile(at, "utf8");
      await writeFile(at, text.replaceAll('"wait": {', '"patience": {'));
      assert.deepEqual((await found())[0], ["MCPTools-repository", "patience"]);
      await rm(at);
    });

    it("leaves one flow when it is pushed again", async () => {
      const again = await push();
      assert.equal(again.result, "unchanged");
      const flows = await live.ask(workspace.folder, "list");
      assert.equal(flows.filter(({ name }) => name === "Workspace analysis (orchard-app)").length, 1);
    });

    it("finds its flow by the marker when the link file is lost", async () => {
      const { id } = await push();
      await live.rest("PATCH", `/api/v1/flows/${id}`, { name: "Renamed by hand" });
      await cli("disconnect");
      await live.connect(workspace.folder);
      const again = await push();
      assert.deepEqual({ id: again.id, result: again.result }, { id, result: "unchanged" });
    });

    it("takes opening and saving in the canvas for no change", async () => {
      const { id, url } = await push();
      await openAndSave(url, id);
      const diff = await cli("diff", "workspace-analysis");
      assert.match(diff.stdout, /is as a push would write it/);
      assert.equal((await push()).result, "unchanged");
      const run = await live.ask(workspace.folder, "run", "workspace-analysis");
      assert.match(run.report, /^\| TypeScript \| 2 \| 7 \|$/m);
    });

    it("asks before it pushes over a field that was edited in Langflow", async () => {
      const { id } = await push();
      const flow = await stored(id);
      const node = flow.data.nodes.find((candidate) => candidate.id === "MCPTools-repository");
      const field = node?.data.node.template["path"];
      assert.ok(field);
      field.value = "src";
      await live.rest("PATCH", `/api/v1/flows/${id}`, { data: flow.data });

      const refused = await cli("push", "workspace-analysis");
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /was changed in Langflow since it was pushed.*--overwrite/);
      const diff = await cli("diff", "workspace-analysis");
      assert.match(diff.stdout, /MCPTools-repository\.path: "\." → "src"/);
      assert.equal((await push("--overwrite")).result, "updated");
      assert.equal((await push()).result, "unchanged");
      // What was replaced can be taken back.
      const at = ["--workspace", workspace.folder, "--data", live.data];
      const link = ["--url", live.langflow.url, "--key-file", live.keyFile];
      const restored = await runCli(["flow", "restore", id, ...at, ...link]);
      assert.equal(restored.code, 0, restored.stderr);
      const back = (await stored(id)).data.nodes.find((candidate) => candidate.id === "MCPTools-repository");
      assert.equal(back?.data.node.template["path"]?.value, "src");
      assert.equal((await push("--overwrite")).result, "updated");
    });

    it("writes no key into a pulled flow", async () => {
      const { stdout, code } = await cli("pull", "workspace-analysis");
      assert.equal(code, 0);
      assert.ok(!stdout.includes("lfc_"));
      assert.ok((JSON.parse(stdout) as StoredFlow).data.nodes.length > 3);
    });

    it("comes back after a restart with the same registration, port and token", async () => {
      const before = (await registered()).length;
      const { url } = server;
      const token = (await readFile(server.tokenFile, "utf8")).trim();
      await server.stop();
      server = await startServer({ folders: [workspace.folder], data: live.data });
      assert.deepEqual({ url: server.url, token: server.token }, { url, token });
      const run = await live.ask(workspace.folder, "run", "workspace-analysis");
      assert.match(run.report, /Workspace analysis/);
      assert.equal((await registered()).length, before);
    });

    it("mends the registration when the port is another one", async () => {
      await server.stop();
      const port = await freePort();
      server = await startServer({ folders: [workspace.folder], data: live.data, args: ["--port", String(port)] });
      const run = await live.ask(workspace.folder, "run", "workspace-analysis");
      assert.match(run.report, /^\| TypeScript \| 2 \| 7 \|$/m);
      const { registration } = await live.ask(workspace.folder, "status");
      assert.equal(registration?.state, "verified");
    });

    it("gives a folder of the same name a registration of its own", async () => {
      const twin = await scratchWorkspace({ "one.md": "1\n" }, { name: "Orchard App" });
      const other = await startServer({ folders: [twin.folder], data: live.data });
      try {
        const status = await live.connect(twin.folder);
        assert.match(status.registration?.name ?? "", /^workspace-orchard-app-[0-9a-f]{6}$/);
        await live.ask(twin.folder, "push", "workspace-analysis");
        const run = await live.ask(twin.folder, "run", "workspace-analysis");
        assert.match(run.report, /^1 files, 1 lines$/m);
        assert.equal((await live.cli(twin.folder, "disconnect")).code, 0);
      } finally {
        await other.stop();
        await twin.remove();
      }
    });

    it("takes its registration out at disconnect, leaves the flow, and changes the token", async () => {
      const { id } = await push();
      assert.equal((await cli("disconnect")).code, 0);
      assert.ok(!(await registered()).some(({ name }) => name.startsWith("workspace-orchard-app")));
      assert.match((await stored(id)).description ?? "", /langflow-connect template=workspace-analysis/);
      assert.notEqual((await readFile(server.tokenFile, "utf8")).trim(), server.token);
      const status = await cli("status", "--json");
      assert.equal(status.code, 1);
      assert.equal((JSON.parse(status.stdout) as { state: string }).state, "off");
    });
  });
}
