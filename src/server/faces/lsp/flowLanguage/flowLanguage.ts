import { CodeLensRefreshRequest, CodeLensRequest, DocumentSymbolRequest } from "vscode-languageserver/node";
import type { Connection, Disposable } from "vscode-languageserver/node";
import type { KnownComponents } from "../../../flows/check/knownComponents.ts";
import { codeLensesOf } from "./codeLenses.ts";
import type { OpenFlows } from "./openFlows.ts";
import { outlineOf } from "./outline.ts";

export interface FlowLanguageDeps {
  readonly flows: OpenFlows;
  /** Undefined when nothing is known of any Langflow. */
  components(signal: AbortSignal): Promise<KnownComponents | undefined>;
  isConnected(): boolean;
  /** Whether the file is one of those that are pushed and pulled. */
  isFlowFile(uri: string): boolean;
}

/** Flows as a language of the editor. */
export interface FlowLanguage {
  /** When the editor can be asked: it shall ask about JSON alone, not about every file. */
  register(): Promise<void>;
  /** Langflow came or went. */
  refresh(): void;
}

const documentSelector = [{ scheme: "file", pattern: "**/*.json" }];

export function serveFlowLanguage(connection: Connection, deps: FlowLanguageDeps): FlowLanguage {
  const { flows, isConnected, isFlowFile } = deps;
  let registered: readonly Disposable[] = [];

  connection.onDocumentSymbol(({ textDocument: { uri } }) => {
    const flow = flows(uri);
    return flow ? outlineOf(flow) : null;
  });
  connection.onCodeLens(({ textDocument: { uri } }) => {
    const flow = isConnected() ? flows(uri) : undefined;
    return flow ? codeLensesOf(flow, isFlowFile(uri)) : null;
  });

  return {
    async register() {
      registered = await Promise.all([
        connection.client.register(DocumentSymbolRequest.type, { documentSelector, label: "Flow" }),
        connection.client.register(CodeLensRequest.type, { documentSelector }),
      ]);
    },
    refresh() {
      if (registered.length > 0) connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    },
  };
}
