// npm run shots: pictures of panel, status bar, walkthrough and report in dark, light and high contrast, into shots/.
// Fails on cut text, a contrast below 4.5:1 or an axe violation. A real VS Code with the packaged extension, and a real
// Langflow that the tests' set-up installed.
//   npm run shots -- --keep          also renews the pictures of README and walkthrough in media/
//   npm run shots -- --theme dark    only that one
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startLangflow } from "../test/support/langflow.ts";
import type Axe from "axe-core";
import type { Frame, Locator, Page } from "playwright-core";
import { askLangflow } from "../test/langflow/rest.ts";
import { frameWith, openEditor, until } from "../test/support/editor.ts";
import type { Editor } from "../test/support/editor.ts";
import { startModelProvider } from "../test/support/modelProvider.ts";
import type { Theme } from "../test/support/vscode.ts";
import { scratchWorkspace } from "../test/support/workspaces.ts";
import { makeFlows, shootFlows, shootWelcome } from "./lib/flowShots.ts";
import type { FlowShots } from "./lib/flowShots.ts";
import { shootGraph } from "./lib/graphShots.ts";
import { shootLoop } from "./lib/loopShots.ts";
import { shootOverview, shootPanel } from "./lib/panelShots.ts";
import type { PanelShots } from "./lib/panelShots.ts";
import { shootRuns } from "./lib/runShots.ts";
import { writeUsage } from "./lib/usageShots.ts";

const { values } = parseArgs({
  options: { keep: { type: "boolean", default: false }, theme: { type: "string", multiple: true } },
});
/** Put into the page by `check`. */
declare const axe: typeof Axe;
const allThemes: readonly Theme[] = ["dark", "light", "highContrast", "highContrastLight"];
const themes = values.theme === undefined ? allThemes : allThemes.filter((theme) => values.theme?.includes(theme));
if (themes.length === 0) throw new Error(`Themes are ${allThemes.join(", ")}.`);

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const problems: string[] = [];
const pageRules = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
  rules: { region: { enabled: false } },
};
/** VS Code itself puts a comma into the names of rows, and a label on the icon of a dialog. */
const windowRules = {
  ...pageRules,
  rules: {
    ...pageRules.rules,
    "label-content-name-mismatch": { enabled: false },
    "aria-prohibited-attr": { enabled: false },
  },
};
/** Around the report stands VS Code's own page. */
const reportRules = { runOnly: ["color-contrast", "heading-order", "empty-heading", "link-name", "image-alt"] };

