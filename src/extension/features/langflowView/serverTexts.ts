import { EventEmitter, Uri } from "vscode";
import type { TextDocumentContentProvider } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import type { WindowServer } from "../../server/windowServer.ts";

export const serverFlowScheme = "langflow-connect-flow";

/** Flows of the server as documents to compare a file with. */
export interface ServerTexts extends TextDocumentContentProvider {
  /** Of one of its versions, when it is named. */
  uriOf(flow: FlowOfBoth, version?: string): Uri;
  /** Those that are open are asked for once more. */
  refresh(): void;
}

export function createServerTexts(server: WindowServer): ServerTexts {
  const changed = new EventEmitter<Uri>();
  const shown = new Map<string, Uri>();
  return {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri) {
      const [flow = "", version] = uri.query.split(" ");
      if (version === undefined) return (await server.operate("flowFiles.serverText", { id: flow })).text;
      return (await server.operate("flowVersions.text", { flow, version })).text;
    },
    uriOf({ id, name }, version) {
      const path = `/${name.replaceAll(/[\\/:*?"<>|#]/g, " ").trim()}.json`;
      const query = version === undefined ? id : `${id} ${version}`;
      const uri = Uri.from({ scheme: serverFlowScheme, path, query });
      shown.set(query, uri);
      changed.fire(uri);
      return uri;
    },
    refresh() {
      for (const uri of shown.values()) changed.fire(uri);
    },
  };
}
