import type { Uri } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { createPanel } from "./panel.ts";

interface Deps {
  readonly server: WindowServer;
  readonly extensionUri: Uri;
}

/** The panel: connection, live calls, tokens and cost. */
export function activatePanel({ server, extensionUri }: Deps): Feature<"openPanel"> {
  const panel = createPanel(extensionUri, server);
  return { disposables: [panel], commands: { openPanel: panel.open } };
}
