import { StatusBarAlignment, ThemeColor, window } from "vscode";
import { commandId } from "../../../protocol/commands.ts";
import type { WindowStatus } from "../../../protocol/status.ts";
import { statusView } from "../../server/statusView.ts";
import type { Disposable, Store } from "../../support/store.ts";

export function showStatusBar(status: Store<WindowStatus>): Disposable[] {
  const item = window.createStatusBarItem("langflowConnect.status", StatusBarAlignment.Left, 0);
  item.name = "Langflow Connect";
  item.command = commandId("openPanel");
  const show = (value: WindowStatus) => {
    const { text, tooltip, severity } = statusView(value);
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: tooltip };
    item.backgroundColor = severity === "ok" ? undefined : new ThemeColor(`statusBarItem.${severity}Background`);
  };
  show(status.get());
  item.show();
  return [item, status.onChange(show)];
}
