import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type Axe from "axe-core";
import type { Frame } from "playwright-core";
import { runCli } from "../support/cli.ts";
import { frameWith, openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { recordRuns } from "../support/ledgerRuns.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

declare const axe: typeof Axe;

describe("the overview in the side bar", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let data: string;
  let editor: Editor;
  let view: Frame;

  before(async () => {
    workspace = await scratchWorkspace({ "a.txt": "one\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-overview-"));
    const models = [{ model: "gpt-4o", inputTokens: 100_000, outputTokens: 0 }];
    const run = { id: "r1", flowName: "Review", startedAt: new Date(), durationMs: 2_100 };
    await recordRuns(data, [{ ...run, usage: { reported: true, models } }]);
    const budgets = [
      { name: "team", limit: "20", period: "month", hard: true },
      { name: "reviews", limit: "0.5", period: "day", hard: false },
    ];
    await writeFile(path.join(data, "budgets.json"), JSON.stringify({ budgets }), { mode: 0o600 });
    editor = await openEditor({ workspace: workspace.folder, data, size: { width: 1000, height: 900 } });
    await editor.endpoint();
    await editor.runCommand("Langflow: Focus on Overview View");
    view = await frameWith(editor.page, ".part");
  });
  after(async () => {
    await editor.close();
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  });

  const part = (title: string) => view.locator(".part", { hasText: title });

  it("shows today's cost and the budget nearest to its limit, as the command line does", async () => {
    const line = (await runCli(["cost", "--line", "--workspace", workspace.folder, "--data", data])).stdout;
    const [, today] = /^today (.*), month/.exec(line) ?? assert.fail(line);
    assert.equal(today, "$0.25");
    await part("Cost today").getByText("$0.25", { exact: true }).waitFor();
    const text = await part("Cost today").innerText();
    assert.match(text, /reviews\s+\$0\.25 of \$0\.50, until/);
    assert.match(text, /50 % used\./);
    assert.doesNotMatch(text, /team/);
    assert.match(await part("Alerts").innerText(), /None in force\./);
    assert.match(await part("Langflow").first().innerText(), /State\s+Not connected/);
    const last = part("Last calls and runs").locator("li");
    assert.match(await last.first().innerText(), /^Review \(flow\) ok, \d\d:\d\d:\d\d, 2\.1 s, \$0\.25$/);
    const show = (code: string) =>
      editor.inHost(async (vscode, currency) => {
        const settings = vscode.workspace.getConfiguration("langflowConnect");
        await settings.update("cost.exchangeRate", 4, vscode.ConfigurationTarget.Global);
        await settings.update("cost.currency", currency, vscode.ConfigurationTarget.Global);
      }, code);
    await show("PLN");
    await part("Cost today").getByText("PLN 1.00", { exact: true }).waitFor();
    assert.match(await part("Cost today").innerText(), /reviews\s+\$0\.25 of \$0\.50, until/);
    assert.match(await last.first().innerText(), /, 2\.1 s, PLN 1\.00$/);
    await show("USD");
    const client = await editor.mcp();
    await client.call("read_file", { path: "a.txt" });
    await until("the call is first", async () => (await last.first().innerText()).startsWith("read_file ok"));
  });

  it("shows an alert while it lasts", async () => {
    const budgets = [{ name: "team", limit: "0.1", period: "month", hard: true }];
    await writeFile(path.join(data, "budgets.json"), JSON.stringify({ budgets }), { mode: 0o600 });
    await part("Alerts").getByText('The budget "team" is used up').waitFor({ timeout: 40_000 });
  });

  it("has no fault that axe finds, in its narrowest column too", async () => {
    const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await view.evaluate(source);
    for (const width of [1000, 420]) {
      await editor.page.setViewportSize({ width, height: 900 });
      const found = await view.evaluate(async () =>
        (await axe.run(document, { rules: { "color-contrast": { enabled: false } } })).violations.map(({ id }) => id),
      );
      assert.deepEqual(found, [], String(width));
      const overflow = await view.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(overflow, 0, String(width));
    }
    await editor.page.setViewportSize({ width: 1000, height: 900 });
  });

  it("opens the panel, and keeps a closed part over a reload of the window", async () => {
    await view.getByRole("button", { name: "Open panel" }).click();
    await frameWith(editor.page, "#connection");
    await view.locator("summary", { hasText: "Cost today" }).focus();
    await editor.page.keyboard.press("Enter");
    await until("it is closed", async () => (await part("Cost today").getAttribute("open")) === null);
    await editor.runCommand("Developer: Reload Window");
    await until("the page is gone", () => view.isDetached());
    view = await frameWith(editor.page, ".part", 40_000);
    assert.equal(await part("Cost today").getAttribute("open"), null);
    assert.equal(await part("Alerts").getAttribute("open"), "");
  });
});
