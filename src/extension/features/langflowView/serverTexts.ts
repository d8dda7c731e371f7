import { EventEmitter, Uri } from "vscode";
import type { TextDocumentContentProvider } from "vscode";
import type { FlowOfBoth } from "../../../protocol/flowFiles.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { readTextQuery, textQuery } from "./textQuery.ts";
import type { TextWanted } from "./textQuery.ts";

export const serverFlowScheme = "langflow-connect-flow";

/** Flows of the server as documents to compare a file with. */
export interface ServerTexts extends TextDocumentContentProvider {
  textOf(uri: Uri): Promise<string>;
  uriOf(flow: FlowOfBoth, wanted?: TextWanted): Uri;
  /** Those that are open are asked for once more. */
  refresh(): void;
}

export function createServerTexts(server: WindowServer): ServerTexts {
  const changed = new EventEmitter<Uri>();
  const shown = new Map<string, Uri>();
  async function textOf({ query }: Uri): Promise<string> {
    const { flow, version, dir, like } = readTextQuery(query);
    if (version !== undefined) {
      const folder = dir === undefined ? {} : { dir };
      return (await server.operate("flowVersions.text", { flow, version, ...folder })).text;
    }
    const form = like === undefined ? {} : { like };
    return (await server.operate("flowFiles.serverText", { id: flow, ...form })).text;
  }

  return {
    onDidChange: changed.event,
    textOf,
    provideTextDocumentContent: textOf,
    uriOf({ id, name }, wanted = {}) {
      const path = `/${name.replaceAll(/[\\/:*?"<>|#]/g, " ").trim()}.json`;
      const query = textQuery(id, wanted);
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
