import { EventEmitter, McpHttpServerDefinition, Uri, lm, workspace } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Disposable } from "../../support/store.ts";

/** As named in the manifest. */
const providerId = "langflowConnect.workspace";

/** Offers the workspace's own endpoint to VS Code's chat, so that it has the same tools as Langflow. */
export function provideMcpServer(server: WindowServer): Disposable[] {
  const endpoint = server.topic("endpoint");
  const changed = new EventEmitter<void>();
  return [
    changed,
    endpoint.onChange(() => {
      changed.fire();
    }),
    lm.registerMcpServerDefinitionProvider(providerId, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions() {
        const at = endpoint.get();
        if (!at) return [];
        const label = `Langflow Connect: ${workspace.name ?? "workspace"}`;
        return [
          new McpHttpServerDefinition(label, Uri.parse(at.url), { Authorization: `Bearer ${at.token}` }, at.startedAt),
        ];
      },
    }),
  ];
}
