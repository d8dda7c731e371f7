// A person at the command palette of a window.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { commandId } from "../../src/protocol/commands.ts";
import type { CommandName } from "../../src/protocol/commands.ts";
import type { Editor } from "./editor.ts";
import { until } from "./editor.ts";

export interface Palette {
  toast(text: string): Locator;
  /** The list or the input box that is open. */
  box(title?: string): Locator;
  /** Starts a command by its title, as a person does. */
  run(title: string): Promise<void>;
  /** Runs a command to its end, which only the extension host can tell. */
  runToEnd(name: CommandName): Promise<void>;
  /** Answers one input box. */
  answer(title: string, text: string): Promise<void>;
  /** Takes one entry of a list. */
  pick(title: string, entry: string): Promise<void>;
  /** Takes one entry of the menu of an item. */
  fromMenu(item: Locator, entry: string): Promise<void>;
  /** With a key where Langflow asks for one. */
  connect(url: string, apiKey?: string): Promise<void>;
  dismissToasts(): Promise<void>;
  /** Nothing is said. A progress stays on for a moment after its end; an error, which has a button, until it is closed. */
  quiet(): Promise<void>;
  /** The Markdown of the newest report, once there are that many. */
  report(count: number): Promise<string>;
}

/**
 * The box is gone, or another one is there. What a command asks next may have the same title, and come too soon to see
 * the first one go.
 */
function isAnswered([title, text]: readonly [string, string]): boolean {
  const isShown = (element: Element | null) => element !== null && element.getClientRects().length > 0;
  const boxes = [...document.querySelectorAll(".quick-input-widget")];
  const box = boxes.find((each) => isShown(each) && each.textContent.toLowerCase().includes(title.toLowerCase()));
  if (!box) return true;
  const isList = isShown(box.querySelector(".quick-input-list .monaco-list-row"));
  return isList || box.querySelector("input")?.value !== text;
}

export function paletteOf(editor: Editor): Palette {
  const { page } = editor;
  const toast = (text: string) => page.locator(".notification-toast", { hasText: text }).first();
  const box = (title = "") => page.locator(".quick-input-widget", { hasText: title });
  const run = (title: string) => editor.runCommand(`Langflow Connect: ${title}`);

  async function answer(title: string, text: string): Promise<void> {
    await box(title).waitFor();
    await box(title).locator("input").fill(text);
    await page.keyboard.press("Enter");
    await until(`the box "${title}" is answered`, () => page.evaluate(isAnswered, [title, text] as const), 30_000);
  }

  async function pick(title: string, entry: string): Promise<void> {
    const row = box(title).locator(".monaco-list-row", { hasText: entry }).first();
    await row.click();
    await row.waitFor({ state: "hidden" });
  }

  return {
    toast,
    box,
    run,
    async runToEnd(name) {
      // A command can say two things, and VS Code shows no more than three within 0.8 s.
      await sleep(850);
      await editor.inHost(async (vscode, id) => {
        await vscode.commands.executeCommand(id);
      }, commandId(name));
    },
    answer,
    pick,
    async fromMenu(item, entry) {
      await item.click({ button: "right" });
      const choice = page.getByRole("menuitem", { name: entry, exact: true });
      await choice.waitFor();
      // A click in a menu's first moment counts as the one that opened it.
      await sleep(500);
      await choice.click();
      await choice.waitFor({ state: "hidden" });
    },
    async connect(url, apiKey) {
      await run("Connect to Langflow");
      await pick("Connect to which Langflow?", "Another address…");
      await answer("Address of Langflow", url);
      if (apiKey !== undefined) {
        await pick("Log in to Langflow at", "API key");
        await answer("Connect to Langflow at", apiKey);
      }
      await toast("Connected to Langflow").waitFor({ timeout: 30_000 });
    },
    dismissToasts: () => editor.inHost(async (vscode) => vscode.commands.executeCommand("notifications.clearAll")),
    async quiet() {
      await sleep(500);
      const said = page.locator(".notification-list-item-message");
      await until("nothing is said", async () => (await said.count()) === 0, 5_000).catch(async () => {
        assert.deepEqual(await said.allInnerTexts(), []);
      });
    },
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
