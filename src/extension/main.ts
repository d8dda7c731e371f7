import { window } from "vscode";
import type { ExtensionContext } from "vscode";
import { keepFindingsFresh } from "./commands/analyze.ts";
import { registerCommands } from "./commands/index.ts";
import { createFindings } from "./findings.ts";
import { createLinks } from "./links.ts";
import { provideMcpServer } from "./mcpProvider.ts";
import { reconnectOnStart } from "./reconnect.ts";
import { createReports } from "./reports.ts";
import { createRuns } from "./runs.ts";
import { createSession, followWorkspace } from "./session.ts";
import type { Session } from "./session.ts";
import { showStatusBar } from "./statusBar.ts";
import { createPanel } from "./views/panel.ts";

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