if (!values.theme) await rm("shots", { recursive: true, force: true });
await mkdir("shots", { recursive: true });
const scratch = await mkdtemp(path.join(tmpdir(), "lfc-shots-"));
const workspace = await scratchWorkspace(sample(), { name: "bookshop" });
const provider = await startModelProvider();
const langflow = await startLangflow({ version: "1.13.0", modelProvider: provider.url });
const { ask: rest } = askLangflow(langflow);
try {
  await makeFlows(rest);
  for (const theme of themes) await shoot(theme);
} finally {
  await langflow.stop();
  await provider.close();
  await workspace.remove();
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}
for (const problem of problems) console.log(problem);
console.log(
  problems.length === 0 ? "All pictures are in shots/; nothing to complain of." : `${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

async function shoot(theme: Theme) {
  await writeUsage(path.join(scratch, theme));
  const editor = await openEditor({
    workspace: workspace.folder,
    data: path.join(scratch, theme),
    theme,
    size: { width: 1280, height: 860 },
  });
  const { page } = editor;
  const shot = async (name: string) => {
    await page.waitForTimeout(400);
    await page.screenshot({ path: `shots/${name}-${theme}.png` });
    console.log(`shots/${name}-${theme}.png`);
  };
  try {
    const { pid } = await editor.endpoint();
    // A machine's setting: in this window it belongs to the machine of the extension host. The server restarts with it.
    await editor.inHost(async (vscode) =>
      vscode.workspace
        .getConfiguration("langflowConnect")
        .update("cost.model", "gpt-4o-mini", vscode.ConfigurationTarget.Global),
    );
    await until("the server has the model", async () => (await editor.endpoint()).pid !== pid);
    await page.locator(".statusbar-item", { hasText: "Langflow" }).waitFor();
    await editor.runCommand("Langflow Connect: Open panel");
    const panel = await frameWith(page, "#connection");
    await shot("panel-fresh");
    await check(panel, `panel-fresh-${theme}`);
    const flowShots: FlowShots = {
      editor,
      folder: workspace.folder,
      rest,
      shot,
      check: (selector, name) => checkWindow(page, { selector, name: `${name}-${theme}` }),
    };
    await shootWelcome(flowShots);

    const pick = page.locator(".quick-input-widget");
    await choose(editor, "Langflow Connect: Connect to Langflow", pick.getByText("Another address…"));
    await shot("connect");
    await pick.getByText("Another address…").click();
    await answer(page, "Address of Langflow", langflow.url);
    await notification(page, "Connected to Langflow");
    await shot("connected");
    await page.locator(".notification-toast").getByRole("button", { name: "Push workspace analysis flow" }).click();
    // The windows share one Langflow: the first pushes, the others find the flow as it should be.
    await notification(page, /Pushed|Already up to date/);
    await shot("pushed");
    await page.locator(".notification-toast").getByRole("button", { name: "Run flow" }).click();
    await page.locator(".tab", { hasText: "Workspace analysis" }).waitFor({ timeout: 120_000 });
    const report = await frameWith(page, ".markdown-body", 30_000);
    await clear(editor);
    await shot("report");
    await check(report, `report-${theme}`, reportRules);

    await shootFlows(flowShots);
    await shootGraph({
      ...{ editor, folder: workspace.folder, shot },
      check: (frame, name) => check(frame, `${name}-${theme}`),
    });

    await shootLoop({
      ...{ editor, folder: workspace.folder, rest, provider, shot },
      check: (frame, name) => check(frame, `${name}-${theme}`),
    });

    await shootRuns({
      ...{ editor, provider, flow: "Shop assistant", shot },
      check: (frame) => check(frame, `flow-run-${theme}`, reportRules),
    });

    const client = await editor.mcp();
    await client.call("read_file", { path: "src/cart.ts" });
    await client.call("read_file", { path: "src/missing.ts" });
    await editor.runCommand("Langflow Connect: Open panel");
    await (await frameWith(page, "#cost")).locator("[aria-labelledby=cost] canvas").waitFor();
    await page.locator(".tab.active", { hasText: "Langflow Connect" }).waitFor();
    await page.mouse.move(200, 500);
    await page.waitForTimeout(2_000);
    await clear(editor);
    await shot("panel");
    const full = await frameWith(page, "#connection");
    await check(full, `panel-${theme}`);
    await full.locator("#cost").evaluate((heading) => {
      heading.scrollIntoView();
    });
    await shot("cost");
    await full.locator("[aria-labelledby=cost] summary").click();
    await check(full, `cost-${theme}`);
    const panelShots: PanelShots = {
      ...{ editor, folder: workspace.folder, shot },
      check: (frame, name) => check(frame, `${name}-${theme}`),
    };
    await shootPanel(panelShots, full);
    await shootOverview(panelShots);
    await page.locator(".statusbar-item", { hasText: "Langflow" }).hover();
    await page.locator(".monaco-hover", { hasText: "MCP endpoint" }).waitFor();
    await shot("status-bar");
    await page.mouse.move(10, 10);

    await choose(editor, "Langflow Connect: Copy MCP endpoint", pick.getByText("Cursor", { exact: true }));
    await shot("clients");
    await page.keyboard.press("Escape");

    await editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      // Beside the explorer there is no room for the steps' pictures.
      await vscode.commands.executeCommand("workbench.action.closeSidebar");
      const walkthrough = "langflow-connect.langflow-connect#start";
      await vscode.commands.executeCommand("workbench.action.openWalkthrough", walkthrough, false);
    });
    await page.locator(".gettingStartedContainer .step-title", { hasText: "Connect to Langflow" }).first().waitFor();
    await page.waitForTimeout(1_000);
    await shot("walkthrough");
    await editor.inHost(async (vscode) => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
    if (values.keep && theme === "dark") await keepPictures();
  } catch (error) {
    await page.screenshot({ path: `shots/failed-${theme}.png` });
    throw error;
  } finally {
    await editor.close();
  }
}

async function keepPictures() {
  const steps = { serve: "panel-fresh", connect: "connect", push: "pushed", run: "report", clients: "clients" };
  const kept = { ...steps, flows: "flows" };
  await mkdir("media/walkthrough", { recursive: true });
  for (const [step, name] of Object.entries(kept)) {
    await copyFile(`shots/${name}-dark.png`, `media/walkthrough/${step}.png`);
  }
  await copyFile("shots/panel-dark.png", "media/panel.png");
  await mkdir("docs/pictures", { recursive: true });
  for (const name of [
    "flows",
    "flow-file",
    "flow-quick-fix",
    "flow-conflict",
    "flow-merge",
    "flow-update",
    "flow-graph",
    "flow-graph-comparison",
    "flow-loop",
    "flow-run",
    "flow-run-comparison",
  ])
    await copyFile(`shots/${name}-dark.png`, `docs/pictures/${name}.png`);
}

async function answer(page: Page, title: string, text: string) {
  const box = page.locator(".quick-input-widget", { hasText: title });
  await box.waitFor();
  await box.locator("input").fill(text);
  await page.keyboard.press("Enter");
}

async function notification(page: Page, text: string | RegExp) {
  await page.locator(".notification-toast", { hasText: text }).first().waitFor({ timeout: 60_000 });
}

function clear(editor: Editor) {
  return editor.inHost(async (vscode) => vscode.commands.executeCommand("notifications.clearAll"));
}

/** Runs a command that asks, until its question is there: a panel that takes the focus just then closes it. */
async function choose(editor: Editor, command: string, option: Locator) {
  for (let attempt = 1; ; attempt++) {
    await editor.runCommand(command);
    const shown = await option.waitFor({ timeout: 8_000 }).then(
      () => true,
      () => false,
    );
    if (shown) return;
    if (attempt === 3) throw new Error(`${command} showed no choice.`);
  }
}

/** What axe finds in a part of VS Code's own window. */
async function checkWindow(page: Page, { selector, name }: { selector: string; name: string }) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(
    async ([within, rules]) =>
      (await axe.run(within, rules)).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join("; ")}`,
      ),
    [selector, windowRules] as const,
  );
  for (const violation of found) problems.push(`${name}: ${violation}`);
}

