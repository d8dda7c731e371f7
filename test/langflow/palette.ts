// A person at the command palette of a window.
import type { Locator } from "playwright-core";
import type { Editor } from "../support/editor.ts";
import { until } from "../support/editor.ts";

export interface Palette {
  toast(text: string): Locator;
  run(title: string): Promise<void>;
  /** Answers one input box. */
  answer(title: string, text: string): Promise<void>;
  /** Takes one entry of a list. */
  pick(title: string, entry: string): Promise<void>;
  connect(url: string, apiKey: string): Promise<void>;
  dismissToasts(): Promise<void>;
  /** The Markdown of the newest report, once there are that many. */
  report(count: number): Promise<string>;
}

export function paletteOf(editor: Editor): Palette {
  const { page } = editor;
  const toast = (text: string) => page.locator(".notification-toast", { hasText: text }).first();
  const box = (title: string) => page.locator(".quick-input-widget", { hasText: title });
  const run = (title: string) => editor.runCommand(`Langflow Connect: ${title}`);

  async function answer(title: string, text: string): Promise<void> {
    await box(title).waitFor();
    await box(title).locator("input").fill(text);
    await page.keyboard.press("Enter");
    await box(title).waitFor({ state: "hidden" });
  }

  async function pick(title: string, entry: string): Promise<void> {
    await box(title).locator(".monaco-list-row", { hasText: entry }).first().click();
    await box(title).waitFor({ state: "hidden" });
  }

  return {
    toast,
    run,
    answer,
    pick,
    async connect(url, apiKey) {
      await run("Connect to Langflow");
      await pick("Connect to which Langflow?", "Another address…");
      await answer("Address of Langflow", url);
      await answer("Connect to Langflow at", apiKey);
      await toast("Connected to Langflow").waitFor({ timeout: 30_000 });
    },
    dismissToasts: () => editor.inHost(async (vscode) => vscode.commands.executeCommand("notifications.clearAll")),
    report: (count) =>
      until(
        `${String(count)} reports are open`,
        () =>
          editor.inHost((vscode, wanted) => {
            const found = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === "langflow-connect");
            return found.length >= wanted && found.at(-1)?.getText();
          }, count),
        120_000,
      ),
  };
}
