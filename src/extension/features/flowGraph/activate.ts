import { window } from "vscode";
import type { Uri } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { graphView, openFlowGraph } from "./openGraph.ts";
import { followShownFlows } from "./shownFlows.ts";

interface Deps {
  readonly server: Pick<WindowServer, "topic" | "operate">;
  readonly extensionUri: Uri;
}

/** A flow file as a graph, beside its text. */
export function activateFlowGraph({ server, extensionUri }: Deps): Feature<"openFlowGraph"> {
  const provider = window.registerCustomEditorProvider(graphView, {
    async resolveCustomTextEditor(document, panel) {
      const { showGraph } = await import("./graphEditor.ts");
      showGraph({ document, panel, extensionUri, server, runs: server.topic("runs") });
    },
  });
  return { disposables: [provider, ...followShownFlows()], commands: { openFlowGraph } };
}
