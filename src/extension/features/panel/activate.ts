import type { Uri } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { createOverview } from "./overviewView.ts";
import { createPanel } from "./panel.ts";

interface Deps {
  readonly server: WindowServer;
  readonly extensionUri: Uri;
}

/** The panel, and the overview in the side bar. */
export function activatePanel({ server, extensionUri }: Deps): Feature<"openPanel"> {
  const panel = createPanel(extensionUri, server);
  return { disposables: [panel, createOverview(extensionUri, server)], commands: { openPanel: panel.open } };
}
