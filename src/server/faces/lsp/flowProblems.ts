import { DiagnosticSeverity } from "vscode-languageserver/node";
import type { Connection, Diagnostic, TextDocuments } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { PlacedFlowProblem } from "../../../protocol/flowFiles.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import type { FlowText } from "../../flows/files/flowText.ts";
import type { OpenFlows } from "./flowLanguage/openFlows.ts";

export interface FlowProblemsDeps {
  readonly opened: TextDocuments<TextDocument>;
  readonly flows: OpenFlows;
  readonly log: Logger;
  check(flow: FlowText, signal: AbortSignal): Promise<readonly PlacedFlowProblem[]>;
}

/** After the last key stroke. */
const pauseMs = 250;

/** Lists what is wrong with the flows that are open in the editor, as they are typed. Gives a way to check all again. */
export function publishFlowProblems(
  connection: Connection,
  { opened, flows, log, check }: FlowProblemsDeps,
): () => void {
  const waiting = new Map<string, NodeJS.Timeout>();
  const running = new Map<string, AbortController>();
  const listed = new Set<string>();

  function publish(uri: string, diagnostics: Diagnostic[]): void {
    if (diagnostics.length === 0 && !listed.delete(uri)) return;
    if (diagnostics.length > 0) listed.add(uri);
    connection.sendDiagnostics({ uri, diagnostics }).catch(() => undefined);
  }

  function forget(uri: string): void {
    clearTimeout(waiting.get(uri));
    waiting.delete(uri);
    running.get(uri)?.abort();
    running.delete(uri);
  }

  async function checkNow(uri: string): Promise<void> {
    forget(uri);
    const document = opened.get(uri);
    if (!document) return;
    const { version } = document;
    const controller = new AbortController();
    running.set(uri, controller);
    try {
      const flow = flows(uri);
      // While the JSON is broken, VS Code says so, and what was listed before moves along with the text.
      if (!flow) return;
      const problems = await check(flow, controller.signal);
      if (opened.get(uri)?.version !== version) return;
      publish(
        uri,
        problems.map((problem) => diagnosticOf(problem, document)),
      );
    } catch (error) {
      if (!controller.signal.aborted) log.warn("flows.check", describeError(error));
    } finally {
      if (running.get(uri) === controller) running.delete(uri);
    }
  }

  function checkSoon(uri: string): void {
    clearTimeout(waiting.get(uri));
    waiting.set(uri, setTimeout(() => void checkNow(uri), pauseMs).unref());
  }

  opened.onDidChangeContent(({ document: { uri } }) => {
    if (uri.endsWith(".json")) checkSoon(uri);
  });
  opened.onDidClose(({ document: { uri } }) => {
    forget(uri);
    publish(uri, []);
  });
  return () => {
    for (const uri of opened.keys()) if (uri.endsWith(".json")) checkSoon(uri);
  };
}

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
} as const;

function diagnosticOf({ start, end, severity, code, message }: PlacedFlowProblem, document: TextDocument): Diagnostic {
  const range = { start: document.positionAt(start), end: document.positionAt(end) };
  return { range, severity: severities[severity], code, source: "Langflow Connect", message };
}
