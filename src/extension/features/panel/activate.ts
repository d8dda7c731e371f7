import type { Uri } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { showFileCosts } from "./fileCosts.ts";
import { createOverview } from "./overviewView.ts";
import { createPanel } from "./panel.ts";

interface Deps {
  readonly server: WindowServer;
  readonly extensionUri: Uri;
}

/** The panel, the overview in the side bar, and what a file cost at its top. */
export function activatePanel({ server, extensionUri }: Deps): Feature<"openPanel"> {
  const panel = createPanel(extensionUri, server);
  const views = [createOverview(extensionUri, server), ...showFileCosts(server)];
  return { disposables: [panel, ...views], commands: { openPanel: panel.open } };
}
