import { randomBytes } from "node:crypto";
import { Uri, ViewColumn, window, workspace } from "vscode";
import type { Webview, WebviewPanel } from "vscode";
import type { PanelSlices, SliceMessage, SliceName } from "../../../protocol/panel.ts";
import type { WindowStatus } from "../../../protocol/status.ts";
import { panelTopics } from "../../../protocol/topics.ts";
import { runCommand } from "../../support/feature.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { statusView } from "../../server/statusView.ts";
import type { Disposable } from "../../support/store.ts";
import { followCost } from "./cost.ts";
import { followHealth } from "./health.ts";

export interface Panel extends Disposable {
  open(): void;
}

/** The panel of this window: one page, kept while hidden, that shows the server and asks for commands. */
export function createPanel(extensionUri: Uri, server: WindowServer): Panel {
  let open: { readonly panel: WebviewPanel; readonly stop: () => void } | undefined;

  function show(): void {
    if (open) return open.panel.reveal();
    const media = Uri.joinPath(extensionUri, "media");
    const panel = window.createWebviewPanel("langflowConnect.panel", "Langflow Connect", ViewColumn.Active, {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [media],
      retainContextWhenHidden: true,
    });
    panel.iconPath = Uri.joinPath(media, "icon.png");
    const stop = feed(panel.webview, server, () => panel.visible);
    open = { panel, stop };
    panel.onDidDispose(() => {
      stop();
      open = undefined;
    });
    panel.webview.html = page(panel.webview, media);
  }

  return {
    open: show,
    dispose: () => {
      open?.panel.dispose();
    },
  };
}

/** Sends each slice whenever it changes, and runs what the page asks for. */
function feed(webview: Webview, server: WindowServer, isVisible: () => boolean): () => void {
  const cost = followCost(server);
  const health = followHealth(server, isVisible);
  let ready = false;

  function send<Name extends SliceName>(name: Name, value: PanelSlices[Name] | undefined): void {
    if (ready) void webview.postMessage({ type: "slice", name, value } satisfies SliceMessage<Name>);
  }
  const sendWindow = (status: WindowStatus) => {
    const { server, endpoint } = status;
    const advice = server.state === "running" ? {} : { advice: statusView(status).tooltip };
    send("window", { workspace: workspace.name ?? "No folder", server, ...(endpoint && { endpoint }), ...advice });
  };
  const sendAll = () => {
    sendWindow(server.status.get());
    send("activities", server.activities.get());
    send("cost", cost.state.get());
    send("health", health.state.get());
    for (const name of panelTopics) send(name, server.topic(name).get());
  };
  const followed = [
    cost,
    health,
    server.status.onChange(sendWindow),
    server.activities.onChange((list) => {
      send("activities", list);
    }),
    cost.state.onChange((state) => {
      send("cost", state);
    }),
    health.state.onChange((state) => {
      send("health", state);
    }),
    ...panelTopics.map((name) =>
      server.topic(name).onChange((value) => {
        send(name, value);
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
          sendAll();
          await Promise.all([cost.ask(), health.ask()]);
          return;
        case "period":
          return cost.choose({ period: data.period });
        case "split":
          return cost.choose({ split: data.split });
        case "range":
          return health.choose(data.range);
        case "command":
          return runCommand(data.command);
      }
    }),
  ];
  return () => {
    for (const each of followed) each.dispose();
  };
}

function page(webview: Webview, media: Uri): string {
  const nonce = randomBytes(16).toString("base64url");
  const at = (file: string) => webview.asWebviewUri(Uri.joinPath(media, file)).toString();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Langflow Connect</title>
<link rel="stylesheet" href="${at("panel.css")}">
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${at("panel.js")}"></script>
</body>
</html>`;
}
