import { window } from "vscode";
import type { ExtensionContext } from "vscode";
import { registerCommands } from "./commands/index.ts";
import { provideMcpServer } from "./mcpProvider.ts";
import { createSession, followWorkspace } from "./session.ts";
import type { Session } from "./session.ts";
import { showStatusBar } from "./statusBar.ts";

let running: Session | undefined;

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Langflow Connect", { log: true });
  const session = createSession(context, log);
  running = session;
  context.subscriptions.push(
    log,
    ...showStatusBar(session.status),
    ...registerCommands({ session, log, openPanel: () => undefined }),
    ...followWorkspace(session),
    ...provideMcpServer(session),
  );
  session.start();
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
