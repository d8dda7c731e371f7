import { randomBytes } from "node:crypto";
import { Uri, ViewColumn, window, workspace } from "vscode";
import type { Webview, WebviewPanel } from "vscode";
import type { CostState, PanelMessage, PanelState } from "../../protocol/panel.ts";
import type { CostPeriod } from "../../protocol/periods.ts";
import { run } from "../commands/deps.ts";
import type { Session } from "../session.ts";
import { statusView } from "../statusView.ts";
import type { Disposable } from "../store.ts";

export interface Panel extends Disposable {
  open(): void;
}

const periodMs: Readonly<Record<CostPeriod, number>> = {
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
};
/** Calls come in bursts: the sums are asked for at most this often. */
const sumEveryMs = 1_000;

/** The panel of this window: one page, kept while hidden, that shows the session and asks for commands. */
export function createPanel(extensionUri: Uri, session: Session): Panel {
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
    const stop = feed(panel.webview, session);
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

/** Sends the state whenever it changes, and runs what the page asks for. */
function feed(webview: Webview, session: Session): () => void {
  let period: CostPeriod = "week";
  let cost: CostState = { state: "loading" };
  let timer: NodeJS.Timeout | undefined;
  let ready = false;

  const send = () => {
    if (ready) void webview.postMessage({ type: "state", state: state() } satisfies PanelMessage);
  };
  const state = (): PanelState => {
    const status = session.status.get();
    const { tooltip } = statusView(status);
    return {
      workspace: workspace.name ?? "No folder",
      status,
      ...(status.server.state !== "running" && { advice: tooltip }),
      activities: session.activities.get(),
      period,
      cost,
    };
  };
  const sumUp = async () => {
    timer = undefined;
    if (session.status.get().server.state !== "running") return;
    const since = new Date(Date.now() - periodMs[period]).toISOString();
    try {
      cost = { state: "ready", summary: await session.operate("ledger.summary", { since }) };
    } catch (error) {
      cost = { state: "failed", message: error instanceof Error ? error.message : String(error) };
    }
    send();
  };
  const sumUpSoon = () => {
    timer ??= setTimeout(() => void sumUp(), sumEveryMs);
  };
  const followed = [
    session.status.onChange(() => {
      send();
      sumUpSoon();
    }),
    session.activities.onChange(() => {
      send();
      sumUpSoon();
    }),
    webview.onDidReceiveMessage(async (message: unknown) => {
      // zod is loaded with the first message and not at activation.
      const { PanelRequest } = await import("../../protocol/panel.ts");
      const { success, data } = PanelRequest.safeParse(message);
      if (!success) return;
      switch (data.type) {
        case "ready":
          ready = true;
          send();
          return sumUp();
        case "period":
          ({ period } = data);
          cost = { state: "loading" };
          send();
          return sumUp();
        case "command":
          return run(data.command);
      }
    }),
  ];
  return () => {
    clearTimeout(timer);
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
