import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import { startFaultProxy } from "../../support/faultProxy.ts";
import type { FaultProxy } from "../../support/faultProxy.ts";
import type { Langflow } from "../../support/langflow.ts";
import { recordRuns } from "../../support/ledgerRuns.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { openAndSave } from "../canvas.ts";
import { sharedLangflow } from "../live.ts";
import { paletteOf } from "../../support/palette.ts";
import type { Palette } from "../../support/palette.ts";
import { askLangflow } from "../rest.ts";

interface StoredFlow {
  readonly data: {
    nodes: { id: string; position: unknown; data: { node: { template: Record<string, { value: unknown }> } } }[];
  };
}

const serverName = "workspace-palette";
const repositoryNode = "MCPTools-repository";

describe("Langflow by palette commands", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let proxy: FaultProxy;
  let rest: ReturnType<typeof askLangflow>;
  let editor: Editor;
  let palette: Palette;
  let flowId: string;

  before(async () => {
    const branches = Array.from({ length: 30 }, (_, at) => `  if (a === ${String(at)}) return ${String(at)};`);
    workspace = await scratchWorkspace(
      {
        "src/one.ts": `export function many(a: number) {\n${branches.join("\n")}\n  return a;\n}\n`,
        "src/two.py": "def two():\n    return 2\n",
      },
      { name: "palette" },
    );
    langflow = await sharedLangflow("1.13.0");
    proxy = await startFaultProxy(langflow.url);
    rest = askLangflow(langflow);
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
  });
  after(async () => {
    await editor.close();
    await proxy.close();
    await workspace.remove();
  });

  /** Files and lines by git and wc. */
  const counted = () => {
    const shell = (command: string) =>
      Number(execFileSync("sh", ["-c", command], { cwd: workspace.folder, encoding: "utf8" }));
    return {
      files: shell("git ls-files -co --exclude-standard | wc -l"),
      lines: shell("git ls-files -coz --exclude-standard | xargs -0 cat | wc -l"),
    };
  };
  const ourFlows = async () =>
    (await rest.flows()).filter(
      ({ name, description }) => description?.includes("workspace-analysis") && name.includes("(palette)"),
    );
  const stored = async () => (await rest.ask("GET", `/api/v1/flows/${flowId}`)) as StoredFlow;
  const positions = async () => (await stored()).data.nodes.map(({ position }) => position);
  const pathField = async () => {
    const flow = await stored();
    const field = flow.data.nodes.find(({ id }) => id === repositoryNode)?.data.node.template["path"];
    assert.ok(field);
    return { flow, field };
  };

  it("connects, and the workspace is among Langflow's MCP servers", async () => {
    await palette.connect(proxy.url);
    assert.ok((await rest.mcpServers()).includes(serverName));
    await until("the status bar shows the latency", async () => / Langflow \d+ ms/.test(await editor.statusBarText()));
  });

  it("pushes the flow and runs it: the report opens, its numbers are git's, findings are in Problems", async () => {
    await palette.run("Push workspace analysis flow");
    await palette.toast("Pushed").getByRole("button", { name: "Run flow" }).click({ timeout: 60_000 });
    const { files, lines } = counted();
    assert.ok((await palette.report(1)).includes(`${String(files)} files, ${String(lines)} lines`));
    const problems = await editor.inHost((vscode) =>
      vscode.languages
        .getDiagnostics()
        .flatMap(([uri, list]) =>
          list.map((each) => `${uri.path.split("/").slice(-2).join("/")} ${each.source ?? ""}`),
        ),
    );
    assert.ok(problems.includes("src/one.ts Langflow Connect"), problems.join());
  });

  it("leaves one flow when it is pushed again", async () => {
    await palette.dismissToasts();
    await palette.run("Push workspace analysis flow");
    await palette.toast("Already up to date").waitFor({ timeout: 60_000 });
    const [flow, ...others] = await ourFlows();
    assert.ok(flow);
    assert.deepEqual(others, []);
    flowId = flow.id;
  });

  it("takes opening and saving in Langflow's canvas for no change, and leaves a moved node where it is", async () => {
    const pushed = await positions();
    await openAndSave(`${langflow.url}/flow/${flowId}`, flowId);
    const saved = await positions();
    assert.notDeepEqual(saved, pushed);
    await palette.dismissToasts();
    await palette.run("Push workspace analysis flow");
    await palette.toast("Already up to date").waitFor({ timeout: 60_000 });
    assert.deepEqual(await positions(), saved);
  });

  it("asks before it pushes over a change made in Langflow, and keeps the change without a yes", async () => {
    const { flow, field } = await pathField();
    field.value = "src";
    await rest.ask("PATCH", `/api/v1/flows/${flowId}`, { data: flow.data });

    await palette.dismissToasts();
    const dialog = editor.page.locator(".monaco-dialog-box", { hasText: "changed in Langflow" });
    await palette.run("Push workspace analysis flow");
    await dialog.getByRole("button", { name: "Cancel" }).click({ timeout: 60_000 });
    await dialog.waitFor({ state: "hidden" });
    assert.equal((await pathField()).field.value, "src");
    assert.deepEqual(await editor.notifications(), []);

    await palette.run("Push workspace analysis flow");
    await dialog.getByRole("button", { name: "Overwrite" }).click({ timeout: 60_000 });
    await palette.toast("Updated").waitFor({ timeout: 60_000 });
    assert.equal((await pathField()).field.value, ".");
    assert.equal((await ourFlows()).length, 1);
  });

  it("cancels a run, which is then over in Langflow too, and shows no error for it", async () => {
    await palette.dismissToasts();
    await proxy.setMode({ kind: "delay", ms: 4_000 }, /\/events/);
    await palette.run("Run flow");
    await palette.pick("Run which flow?", "Workspace analysis (palette)");
    await palette.toast("Running").waitFor();
    await until("Langflow has the run", () => proxy.count(/v2\/workflows$/) > 0);
    await palette.run("Cancel run");
    await palette.toast("Running").waitFor({ state: "hidden" });
    await until("Langflow is reported", () => proxy.count(/v2\/workflows\/stop/) === 1);
    await sleep(1_000);
    assert.deepEqual(await editor.notifications(), []);
    await palette.run("Cancel run");
    await palette.toast("No flow of this window is running").waitFor();
    await proxy.setMode({ kind: "pass" });
  });

  it("asks before a run that past runs put above cost.askAbove, and runs nothing without a yes", async () => {
    const flow = (await ourFlows())[0];
    assert.ok(flow);
    await editor.inHost(async (vscode) => {
      const settings = vscode.workspace.getConfiguration("langflowConnect");
      await settings.update("cost.askAbove", 0.3, vscode.ConfigurationTarget.Global);
    });
    const usage = { reported: true, models: [{ model: "gpt-4o", inputTokens: 200_000, outputTokens: 0 }] } as const;
    await recordRuns(editor.data, [
      { id: randomUUID(), flowId: flow.id, flowName: flow.name, startedAt: new Date(), usage },
    ]);
    await palette.dismissToasts();
    const run = async () => {
      await palette.run("Run flow");
      await palette.pick("Run which flow?", flow.name);
    };
    const dialog = editor.page.locator(".monaco-dialog-box", {
      hasText: "costs about $0.50 ($0.50 to $0.50) by its last run",
    });
    const begun = proxy.count(/v2\/workflows$/);
    await run();
    await dialog.getByRole("button", { name: "Cancel" }).click({ timeout: 60_000 });
    await dialog.waitFor({ state: "hidden" });
    await palette.toast("Running").waitFor({ state: "hidden" });
    assert.deepEqual(await editor.notifications(), []);
    assert.equal(proxy.count(/v2\/workflows$/), begun);
    await run();
    await dialog.getByRole("button", { name: "Run", exact: true }).click({ timeout: 60_000 });
    await until("Langflow has the run", () => proxy.count(/v2\/workflows$/) === begun + 1);
    await palette.toast("Running").waitFor({ state: "hidden" });
    assert.deepEqual(await editor.notifications(), []);
  });

  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    it(`has Langflow's next run work after ${signal} of the server, at the same address, and connects again`, async () => {
      const before = await editor.endpoint();
      await writeFile(path.join(workspace.folder, `${signal}.md`), "one\ntwo\n");
      process.kill(before.pid, signal);
      const struck = Date.now();
      await until(
        "another server answers",
        async () => {
          const now = await editor.endpoint().catch(() => before);
          return now.pid !== before.pid;
        },
        15_000,
      );
      // By Langflow alone: nothing of ours is reported of this run.
      assert.deepEqual(await rest.runFlow(flowId), counted());
      assert.ok(Date.now() - struck < 30_000);
      const after = await editor.endpoint();
      assert.deepEqual([after.url, after.token], [before.url, before.token]);
      await until("it is connected again", async () => / Langflow \d+ ms/.test(await editor.statusBarText()));
    });
  }

  it("disconnects: the registration is gone and the flow stays", async () => {
    await palette.dismissToasts();
    await palette.run("Disconnect");
    await palette.toast("Disconnected").waitFor({ timeout: 30_000 });
    assert.ok(!(await rest.mcpServers()).includes(serverName));
    assert.equal((await ourFlows()).length, 1);
  });
});
