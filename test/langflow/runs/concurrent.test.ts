import assert from "node:assert/strict";
import path from "node:path";
import { RunResult } from "../../../src/protocol/flows.ts";
import type { Finding } from "../../../src/protocol/flows.ts";
import type { OperationName } from "../../../src/protocol/operations.ts";
import { callOperation } from "../../../src/server/endpoint/askServer.ts";
import { liveEndpoints } from "../../../src/server/endpoint/entries.ts";
import { openRoots, rootsHash } from "../../../src/server/workspace/paths/roots.ts";
import { flowRunArgument } from "../../../src/server/platform/langflowCaller.ts";
import { runCli } from "../../support/cli.ts";
import { startLangflow } from "../../support/langflow.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { startLink } from "../inProcessLink.ts";
import { startLive, versions } from "../live.ts";
import type { Live } from "../live.ts";
import { askLangflow } from "../rest.ts";
import type { Fields } from "../rest.ts";

const branches = (count: number) =>
  Array.from({ length: count }, (_, at) => `  if (n === ${at}) return ${at};\n`).join("");
const tangled = (name: string) => `export function ${name}(n: number) {\n${branches(30)}  return 0;\n}\n`;
const files = { "apples/pick.ts": tangled("pick"), "pears/press.ts": tangled("press") };

for (const version of versions) {
  describe(`Two runs at once in Langflow ${version}`, function () {
    this.timeout(120_000);
    let live: Live;
    let workspace: ScratchWorkspace;
    let server: RunningServer;
    const run = (flow: string, folder = workspace.folder) => live.ask(folder, "run", flow);
    const servers = async () =>
      liveEndpoints({
        folder: path.join(live.data, "endpoints"),
        hash: rootsHash(await openRoots([workspace.folder])),
      });

    before(async function () {
      this.timeout(240_000);
      [live, workspace] = await Promise.all([startLive(version), scratchWorkspace(files, { name: "Two Runs" })]);
      server = await startServer({ folders: [workspace.folder], data: live.data });
      await live.connect(workspace.folder);
    });
    after(async () => {
      await live.cli(workspace.folder, "disconnect");
      await server.stop();
      await live.stop();
      await workspace.remove();
    });

    async function flowOf(folder: string, change?: (fields: Fields) => void): Promise<string> {
      const pushed = await live.ask(workspace.folder, "push", "workspace-analysis");
      return askLangflow(live.langflow).qualityOf(pushed.id, folder, change);
    }

    /** What the tool itself answers, without Langflow. */
    async function foundIn(folder: string): Promise<readonly Finding[]> {
      const called = await runCli([
        ...["call", "analyze_code_quality", JSON.stringify({ path: folder, limit: 200, maxTokens: 100_000 })],
        ...["--workspace", workspace.folder, "--data", live.data],
      ]);
      const { findings } = JSON.parse(called.stdout) as { findings: Finding[] };
      assert.ok(findings.length > 0);
      return findings.map(({ path, line, rule, severity, message }) => ({ path, line, rule, severity, message }));
    }

    it("gives each run its own findings and report", async () => {
      const [apples, pears] = [await flowOf("apples"), await flowOf("pears")];
      const [ofApples, ofPears] = await Promise.all([run(apples), run(pears)]);
      assert.deepEqual(ofApples.findings, await foundIn("apples"));
      assert.deepEqual(ofPears.findings, await foundIn("pears"));
      assert.match(ofApples.report, /apples\/pick\.ts:\d+/);
      assert.match(ofPears.report, /pears\/press\.ts:\d+/);
    });

    it("says that findings can't be assigned where neither flow names its run, and assigns them to a single run", async () => {
      const unnamed = (fields: Fields) => Reflect.deleteProperty(fields, flowRunArgument);
      const [apples, pears] = [await flowOf("apples", unnamed), await flowOf("pears", unnamed)];
      const results: readonly RunResult[] = await Promise.all([run(apples), run(pears)]);
      for (const { findings, report } of results) {
        assert.equal(findings, undefined);
        assert.match(report, /The findings of this run are not listed/);
      }
      assert.deepEqual((await run(apples)).findings, await foundIn("apples"));
    });

    it("gives a run of the workspace's second server its findings, which Langflow asks the first one for", async () => {
      const [apples, pears] = [await flowOf("apples"), await flowOf("pears")];
      const second = await startServer({ folders: [workspace.folder], data: live.data });
      try {
        const entry = (await servers()).find(({ pid }) => pid === second.pid);
        assert.equal(entry?.owner, false);
        const said: string[] = [];
        const ask = (name: OperationName, params: Readonly<Record<string, unknown>>) =>
          callOperation(entry, {
            name,
            params,
            signal: AbortSignal.timeout(60_000),
            progress: (message) => said.push(message),
          });
        await ask("link.connect", { url: live.langflow.url, keyFile: live.keyFile });
        const [ofApples, ofPears] = await Promise.all([
          run(apples),
          ask("runs.start", { flow: pears }).then((answer) => RunResult.parse(answer)),
        ]);
        assert.deepEqual(ofApples.findings, await foundIn("apples"));
        assert.deepEqual(ofPears.findings, await foundIn("pears"));
        assert.match(ofPears.report, /pears\/press\.ts:\d+/);
        assert.match(said[0] ?? "", /^Running "Quality of pears/);
      } catch (error) {
        throw new Error(`The second server said:\n${second.log()}`, { cause: error });
      } finally {
        await second.stop();
      }
    });
  });
}

describe("A Langflow that accepts no tweaks", function () {
  this.timeout(240_000);

  it("runs a flow all the same, and its findings are those of the run", async () => {
    const langflow = await startLangflow({ version: "1.13.0", env: { LANGFLOW_TWEAKS_POLICY: "off" } });
    const test = await startLink("no-tweaks");
    const { signal } = new AbortController();
    try {
      await test.link.connect({ url: langflow.url, apiKey: langflow.apiKey, signal });
      await test.flows.push("workspace-analysis", { overwrite: false, signal });
      const run = await test.runs.start("workspace-analysis", { signal, progress: () => undefined });
      assert.match(run.report, /1 files, 2 lines/);
      assert.deepEqual(run.findings, [{ path: "a.ts", line: 3, rule: "long-function", message: "It is long." }]);
      assert.deepEqual(
        test.recordedRuns.map(({ outcome }) => outcome),
        ["ok"],
      );
    } finally {
      await test.close();
      await langflow.stop();
    }
  });
});
