import { EventEmitter, Uri } from "vscode";
import type { TextDocumentContentProvider } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import type { WindowServer } from "../../server/windowServer.ts";

export const serverFlowScheme = "langflow-connect-flow";

/** Flows of the server as documents to compare a file with. */
export interface ServerTexts extends TextDocumentContentProvider {
  uriOf(flow: FlowOfBoth, wanted?: Wanted): Uri;
  /** Those that are open are asked for once more. */
  refresh(): void;
}

interface Wanted {
  /** One of its versions; what Langflow has now without. */
  readonly version?: string;
  /** A file that it is compared with: its code stands in the same form. */
  readonly like?: string;
}

export function createServerTexts(server: WindowServer): ServerTexts {
  const changed = new EventEmitter<Uri>();
  const shown = new Map<string, Uri>();
  return {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri) {
      const query = new URLSearchParams(uri.query);
      const [flow = "", version, like] = ["flow", "version", "like"].map((key) => query.get(key) ?? undefined);
      if (version !== undefined) return (await server.operate("flowVersions.text", { flow, version })).text;
      const form = like === undefined ? {} : { like };
      return (await server.operate("flowFiles.serverText", { id: flow, ...form })).text;
    },
    uriOf({ id, name }, wanted = {}) {
      const path = `/${name.replaceAll(/[\\/:*?"<>|#]/g, " ").trim()}.json`;
      const query = new URLSearchParams({ flow: id, ...wanted }).toString();
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
