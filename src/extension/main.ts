import { window } from "vscode";
import type { ExtensionContext } from "vscode";
import { registerCommands } from "./commands.ts";
import { activateAlerts } from "./features/alerts/activate.ts";
import { activateAssist } from "./features/assist/activate.ts";
import { activateChat } from "./features/chat/activate.ts";
import { activateComponents } from "./features/components/activate.ts";
import { activateConnection } from "./features/connection/activate.ts";
import { activateEndpoint } from "./features/endpoint/activate.ts";
import { activateFindings } from "./features/findings/activate.ts";
import { activateFlowGraph } from "./features/flowGraph/activate.ts";
import { activateFlowRuns } from "./features/flowRuns/activate.ts";
import { activateFlowTests } from "./features/flowTests/activate.ts";
import { activateFlows } from "./features/flows/activate.ts";
import { activateLangflowView } from "./features/langflowView/activate.ts";
import { activateMeaning } from "./features/meaning/activate.ts";
import { activatePanel } from "./features/panel/activate.ts";
import { activatePlayground } from "./features/playground/activate.ts";
import { activateRefactoring } from "./features/refactoring/activate.ts";
import { activateReports } from "./features/reports/activate.ts";
import { activateStatus } from "./features/status/activate.ts";
import { createWindowServer, followWorkspace } from "./server/windowServer.ts";
import type { WindowServer } from "./server/windowServer.ts";

/** Set by the bundle's first line; the code of every module has run when this one has. */
declare const LFC_LOADED: number;
const loadMs = performance.now() - LFC_LOADED;

export interface Activated {
  /** Own time: that of the code's evaluation and of `activate`, without what VS Code does in between. */
  readonly activationMs: number;
}

let running: WindowServer | undefined;

export function activate(context: ExtensionContext): Activated {
  const started = performance.now();
  const log = window.createOutputChannel("Langflow Connect", { log: true });
  const server = createWindowServer(context, log);
  running = server;
  const reports = activateReports();
  const status = activateStatus({ server, log });
  const findings = activateFindings({ server, log, openReport: reports.open });
  const connection = activateConnection({ server, storage: context, log });
  const flows = activateFlows({
    server,
    openReport: reports.open,
    showFindings: findings.show,
    askForKey: connection.askForKey,
  });
  const endpoint = activateEndpoint(server);
  const refactoring = activateRefactoring(server);
  const langflowView = activateLangflowView({ server, openReport: reports.open });
  const flowGraph = activateFlowGraph({ server, extensionUri: context.extensionUri });
  const playground = activatePlayground({ server, extensionUri: context.extensionUri });
  const flowRuns = activateFlowRuns({
    server,
    storage: context,
    openReport: reports.open,
    compareReports: reports.compare,
  });
  const flowTests = activateFlowTests(server);
  const components = activateComponents({ server, storage: context, openReport: reports.open });
  const panel = activatePanel({ server, extensionUri: context.extensionUri });
  const alerts = activateAlerts({ server, secrets: context.secrets });
  const meaning = activateMeaning({ server, secrets: context.secrets });
  const assist = activateAssist({ server, openReport: reports.open, secrets: context.secrets });
  const chat = activateChat({ server, extensionUri: context.extensionUri });
  const features = [
    reports,
    status,
    alerts,
    meaning,
    findings,
    connection,
    flows,
    endpoint,
    refactoring,
    langflowView,
    flowGraph,
    playground,
    flowRuns,
    flowTests,
    components,
    panel,
    assist,
    chat,
  ];
  const all = {
    ...status.commands,
    ...alerts.commands,
    ...meaning.commands,
    ...findings.commands,
    ...connection.commands,
    ...flows.commands,
    ...endpoint.commands,
    ...refactoring.commands,
    ...langflowView.commands,
    ...flowGraph.commands,
    ...playground.commands,
    ...flowRuns.commands,
    ...components.commands,
    ...panel.commands,
    ...assist.commands,
  };
  context.subscriptions.push(
    log,
    ...features.flatMap(({ disposables }) => disposables),
    ...registerCommands({ all, server, log }),
    ...followWorkspace(server),
  );
  server.start();
  return { activationMs: loadMs + performance.now() - started };
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
