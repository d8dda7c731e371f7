import { window } from "vscode";
import type { ExtensionContext } from "vscode";
import { keepFindingsFresh } from "./features/findings/commands.ts";
import { registerCommands } from "./commands.ts";
import { createFindings } from "./features/findings/findings.ts";
import { createLinks } from "./features/connection/rememberedLangflow.ts";
import { provideMcpServer } from "./features/endpoint/mcpProvider.ts";
import { reconnectOnStart } from "./features/connection/reconnectOnStart.ts";
import { createReports } from "./features/reports/reports.ts";
import { createRuns } from "./features/flows/runs.ts";
import { createSession, followWorkspace } from "./server/windowServer.ts";
import type { Session } from "./server/windowServer.ts";
import { showStatusBar } from "./features/status/statusBar.ts";
import { createPanel } from "./features/panel/panel.ts";

/** Set by the bundle's first line; the code of every module has run when this one has. */
declare const LFC_LOADED: number;
const loadMs = performance.now() - LFC_LOADED;

export interface Activated {
  /** Own time: that of the code's evaluation and of `activate`, without what VS Code does in between. */
  readonly activationMs: number;
}

let running: Session | undefined;

export function activate(context: ExtensionContext): Activated {
  const started = performance.now();
  const log = window.createOutputChannel("Langflow Connect", { log: true });
  const session = createSession(context, log);
  running = session;
  const links = createLinks(context);
  const reports = createReports();
  const findings = createFindings();
  const panel = createPanel(context.extensionUri, session);
  context.subscriptions.push(
    log,
    ...showStatusBar(session.status),
    findings,
    ...keepFindingsFresh({ session, findings, log }),
    panel,
    ...reports.disposables,
    ...registerCommands({
      session,
      log,
      links,
      reports,
      findings,
      runs: createRuns(),
      openPanel: panel.open,
    }),
    ...followWorkspace(session),
    reconnectOnStart(session, links, log),
    ...provideMcpServer(session),
  );
  session.start();
  return { activationMs: loadMs + performance.now() - started };
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
