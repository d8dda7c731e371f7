// Pictures of the panel's parts below the first screen, of its narrowest column, and of the overview in the side bar.
import type { Frame, Page } from "playwright-core";
import { runCli } from "../../test/support/cli.ts";
import { frameWith } from "../../test/support/editor.ts";
import type { Editor } from "../../test/support/editor.ts";

export interface PanelShots {
  readonly editor: Editor;
  readonly folder: string;
  shot(name: string): Promise<void>;
  check(frame: Frame, name: string): Promise<void>;
}

const memories = [
  ["--text", "Builds use pnpm, and the lock file is committed.", "--tag", "build", "--expires", "30d"],
  ["--text", "Prices are in cents everywhere but in src/discount.ts, which has whole euros.", "--tag", "money"],
  ["--text", "Answer in English.", "--scope", "user"],
];

/** The panel must be open. */
export async function shootPanel(shots: PanelShots, panel: Frame): Promise<void> {
  const { editor, folder, shot, check } = shots;
  const { page } = editor;
  for (const memory of memories)
    await runCli(["memory", "add", ...memory, "--workspace", folder, "--data", editor.data]);
  const show = (id: string) => panel.locator(`#${id}`).evaluate((heading) => heading.scrollIntoView());
  const activity = panel.locator("[aria-labelledby=activity]");
  await activity.locator(".opener", { hasText: "read_file" }).first().click();
  await activity.locator(".entry .fact").first().waitFor();
  await show("activity");
  await shot("activity");
  await check(panel, "activity");
  const memory = panel.locator("[aria-labelledby=memories]");
  // What another process remembered comes with the next look.
  await memory.locator("input[type=search]").fill("build prices answer");
  await memory.getByText("3 memories").waitFor();
  await memory.getByRole("button", { name: "Edit" }).first().click();
  await show("memories");
  await shot("memory");
  await check(panel, "memory");
  await editor.inHost(async (vscode) => vscode.commands.executeCommand("workbench.action.closeSidebar"));
  await narrow(page, panel);
  for (const part of ["connection", "cost", "activity", "memories"]) {
    await show(part);
    await shot(`narrow-${part}`);
  }
  await check(panel, "narrow");
  await page.setViewportSize({ width: 1280, height: 860 });
}

/** Until the page has 300 pixels. */
async function narrow(page: Page, panel: Frame): Promise<void> {
  await page.setViewportSize({ width: 380, height: 860 });
  const width = await panel.evaluate(() => document.documentElement.clientWidth);
  await page.setViewportSize({ width: 380 + 300 - width, height: 860 });
}

export async function shootOverview({ editor, shot, check }: PanelShots): Promise<void> {
  await editor.runCommand("Langflow: Focus on Overview View");
  const overview = await frameWith(editor.page, ".part");
  await overview.locator(".budgets").waitFor();
  await shot("overview");
  await check(overview, "overview");
}
