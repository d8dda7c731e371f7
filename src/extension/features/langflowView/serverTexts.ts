import { EventEmitter, Uri } from "vscode";
import type { TextDocumentContentProvider } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import type { WindowServer } from "../../server/windowServer.ts";

export const serverFlowScheme = "langflow-connect-flow";

/** Flows of the server as documents to compare a file with. */
export interface ServerTexts extends TextDocumentContentProvider {
  uriOf(flow: FlowOfBoth): Uri;
  /** Those that are open are asked for once more. */
  refresh(): void;
}

export function createServerTexts(server: WindowServer): ServerTexts {
  const changed = new EventEmitter<Uri>();
  const shown = new Map<string, Uri>();
  return {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri) {
      return (await server.operate("flowFiles.serverText", { id: uri.query })).text;
    },
    uriOf({ id, name }) {
      const path = `/${name.replaceAll(/[\\/:*?"<>|#]/g, " ").trim()}.json`;
      const uri = Uri.from({ scheme: serverFlowScheme, path, query: id });
      shown.set(id, uri);
      changed.fire(uri);
      return uri;
    },
    refresh() {
      for (const uri of shown.values()) changed.fire(uri);
    },
  };
}
