import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import type { Langflow } from "../../support/langflow.ts";
import { paletteOf } from "../../support/palette.ts";
import type { Palette } from "../../support/palette.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import type { StoredFlow } from "../flowServices.ts";
import { sharedLangflow } from "../live.ts";
import { askLangflow } from "../rest.ts";

/** The Langflow view of a window, and the dialogs that its commands open. */
export interface FlowsView {
  row(text: string): Locator;
  /** Waits until the view says this of a flow. */
  state(text: string, flow: string): Promise<void>;
  dialog(): Locator;
  /** Clicks a button of the dialog, once a person could have read it. */
  answer(button: string): Promise<void>;
  /** The same with a button of a notification. */
  press(notification: Locator, button: string): Promise<void>;
}

/** VS Code drops the fourth notification within 0.8 s, and each command shows its progress in one. */
const readingMs = 850;

export function flowsViewOf({ page }: Editor): FlowsView {
  const row = (text: string) => page.locator(".pane-body .monaco-list-row", { hasText: text });
  const dialog = () => page.locator(".monaco-dialog-box");
  return {
    row,
    async state(text, flow) {
      await until(`${flow} is ${text}`, async () => (await row(flow).first().innerText()).includes(text));
    },
    dialog,
    async answer(button) {
      const choice = dialog().getByRole("button", { name: button, exact: true });
      await choice.waitFor();
      await sleep(readingMs);
      await choice.click();
    },
    async press(notification, button) {
      await notification.waitFor();
      await sleep(readingMs);
      await notification.getByRole("button", { name: button }).click();
    },
  };
}

/** Changes settings of a flow in its file. */
export function editFlow(file: string, change: object): void {
  const flow = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, `${JSON.stringify({ ...flow, ...change }, null, 2)}\n`);
}

/** A window on a folder, and a Langflow that has one flow for it. */
export interface FlowsWindow {
  readonly workspace: ScratchWorkspace;
  readonly langflow: Langflow;
  readonly rest: ReturnType<typeof askLangflow>;
  readonly editor: Editor;
  readonly palette: Palette;
  readonly view: FlowsView;
  /** Of the flow. */
  readonly id: string;
  /** The flow as Langflow has it. */
  stored(): Promise<StoredFlow>;
  /** Connects, and pulls the flow into its file. */
  pull(): Promise<void>;
  close(): Promise<void>;
}

export interface WindowOptions {
  /** Name of the folder. */
  readonly folder: string;
  readonly flow: { readonly name: string; readonly description: string; readonly data: object };
  /** Texts of files in the folder. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function openFlowsWindow({ folder, flow, files = {} }: WindowOptions): Promise<FlowsWindow> {
  const workspace = await scratchWorkspace({ "README.md": `# ${folder}\n`, ...files }, { name: folder });
  const langflow = await sharedLangflow("1.13.0");
  const rest = askLangflow(langflow);
  const { id } = (await rest.ask("POST", "/api/v1/flows/", flow)) as StoredFlow;
  const editor = await openEditor({ workspace: workspace.folder });
  const palette = paletteOf(editor);
  const view = flowsViewOf(editor);
  return {
    ...{ workspace, langflow, rest, editor, palette, view, id },
    stored: async () => (await rest.ask("GET", `/api/v1/flows/${id}`)) as StoredFlow,
    async pull() {
      await editor.runCommand("Langflow: Focus on Flows View");
      await palette.connect(langflow.url);
      await view.row(flow.name).waitFor();
      await palette.fromMenu(view.row(flow.name), "Pull flow");
      await editor.page.locator(".tab", { hasText: `${flow.name.replaceAll(" ", "_")}.json` }).waitFor();
    },
    async close() {
      await editor.close();
      await rest.ask("DELETE", `/api/v1/flows/${id}`);
      await workspace.remove();
    },
  };
}
