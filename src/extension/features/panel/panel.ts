import { Uri, ViewColumn, window } from "vscode";
import type { WebviewPanel } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Disposable } from "../../support/store.ts";
import { mediaOf, pageOf } from "../../support/webPage.ts";
import { saveAs } from "../../support/saveAs.ts";
import { followActivity } from "./activity.ts";
import { followCost } from "./cost.ts";
import { followHealth } from "./health.ts";
import { followMemories } from "./memories.ts";
import { feedPage } from "./page.ts";
import type { PageParts, Sender } from "./page.ts";
import { whenRunning } from "./whenRunning.ts";

export interface Panel extends Disposable {
  open(): void;
}

/** The panel of this window: one page, kept while hidden, that shows the server and asks for commands. */
export function createPanel(extensionUri: Uri, server: WindowServer): Panel {
  let open: WebviewPanel | undefined;

  function show(): void {
    if (open) return open.reveal();
    const panel = window.createWebviewPanel("langflowConnect.panel", "Langflow Connect", ViewColumn.Active, {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [mediaOf(extensionUri)],
      retainContextWhenHidden: true,
    });
    panel.iconPath = Uri.joinPath(mediaOf(extensionUri), "icon.png");
    const fed = feedPage({
      webview: panel.webview,
      server,
      parts: (sender) => partsOf(panel, server, sender),
    });
    open = panel;
    panel.onDidDispose(() => {
      fed.dispose();
      open = undefined;
    });
    panel.webview.html = pageOf({ webview: panel.webview, extensionUri, bundle: "panel", name: "panel" });
  }

  return {
    open: show,
    dispose: () => {
      open?.dispose();
    },
  };
}

function partsOf(panel: WebviewPanel, server: WindowServer, { send, add }: Sender): PageParts {
  const activity = followActivity(server, add);
  const cost = followCost(server);
  const health = followHealth(server, () => panel.visible);
  const memories = followMemories(server);
  const sendActivities = async () => {
    send("activities", await activity.ask());
  };
  return {
    followed: [
      activity,
      cost,
      health,
      memories,
      whenRunning(server, () => void sendActivities()),
      activity.entry.onChange((entry) => {
        send("entry", entry);
      }),
      cost.state.onChange((state) => {
        send("cost", state);
      }),
      health.state.onChange((state) => {
        send("health", state);
      }),
      memories.state.onChange((state) => {
        send("memories", state);
      }),
      // What other windows and the command line remember comes with the next look.
      panel.onDidChangeViewState(({ webviewPanel }) => {
        if (webviewPanel.visible) void memories.ask();
      }),
    ],
    async start() {
      send("cost", cost.state.get());
      send("health", health.state.get());
      send("memories", memories.state.get());
      await Promise.all([sendActivities(), cost.ask(), health.ask(), memories.ask()]);
    },
    async answer(request) {
      switch (request.type) {
        case "period":
          return cost.choose({ period: request.period });
        case "split":
          return cost.choose({ split: request.split });
        case "range":
          return health.choose(request.range);
        case "entry":
          return activity.show(request.id);
        case "memories": {
          const { type: _type, ...choice } = request;
          return memories.choose(choice);
        }
        case "editMemory": {
          const { type: _type, ...edit } = request;
          return memories.edit(edit);
        }
        case "removeMemory":
          return memories.remove(request.id);
        case "exportMemories":
          return memories.exportAll();
        case "exportChart":
          return exportChart(request);
        default:
          return;
      }
    },
  };
}

interface ChartFile {
  readonly name: string;
  readonly format: "csv" | "png";
  readonly content: string;
}

function exportChart({ name, format, content }: ChartFile): Promise<void> {
  const isPicture = format === "png";
  return saveAs({
    name: `${name}.${format}`,
    kind: isPicture ? { "PNG picture": ["png"] } : { CSV: ["csv"] },
    content: () => Promise.resolve(isPicture ? Buffer.from(content, "base64") : content),
  });
}
