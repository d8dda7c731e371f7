import { window } from "vscode";
import type { Uri, WebviewView } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Disposable } from "../../support/store.ts";
import { mediaOf, pageOf } from "../../support/webPage.ts";
import { followOverview } from "./overview.ts";
import { feedPage } from "./page.ts";
import type { PageParts, Sender } from "./page.ts";

/** What matters most, in the side bar. VS Code drops the page while it is hidden and asks for a new one. */
export function createOverview(extensionUri: Uri, server: WindowServer): Disposable {
  return window.registerWebviewViewProvider("langflowConnect.overview", {
    resolveWebviewView(view) {
      view.webview.options = { enableScripts: true, localResourceRoots: [mediaOf(extensionUri)] };
      const fed = feedPage({ webview: view.webview, server, parts: (sender) => partsOf(view, server, sender) });
      view.onDidDispose(() => {
        fed.dispose();
      });
      view.webview.html = pageOf({ webview: view.webview, extensionUri, bundle: "panel", name: "overview" });
    },
  });
}

/** As many entries as the overview lists. */
const shownEntries = 5;

function partsOf(view: WebviewView, server: WindowServer, { send }: Sender): PageParts {
  const figures = followOverview(server, () => view.visible);
  const sendActivities = () => {
    send("activities", server.activities.get().slice(0, shownEntries));
  };
  return {
    followed: [
      figures,
      figures.state.onChange((facts) => {
        send("overview", facts);
      }),
      server.activities.onChange(sendActivities),
    ],
    async start() {
      send("overview", figures.state.get());
      sendActivities();
      await figures.ask();
    },
    // It has no requests of its own.
    answer: () => Promise.resolve(),
  };
}
