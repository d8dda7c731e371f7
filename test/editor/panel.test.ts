import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type Axe from "axe-core";
import type { Frame } from "playwright-core";
import { Memory } from "../../src/protocol/memory.ts";
import { runRow } from "../../src/server/economy/rows.ts";
import { ledgerMigrations } from "../../src/server/economy/schema.ts";
import { createLedgerWriter } from "../../src/server/economy/writer.ts";
import { localUser } from "../../src/server/platform/call.ts";
import { migrate } from "../../src/server/storage/migrate.ts";
import { openStore } from "../../src/server/storage/open.ts";
import { runCli } from "../support/cli.ts";
import { frameWith, openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { paletteOf } from "../support/palette.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

declare const axe: typeof Axe;

const days = 90;
const flows = ["Review", "Release notes"] as const;
/** More than the panel lists. */
const callCount = 10_050;
const head = { branch: "plums", commit: "0123456789012345678901234567890123456789" };

const started = new Date();

interface Use {
  readonly at: Date;
  readonly flow: (typeof flows)[number];
  readonly durationMs: number;
  readonly input: number;
}

describe("the panel with 90 days of use", function () {
  this.timeout(120_000);
  let workspace: ScratchWorkspace;
  let data: string;
  let editor: Editor;
  let panel: Frame;
  const uses: readonly Use[] = usesOf(started);

  before(async () => {
    workspace = await scratchWorkspace({ "a.txt": "one\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-panel-"));
    await writeUses(path.join(data, "ledger"), uses);
    editor = await openEditor({ workspace: workspace.folder, data, size: { width: 1280, height: 900 } });
    await editor.endpoint();
    await editor.runCommand("Langflow Connect: Open panel");
    panel = await frameWith(editor.page, "#cost");
    await panel.locator("[aria-labelledby=cost] canvas").waitFor();
  });
  after(async () => {
    await editor.close();
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  });

  const select = (section: string, label: string) =>
    panel.locator(`[aria-labelledby=${section}] label`, { hasText: label }).locator("select");

  /** The chart's table: a time, and an amount for each part. */
  async function table(label: string): Promise<{ parts: string[]; rows: Map<string, string[]> }> {
    const region = panel.getByRole("region", { name: label, exact: true });
    if (!(await region.isVisible())) {
      await panel.locator("[aria-labelledby=cost] summary").click();
      await region.waitFor();
    }
    const cells = (row: string) => region.locator(row).evaluateAll((found) => found.map((cell) => cell.textContent));
    const [, ...parts] = await cells("thead th");
    const texts = await region
      .locator("tbody tr")
      .evaluateAll((found) => found.map((row) => [...row.children].map((cell) => cell.textContent)));
    return { parts, rows: new Map(texts.map(([time = "", ...amounts]) => [time, amounts])) };
  }

  /** Takes the file that VS Code's dialog proposes. */
  async function saveAs(proposed: string, existing?: "replace"): Promise<void> {
    const input = editor.page.locator(".quick-input-widget", { hasText: "Export" }).locator("input[type=text]");
    await until("the dialog proposes a file", async () => {
      return (await input.isVisible()) && (await input.inputValue()) === path.join(workspace.folder, proposed);
    });
    await editor.page.keyboard.press("Enter");
    if (existing) {
      await editor.page.locator(".quick-input-widget", { hasText: "already exists" }).waitFor();
      await editor.page.keyboard.press("Enter");
    }
    await input.waitFor({ state: "hidden" });
  }

  it("shows the cost of every day and flow, as it adds up by hand", async () => {
    await select("cost", "Period").selectOption("quarter");
    await select("cost", "by").selectOption("flow");
    const { parts, rows } = await until("the flows are there", async () => {
      const found = await table("Cost of runs by day and flow");
      return found.parts.includes("Review") && found.rows.size > days && found;
    });
    assert.deepEqual(parts, [...flows]);
    const today = new Date();
    for (let ago = 0; ago < days; ago++) {
      const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() - ago);
      const expected = flows.map((flow) => {
        // gpt-4o: 2.50 dollars for a million tokens.
        const tokens = uses
          .filter((use) => use.flow === flow && isOn(use.at, day))
          .reduce((all, use) => all + use.input, 0);
        const dollars = (tokens * 2.5) / 1_000_000;
        return tokens === 0 ? "$0" : `$${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`;
      });
      assert.deepEqual(rows.get(nameOf(day)), expected, nameOf(day));
    }
  });

  it("shows average times, and answers a choice within 100 ms", async () => {
    const choice = select("cost", "Show");
    const took = await choice.evaluate(async (element) => {
      const start = performance.now();
      const box = element as HTMLSelectElement;
      box.value = "runTime";
      box.dispatchEvent(new Event("change", { bubbles: true }));
      while (!document.querySelector('canvas[aria-label^="Average time of a run"]')) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return performance.now() - start;
    });
    assert.ok(took < 100, `${String(took)} ms`);
    const { parts, rows } = await table("Average time of a run by day and flow");
    const yesterday = new Date(new Date().setDate(new Date().getDate() - 1));
    const times = uses.filter((use) => use.flow === "Review" && isOn(use.at, yesterday)).map((use) => use.durationMs);
    const mean = times.reduce((all, ms) => all + ms, 0) / times.length;
    assert.equal(rows.get(nameOf(yesterday))?.[parts.indexOf("Review")], `${(mean / 1000).toFixed(1)} s`);
  });

  it("shows how the machine is, and what is expected of the cost", async () => {
    const facts = panel.locator("[aria-labelledby=health] .fact");
    await until("the machine is measured", async () => (await facts.allInnerTexts()).join().includes("Disk"));
    assert.match((await facts.allInnerTexts()).join("\n"), /Modules\s+All work/);
    const forecast = await panel.locator("[aria-label=Forecast] .fact").allInnerTexts();
    assert.match(
      forecast.join("\n"),
      /Expected this month\s+\$\d+\.\d\d, most likely \$\d+\.\d\d to \$\d+\.\d\d; \$\d+\.\d\d spent/,
    );
    await select("health", "Show").selectOption("memory");
    await panel.locator('canvas[aria-label^="Memory of the machine"]').waitFor();
  });

  it("lists 10,000 entries in pages and filters them within 100 ms", async () => {
    const activity = panel.locator("[aria-labelledby=activity]");
    const rows = activity.locator("tbody tr");
    await activity.locator(".empty", { hasText: "10,000 of 10,000 entries" }).waitFor();
    assert.equal(await rows.count(), 50);
    assert.equal(await rows.first().locator("td").nth(1).innerText(), "read_file");
    /** From a press of a button, or a text in the filter, until the list says so. */
    const timed = (given: { press?: string; type?: string }, done: string) =>
      panel.evaluate(
        async ([{ press, type = "" }, text]) => {
          const section = document.querySelector("[aria-labelledby=activity]");
          const start = performance.now();
          if (press === undefined) {
            const input = section?.querySelector("input");
            // As typing does it: React looks at the element's own property.
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, type);
            input?.dispatchEvent(new Event("input", { bubbles: true }));
          } else {
            const buttons = [...(section?.querySelectorAll<HTMLElement>("vscode-button") ?? [])];
            buttons.find((button) => button.textContent === press)?.click();
          }
          while (!section?.textContent.includes(text)) await new Promise((frame) => requestAnimationFrame(frame));
          // The frame with the change is painted.
          await new Promise((frame) => requestAnimationFrame(frame));
          return performance.now() - start;
        },
        [given, done] as const,
      );
    // The best of three, since other processes share the machine.
    const best: Record<string, number> = {};
    for (let turn = 0; turn < 3; turn++) {
      const took = {
        last: await timed({ press: "Last" }, "9,951 to 10,000 of 10,000"),
        text: await timed({ type: "not_found" }, "500 of 10,000 entries"),
        none: await timed({ type: "quince" }, "No entry fits the filter."),
        all: await timed({ type: "" }, "1 to 50 of 10,000"),
      };
      for (const [what, ms] of Object.entries(took)) best[what] = Math.min(ms, best[what] ?? Infinity);
    }
    for (const [what, ms] of Object.entries(best)) assert.ok(ms < 100, `${what}: ${String(ms)} ms`);
    await select("activity", "Outcome").selectOption("NOT_FOUND");
    await select("activity", "Client").selectOption("client 1");
    await activity.locator(".empty", { hasText: "100 of 10,000 entries" }).waitFor();
    assert.deepEqual(new Set(await rows.locator("td:nth-child(3)").allInnerTexts()), new Set(["NOT_FOUND"]));
    assert.deepEqual(new Set(await rows.locator("td:nth-child(4)").allInnerTexts()), new Set(["client 1"]));
    await select("activity", "Outcome").selectOption("");
    await select("activity", "Client").selectOption("");
  });

  it("shows all that is known of one entry by the keyboard, and new calls meanwhile", async () => {
    const activity = panel.locator("[aria-labelledby=activity]");
    const openers = activity.locator(".opener");
    await openers.first().focus();
    await editor.page.keyboard.press("ArrowDown");
    await editor.page.keyboard.press("Enter");
    const detail = activity.locator("tr.detail");
    await detail.locator(".fact").first().waitFor();
    assert.equal(await openers.nth(1).getAttribute("aria-expanded"), "true");
    const facts = await detail
      .locator(".fact")
      .evaluateAll((found) => found.map((fact) => (fact as HTMLElement).innerText));
    const at = started.getTime() - 10;
    assert.deepEqual(facts.slice(1), [
      "Client\nclient 0, by mcp",
      `Started\n${new Date(at).toLocaleString("sv-SE").slice(0, 16)}`,
      "Took\n6 ms",
      "Outcome\nok",
      "Tokens in\n101",
      "Tokens out\n1,001",
      "Cost\n–",
      "Workspace\norchard",
      "Branch\nplums",
      "Commit\n012345678901",
      "Id\ncall-1",
    ]);
    assert.deepEqual(await detail.locator("li").allInnerTexts(), ["src/pears.ts 75 %", "src/plums.ts 25 %"]);
    const client = await editor.mcp();
    const failed = await client.call("read_file", { path: "missing.txt" });
    await until("the new call is first", async () =>
      (await activity.locator("tbody tr").first().innerText()).includes("NOT_FOUND"),
    );
    await openers.first().click();
    const { message, remedy } = (failed.value as { error: { message: string; remedy: string } }).error;
    await detail.getByText(`${message} ${remedy}`).waitFor();
    assert.equal(await detail.count(), 1);
  });

  it("exports a chart as CSV and PNG, and says when a file cannot be written", async () => {
    await select("cost", "Show").selectOption("cost");
    const { parts, rows } = await table("Cost of runs by day and flow");
    const cost = panel.locator("[aria-labelledby=cost]");
    const palette = paletteOf(editor);
    const name = "Cost of runs by day and flow";
    await cost.getByRole("button", { name: "Export as CSV" }).click();
    await saveAs(`${name}.csv`);
    await palette.toast(`Exported to ${name}.csv.`).waitFor();
    const csv = path.join(workspace.folder, `${name}.csv`);
    const [headings = "", ...lines] = (await readFile(csv, "utf8")).trimEnd().split("\r\n");
    assert.equal(headings, `Day,${parts.map((name) => `${name} (USD)`).join(",")}`);
    const words = (value: string) => {
      const dollars = Number(value);
      return dollars === 0 ? "$0" : `$${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`;
    };
    const exported = lines
      .map((line) => line.split(","))
      .map(([day = "", ...cells]) => [day, cells.map(words)] as const);
    assert.deepEqual(new Map(exported), rows);
    await cost.getByRole("button", { name: "Export as PNG" }).click();
    await saveAs(`${name}.png`);
    await palette.toast(`Exported to ${name}.png.`).waitFor();
    const png = path.join(workspace.folder, `${name}.png`);
    const background = await panel.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const picture = await editor.page.evaluate(
      async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext("2d");
        context?.drawImage(image, 0, 0);
        const [red, green, blue, alpha] = context?.getImageData(1, 1, 1, 1).data ?? [];
        const all = context?.getImageData(0, 0, image.width, image.height).data ?? [];
        const colors = new Set(Array.from({ length: all.length / 4 }, (_, at) => all.slice(at * 4, at * 4 + 3).join()));
        return { corner: `rgb(${[red, green, blue].join(", ")})`, alpha, colors: colors.size };
      },
      (await readFile(png)).toString("base64"),
    );
    assert.deepEqual([picture.corner, picture.alpha], [background, 255]);
    assert.ok(picture.colors > 20, `${String(picture.colors)} colors`);
    // A disk without space.
    await rm(csv);
    await symlink("/dev/full", csv);
    await cost.getByRole("button", { name: "Export as CSV" }).click();
    await saveAs(`${name}.csv`, "replace");
    await palette.toast(`${name}.csv was not written:`).waitFor();
    await palette.dismissToasts();
  });

  it("shows, filters, edits, removes and exports memories, as the command line has them", async () => {
    const memory = (...args: string[]) => runCli(["memory", ...args, "--workspace", workspace.folder, "--data", data]);
    const listed = async () => Memory.array().parse(JSON.parse((await memory("export")).stdout));
    await memory("add", "--text", "Builds use pnpm", "--tag", "build", "--expires", "30d");
    await memory("add", "--text", "Answer in English", "--scope", "user");
    await panel.locator("#memories").scrollIntoViewIfNeeded();
    const section = panel.locator("[aria-labelledby=memories]");
    const items = section.locator(".memories > li");
    await section.locator("input[type=search]").fill("pnpm");
    await until("one is found", async () => (await items.count()) === 1);
    assert.match(await items.innerText(), /^Builds use pnpm\s+workspace, from the user, .*, until .*, #build/);
    await items.getByRole("button", { name: "Edit: Builds use pnpm" }).focus();
    await editor.page.keyboard.press("Enter");
    await section.getByLabel("Text").fill('password = "pear55tree"');
    await section.getByRole("button", { name: "Save" }).click();
    await section.getByRole("alert").getByText("contains a key, token or password").waitFor();
    await section.getByLabel("Text").fill("Builds use npm, no longer pnpm");
    await section.getByLabel("Tags").fill("build, tools");
    await section.getByLabel("Expires").selectOption("never");
    await section.getByRole("button", { name: "Save" }).click();
    await items.getByText("Builds use npm, no longer pnpm").waitFor();
    await panel.locator("vscode-button:focus", { hasText: "Edit" }).waitFor();
    const [, edited] = (await listed()).toSorted((a, b) => (a.text < b.text ? -1 : 1));
    assert.deepEqual(
      [edited?.text, edited?.tags, edited?.expiresAt],
      ["Builds use npm, no longer pnpm", ["build", "tools"], undefined],
    );
    const palette = paletteOf(editor);
    const file = path.join(workspace.folder, "memories.json");
    await section.getByRole("button", { name: "Export memories as JSON" }).click();
    await saveAs("memories.json");
    await palette.toast("Exported to memories.json.").waitFor();
    assert.deepEqual(Memory.array().parse(JSON.parse(await readFile(file, "utf8"))), await listed());
    const dialog = editor.page.locator(".monaco-dialog-box");
    const remove = items.getByRole("button", { name: "Remove" });
    await remove.click();
    await dialog.getByText("Builds use npm, no longer pnpm").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal((await listed()).length, 2);
    await remove.click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await section.getByText("No memory fits the filter.").waitFor();
    assert.deepEqual(
      (await listed()).map(({ text }) => text),
      ["Answer in English"],
    );
    await section.locator("input[type=search]").fill("");
    await section.getByText("1 memory").waitFor();
  });

  it("leads to the settings of a part", async () => {
    await panel.getByRole("button", { name: "Settings of tokens and cost" }).click();
    // A person's own settings of this machine: where the extension runs on another one than the window, a tab of theirs.
    await editor.page
      .locator(".settings-editor")
      .getByRole("tab", { name: /^Remote/ })
      .click();
    await editor.page.locator(".settings-editor .setting-item-label", { hasText: "Prices" }).waitFor();
    const titles = editor.page.locator(".settings-editor .setting-item-contents .setting-item-title");
    const names = (await titles.allInnerTexts()).map((title) => title.replaceAll(/\s+/g, " ").trim());
    assert.deepEqual(
      names.filter((name) => !/^Langflow Connect › (Cost|Ledger): /.test(name)),
      [],
    );
    await editor.page.keyboard.press("Escape");
    await editor.page.locator(".settings-editor").waitFor({ state: "hidden" });
  });

  it("has no fault that axe finds, also in a narrow column", async () => {
    await panel.locator("[aria-labelledby=activity] .opener").nth(2).click();
    await panel.locator("[aria-labelledby=memories]").getByRole("button", { name: "Edit" }).click();
    await panel.locator(".entry .fact").first().waitFor();
    const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await panel.evaluate(source);
    for (const width of [1280, 600, 528]) {
      await editor.page.setViewportSize({ width, height: 900 });
      const found = await panel.evaluate(async () =>
        (await axe.run(document, { rules: { "color-contrast": { enabled: false } } })).violations.map(({ id }) => id),
      );
      assert.deepEqual(found, [], String(width));
    }
    const { overflow, width } = await panel.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { overflow: scrollWidth - clientWidth, width: clientWidth };
    });
    assert.ok(width <= 300, String(width));
    assert.equal(overflow, 0);
  });
});

