import { readFileSync, writeFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";

/** The Langflow view of a window, and the dialogs that its commands open. */
export interface FlowsView {
  row(text: string): Locator;
  /** Waits until the view says this of a flow. */
  state(text: string, flow: string): Promise<void>;
  dialog(): Locator;
  answer(button: string): Promise<void>;
}

export function flowsViewOf({ page }: Editor): FlowsView {
  const row = (text: string) => page.locator(".pane-body .monaco-list-row", { hasText: text });
  const dialog = () => page.locator(".monaco-dialog-box");
  return {
    row,
    async state(text, flow) {
      await until(`${flow} is ${text}`, async () => (await row(flow).first().innerText()).includes(text));
    },
    dialog,
    answer: (button) => dialog().getByRole("button", { name: button, exact: true }).click(),
  };
}

/** Changes settings of a flow in its file. */
export function editFlow(file: string, change: object): void {
  const flow = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, `${JSON.stringify({ ...flow, ...change }, null, 2)}\n`);
}
