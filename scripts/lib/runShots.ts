// Pictures of the page of a run, and of two runs beside each other.
import type { Frame } from "playwright-core";
import { frameWith, until } from "../../test/support/editor.ts";
import type { Editor } from "../../test/support/editor.ts";
import type { ModelProvider } from "../../test/support/modelProvider.ts";
import { paletteOf } from "../../test/support/palette.ts";

export interface RunShots {
  readonly editor: Editor;
  readonly provider: ModelProvider;
  /** A flow of Langflow that asks the provider's model. */
  readonly flow: string;
  readonly shot: (name: string) => Promise<void>;
  readonly check: (frame: Frame) => Promise<void>;
}

const usage = { input: 400, output: 20, cached: 0, reasoning: 0 };

export async function shootRuns({ editor, provider, flow, shot, check }: RunShots): Promise<void> {
  const { page } = editor;
  const palette = paletteOf(editor);
  const host = (command: string) =>
    editor.inHost(async (vscode, id) => {
      await vscode.commands.executeCommand(id);
    }, command);
  const quiet = async () => {
    await host("workbench.action.closeSidebar");
    await host("notifications.clearAll");
  };
  for (const answer of ["C7 takes 7 % off.", "The code C7 takes 7 % off the price of a book."]) {
    await host("workbench.action.closeAllEditors");
    provider.answer({ text: answer, usage });
    await palette.run("Run flow with inputs");
    await palette.pick("Run which flow with inputs?", flow);
    await palette.answer(`Run ${flow} with inputs`, "What does the code C7 do?");
    await palette.pick(`Run ${flow} with inputs`, "Run");
    await until("the page is open", async () => {
      const frame = await frameWith(page, "h2", 60_000);
      return (await frame.locator("body").innerText()).includes(answer);
    });
  }
  await quiet();
  await shot("flow-run");
  await check(await frameWith(page, "h2"));
  await palette.run("Show runs of flow");
  await palette.pick("Show runs of which flow?", flow);
  await palette.box(`Runs of ${flow}`).waitFor();
  await shot("flow-runs");
  await palette.pick(`Runs of ${flow}`, "What does");
  await palette.pick(`${flow}, `, "Compare with another run");
  await palette.pick("with which run?", "What does");
  await page.locator(".monaco-diff-editor").first().waitFor();
  await host("editor.action.diffReview.next").catch(() => undefined);
  await host("editor.action.diffReview.close").catch(() => undefined);
  await quiet();
  await shot("flow-run-comparison");
  await host("workbench.action.closeAllEditors");
  await host("workbench.view.explorer");
}
