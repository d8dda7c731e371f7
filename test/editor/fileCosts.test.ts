import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { callRow, runRow } from "../../src/server/economy/rows.ts";
import { ledgerMigrations } from "../../src/server/economy/schema.ts";
import { createLedgerWriter } from "../../src/server/economy/writer.ts";
import { localUser } from "../../src/server/platform/call.ts";
import { noHead } from "../../src/server/platform/gitHead.ts";
import { migrate } from "../../src/server/storage/migrate.ts";
import { openStore } from "../../src/server/storage/open.ts";
import { frameWith, openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

/** Calls of one flow run about one file, which used so many tokens of a model. */
interface Use {
  readonly file: string;
  readonly calls: number;
  readonly model: string;
  readonly input: number;
  /** This month when left out. */
  readonly at?: Date;
}

describe("the cost of a file at its top", function () {
  this.timeout(120_000);
  let workspace: ScratchWorkspace;
  let data: string;
  let editor: Editor;

  before(async () => {
    const [pear, plum, fig, old] = ["pear", "plum", "fig", "old"].map((name) => `export const ${name} = 1;\n`);
    workspace = await scratchWorkspace({
      "src/pear.ts": pear ?? "",
      "src/plum.ts": plum ?? "",
      "src/fig.ts": fig ?? "",
      "src/old.ts": old ?? "",
    });
    data = await mkdtemp(path.join(tmpdir(), "lfc-file-costs-"));
    // 2.50 dollars a million tokens of gpt-4o.
    await write(path.join(data, "ledger"), [
      { file: "src/pear.ts", calls: 34, model: "gpt-4o", input: 48_000 },
      { file: "src/plum.ts", calls: 1, model: "home-grown", input: 1 },
      { file: "src/old.ts", calls: 5, model: "gpt-4o", input: 48_000, at: lastMonth() },
    ]);
    editor = await openEditor({ workspace: workspace.folder, data });
    await editor.endpoint();
  });
  after(async () => {
    await editor.close();
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  });

  const turn = (on: boolean) =>
    editor.inHost(async (vscode, value) => {
      const settings = vscode.workspace.getConfiguration("langflowConnect");
      await settings.update("cost.codeLens", value, vscode.ConfigurationTarget.Global);
    }, on);

  const lensesOf = (name: string) =>
    editor.inHost(async (vscode, file) => {
      const [found] = await vscode.workspace.findFiles(file);
      if (!found) throw new Error(`There is no ${file}`);
      await vscode.window.showTextDocument(found);
      const lenses = await vscode.commands.executeCommand<import("vscode").CodeLens[]>(
        "vscode.executeCodeLensProvider",
        found,
        9,
      );
      return lenses.map(({ command, range }) => [command?.title ?? "", command?.command ?? "", range.start.line]);
    }, name);

  it("is shown only where the user wants it: of this month, unknown where a price is, nothing where nothing was", async () => {
    assert.deepEqual(await lensesOf("src/pear.ts"), [], "off by default");
    await turn(true);
    const shown = await until("the server answers", async () => {
      const found = await lensesOf("src/pear.ts");
      return found.length > 0 && found;
    });
    const open = "langflowConnect.openPanel";
    assert.deepEqual(shown, [["This file: $0.12 this month, 34 calls", open, 0]]);
    assert.deepEqual(await lensesOf("src/plum.ts"), [["This file: unknown cost this month, 1 call", open, 0]]);
    assert.deepEqual(await lensesOf("src/fig.ts"), []);
    assert.deepEqual(await lensesOf("src/old.ts"), []);
    // Asked for once a minute: what comes in between is shown later.
    const client = await editor.mcp();
    await client.call("read_file", { path: "src/fig.ts" });
    assert.deepEqual(await lensesOf("src/fig.ts"), []);
  });

  it("is shown in the currency of the settings, which needs a rate", async () => {
    /** The default with null. */
    const set = (key: "currency" | "exchangeRate", value: string | number | null) =>
      editor.inHost(
        async (vscode, given) => {
          const settings = vscode.workspace.getConfiguration("langflowConnect.cost");
          await settings.update(given.key, given.value ?? undefined, vscode.ConfigurationTarget.Global);
        },
        { key, value },
      );
    const title = async () => (await lensesOf("src/pear.ts"))[0]?.[0];
    await set("exchangeRate", 5);
    await set("currency", "PLN");
    assert.equal(await title(), "This file: PLN 0.60 this month, 34 calls");
    await editor.runCommand("Langflow Connect: Open panel");
    const panel = await frameWith(editor.page, "#cost");
    const amount = (text: string) => panel.getByText(text, { exact: true }).first().waitFor();
    await amount("PLN 0.60");
    assert.doesNotMatch(await panel.locator("body").innerText(), /\$\d/);
    // A change is shown at once.
    await set("exchangeRate", 10);
    await amount("PLN 1.20");
    await set("exchangeRate", null);
    await amount("$0.12");
    assert.equal(await title(), "This file: $0.12 this month, 34 calls");
    assert.deepEqual(await editor.notifications(), [
      "The setting langflowConnect.cost.currency does not count: it must be a code such as EUR, with langflowConnect.cost.exchangeRate, how much of it one US dollar is.",
    ]);
    await set("currency", null);
    await editor.runCommand("View: Close All Editors");
  });

  it("leads to the panel", async () => {
    await lensesOf("src/pear.ts");
    await editor.page.locator(".codelens-decoration a", { hasText: "This file: $0.12 this month, 34 calls" }).click();
    await (await frameWith(editor.page, "#cost")).locator("#cost").waitFor();
    await turn(false);
    assert.deepEqual(await lensesOf("src/pear.ts"), []);
  });
});

function lastMonth(): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), 0, 12);
}

async function write(folder: string, uses: readonly Use[]): Promise<void> {
  const { database } = await openStore({ folder, name: "ledger", engine: "node", wasm: "", notice: () => undefined });
  migrate(database, ledgerMigrations);
  const writer = createLedgerWriter(database, "pears");
  for (const [number, { file, calls, model, input, at = new Date() }] of uses.entries()) {
    const id = `run${String(number)}`;
    const usage = { reported: true, models: [{ model, inputTokens: input, outputTokens: 0 }] } as const;
    const caller = { face: "mcp", client: "langflow", principal: localUser, flowRun: id } as const;
    const texts = { inputText: "{}", outputText: "{}" };
    const ended = { durationMs: 1, outcome: "ok" } as const;
    const flow = { flowId: "f", flowName: "Review", server: "", ...ended };
    const ids = Array.from({ length: calls }, (_, call) => `${id}.${String(call)}`);
    writer.write({
      calls: ids.map((call) =>
        callRow({ id: call, caller, tool: "read_file", startedAt: at, ...ended, ...texts }, noHead),
      ),
      runs: [runRow({ id, startedAt: at, usage, ...flow }, localUser)],
      tokens: ids.map((call) => ({
        id: call,
        at: at.getTime(),
        input: 1,
        output: 1,
        files: [{ path: file, weight: 1 }],
        hash: null,
        saved: { budget: 0, unchanged: 0 },
      })),
    });
  }
  database.close();
}