function usesOf(now: Date): Use[] {
  return Array.from({ length: days * 8 }, (_, index) => {
    const [ago, turn] = [Math.floor(index / 8), index % 8];
    const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - ago, 0, turn, 1);
    const flow = turn % 3 === 0 ? "Release notes" : "Review";
    return {
      at,
      flow,
      durationMs: 2_000 + 137 * ((index * 31) % 50),
      input: 4_000 + 100 * ((index * 17) % 90),
    } as const;
  }).filter(({ at }) => at < now);
}

async function writeUses(folder: string, uses: readonly Use[]): Promise<void> {
  const { database } = await openStore({ folder, name: "ledger", engine: "node", wasm: "", notice: () => undefined });
  migrate(database, ledgerMigrations);
  const runs = uses.map(({ at, flow, durationMs, input }, index) =>
    runRow(
      {
        ...{ id: `run-${String(index)}`, flowId: flow, flowName: flow, server: "http://127.0.0.1:7860/" },
        ...{ startedAt: at, durationMs, outcome: "ok" },
        usage: { reported: true, models: [{ model: "gpt-4o", inputTokens: input, outputTokens: 0 }] },
      },
      localUser,
    ),
  );
  const writer = createLedgerWriter(database, "orchard");
  // The newest first, all within two minutes.
  const calls = Array.from({ length: callCount }, (_, index) => ({
    ...{ id: `call-${String(index)}`, at: started.getTime() - index * 10, durationMs: 5 + (index % 700) },
    ...{ tool: "read_file", face: "mcp", client: `client ${String(Math.floor(index / 20) % 5)}`, head },
    ...{ principal: localUser, outcome: index % 20 === 5 ? "NOT_FOUND" : "ok", figures: [5 + (index % 700), 2, 2] },
  }));
  const files = [
    { path: "src/pears.ts", weight: 3 },
    { path: "src/plums.ts", weight: 1 },
  ];
  const saved = { budget: 0, unchanged: 0 };
  const tokens = calls.map(({ id, at }, index) => {
    return { id, at, input: 100 + index, output: 1_000 + index, files: index < 5 ? files : [], hash: null, saved };
  });
  writer.write({ calls, runs, tokens });
  database.close();
}

function isOn(at: Date, day: Date): boolean {
  return at.toDateString() === day.toDateString();
}

/** YYYY-MM-DD */
function nameOf(day: Date): string {
  return day.toLocaleDateString("sv-SE");
}
