// A picture of what the author of a flow has side by side: its graph after a run, its playground and its tests.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { agentFlow } from "../../test/langflow/agentFlow.ts";
import { frameWith, until } from "../../test/support/editor.ts";
import type { Editor } from "../../test/support/editor.ts";
import type { ModelProvider } from "../../test/support/modelProvider.ts";
import { commandId } from "../../src/protocol/commands.ts";

export interface LoopShots {
  readonly editor: Editor;
  readonly folder: string;
  readonly rest: (method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly provider: ModelProvider;
  readonly shot: (name: string) => Promise<void>;
  readonly check: (frame: Frame, name: string) => Promise<void>;
}

const usage = { input: 400, output: 20, cached: 0, reasoning: 0 };
const tests = {
  cases: [
    { name: "names the discount", input: "What does C7 take off?", expect: { contains: "7 %" } },
    { name: "refuses other questions", input: "Who won the match?", expect: { equals: "I only know this shop." } },
  ],
};

/** The windows share one Langflow. */
let made: Promise<unknown> | undefined;

export async function shootLoop({ editor, folder, rest, provider, shot, check }: LoopShots): Promise<void> {
  const { page } = editor;
  made ??= rest("POST", "/api/v1/flows/", { name: "Shop assistant", data: agentFlow("gpt-4o") });
  const flow = await made;
  const file = path.join(folder, "flows/Shop assistant.json");
  await mkdir(path.join(folder, "flows/tests"), { recursive: true });
  await writeFile(file, `${JSON.stringify(flow, null, 2)}\n`);
  await writeFile(path.join(folder, "flows/tests/Shop assistant.json"), `${JSON.stringify(tests, null, 2)}\n`);
  const host = (command: string) =>
    editor.inHost(async (vscode, id) => {
      await vscode.commands.executeCommand(id);
    }, command);
  await host("workbench.action.closeAllEditors");
  await editor.inHost(
    async (vscode, [command, shown]) => {
      await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(shown), "langflowConnect.flowGraph");
      await vscode.commands.executeCommand(command, vscode.Uri.file(shown));
    },
    [commandId("openPlayground"), file] as const,
  );
  const playground = await frameWith(page, "#question");
  provider.answer({ text: "The code C7 takes 7 % off the price of a book.", usage });
  await playground.fill("#question", "What does the code C7 do?");
  await playground.press("#question", "Enter");
  await until("the flow has answered", async () => (await playground.locator("article").count()) === 2, 90_000);
  await host("workbench.view.testing.focus");
  const row = page.locator(".test-explorer [role=treeitem]", { hasText: "Shop assistant.json" });
  await row.click();
  await page.keyboard.press("ArrowRight");
  provider.answer({ text: "It takes 7 % off.", usage }, { text: "The match ended 2 to 1.", usage });
  void host("testing.runAll").catch(() => undefined);
  const failed = page.locator(
    '.test-explorer [role=treeitem][aria-label*="refuses other questions"][aria-label*="Failed"]',
  );
  await failed.waitFor({ timeout: 90_000 });
  await host("workbench.action.closePanel");
  await host("notifications.clearAll");
  await shot("flow-loop");
  await check(playground, "playground");
  await host("workbench.action.closeAllEditors");
  await host("workbench.view.explorer");
}