async function check(frame: Frame, name: string, options: Axe.RunOptions = pageRules) {
  // Through the driver's channel and not as a script element: the page's policy refuses other scripts, as it should.
  await frame.evaluate(axeSource);
  const found = await frame.evaluate(async (rules) => {
    // The page lies on the editor's background, which axe cannot see from inside the frame.
    document.documentElement.style.backgroundColor = "var(--vscode-editor-background)";
    const results = await axe.run(document, rules);
    const cut = [...document.querySelectorAll("body *")].filter((element) => {
      const style = getComputedStyle(element);
      const hides = [style.overflowX, style.overflowY].some((value) => value === "hidden" || value === "clip");
      const over = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
      // What a canvas that is moved does not show is there when it is moved.
      const isCanvas = element.closest(".react-flow") !== null && element.querySelector(".react-flow__node") !== null;
      return !isCanvas && hides && over && element.textContent.trim() !== "" && element.clientWidth > 1;
    });
    return {
      violations: results.violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map((node) => `${node.target.join(" ")} ${node.failureSummary ?? ""}`)
            .join("; ")}`,
      ),
      cut: cut.map((element) => element.textContent.trim().slice(0, 80)),
      wide: document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
    };
  }, options);
  for (const violation of found.violations) problems.push(`${name}: ${violation}`);
  for (const text of found.cut) problems.push(`${name}: cut text ${JSON.stringify(text)}`);
  if (found.wide) problems.push(`${name}: wider than the window`);
}

/** A small shop whose code has something to find. */
function sample() {
  const branches = Array.from(
    { length: 34 },
    (_, index) => `  if (code === "C${index}") return price * ${1 - index / 100};`,
  );
  return {
    "tsconfig.json":
      '{"compilerOptions":{"strict":true,"module":"esnext","moduleResolution":"bundler"},"include":["src"]}\n',
    "package.json": '{"name":"bookshop","version":"1.0.0","dependencies":{}}\n',
    "src/book.ts": "export interface Book {\n  readonly title: string;\n  readonly price: number;\n}\n",
    "src/discount.ts": `import { total } from "./cart";\n\nexport function discount(code: string, price: number): number {\n${branches.join("\n")}\n  return price;\n}\n\nexport const cheapest = () => total([]);\n`,
    "src/cart.ts":
      'import type { Book } from "./book";\nimport { discount } from "./discount";\n\nexport function total(books: readonly Book[], code = ""): number {\n  let sum = 0;\n  for (const book of books) sum += discount(code, book.price);\n  return sum;\n}\n',
    "tools/report.py": "def report(rows):\n    for row in rows:\n        print(row)\n",
    "README.md": "# Bookshop\n",
  };
}
