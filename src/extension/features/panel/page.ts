import { commands, workspace } from "vscode";
import type { Webview } from "vscode";
import type { PanelRequest, PanelSlices, SettingsPart, SliceMessage, SliceName } from "../../../protocol/panel.ts";
import type { Activity, WindowStatus } from "../../../protocol/status.ts";
import { panelTopics } from "../../../protocol/topics.ts";
import { statusView } from "../../server/statusView.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { runCommand } from "../../support/feature.ts";
import { onShownCurrency, shownCurrency } from "../../support/shownCurrency.ts";
import type { Disposable } from "../../support/store.ts";

/** What pages get: values of slices, and entries that come later. Nothing goes before the page is ready. */
export interface Sender {
  send<Name extends SliceName>(name: Name, value: PanelSlices[Name] | undefined): void;
  add(activities: readonly Activity[]): void;
}

/** What one page shows besides the window's state and the server's topics. */
export interface PageParts {
  readonly followed: readonly Disposable[];
  /** The page is ready: everything goes out once. */
  start(): Promise<void>;
  /** What only this page asks for. */
  answer(request: PanelRequest): Promise<void>;
}

interface Feeding {
  readonly webview: Webview;
  readonly server: WindowServer;
  parts(sender: Sender): PageParts;
}

/** Sends each slice whenever it changes, and does what the page asks for. */
export function feedPage({ webview, server, parts }: Feeding): Disposable {
  let ready = false;
  const sender: Sender = {
    send(name, value) {
      if (ready) void webview.postMessage({ type: "slice", name, value } satisfies SliceMessage<typeof name>);
    },
    add(activities) {
      if (ready) void webview.postMessage({ type: "activity", activities });
    },
  };
  const own = parts(sender);
  const sendWindow = (status: WindowStatus) => {
    const { server, endpoint } = status;
    const advice = server.state === "running" ? {} : { advice: statusView(status).tooltip };
    const name = workspace.name ?? "No folder";
    sender.send("window", { workspace: name, server, ...(endpoint && { endpoint }), ...advice });
  };
  const followed = [
    ...own.followed,
    server.status.onChange(sendWindow),
    onShownCurrency((currency) => {
      sender.send("currency", currency);
    }),
    ...panelTopics.map((name) =>
      server.topic(name).onChange((value) => {
        sender.send(name, value);
      }),
    ),
    webview.onDidReceiveMessage(async (message: unknown) => {
      // zod is loaded with the first message and not at activation.
      const { PanelRequest } = await import("../../../protocol/panel.ts");
      const { success, data } = PanelRequest.safeParse(message);
      if (!success) return;
      switch (data.type) {
        case "ready":
          ready = true;
          sendWindow(server.status.get());
          sender.send("currency", shownCurrency());
          for (const name of panelTopics) sender.send(name, server.topic(name).get());
          return own.start();
        case "command":
          return runCommand(data.command);
        case "settings":
          return openSettings(data.part);
        case "window":
          await commands.executeCommand(data.action === "trust" ? "workbench.trust.manage" : "vscode.openFolder");
          return;
        default:
          return own.answer(data);
      }
    }),
  ];
  return {
    dispose() {
      for (const each of followed) each.dispose();
    },
  };
}

/** The settings that decide what a part of the panel shows, or what is done with it. */
const settings: Readonly<Record<SettingsPart, readonly string[]>> = {
  connection: ["endpoint.*", "tls.*"],
  activity: ["ledger.*", "cost.model"],
  cost: ["cost.*", "ledger.*"],
  health: ["alerts.*"],
};

async function openSettings(part: SettingsPart): Promise<void> {
  const ids = settings[part].map((id) => `langflowConnect.${id}`);
  await commands.executeCommand("workbench.action.openSettings", `@id:${ids.join(",")}`);
}
