// An editor's side of the protocol, with one flow file open, for tests of flows as a language.
import { PassThrough } from "node:stream";
import {
  RegistrationRequest,
  StreamMessageReader,
  StreamMessageWriter,
  createConnection,
  createProtocolConnection,
} from "vscode-languageserver/node";
import type { ProtocolConnection, Range, Registration } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { knownComponents } from "../../../../src/server/flows/check/knownComponents.ts";
import type { Component } from "../../../../src/server/flows/model.ts";
import { syncDocuments } from "../../../../src/server/faces/lsp/documents.ts";
import { serveFlowLanguage } from "../../../../src/server/faces/lsp/flowLanguage/flowLanguage.ts";
import { createOpenFlows } from "../../../../src/server/faces/lsp/flowLanguage/openFlows.ts";
import type { OpenFlows } from "../../../../src/server/faces/lsp/flowLanguage/openFlows.ts";
import { createDocuments } from "../../../../src/server/workspace/texts/documents.ts";

export const uri = "file:///w/flows/cider.json";
const textDocument = { uri };

export interface FlowEditorOptions {
  readonly isConnected?: boolean;
  readonly isFlowFile?: boolean;
  /** What the workspace has besides the open file, by URI. */
  readonly files?: Readonly<Record<string, string>>;
  readonly catalogue?: Readonly<Record<string, Component>>;
}

export interface FlowEditor {
  readonly flows: OpenFlows;
  readonly registered: readonly Registration[];
  /** Counts the times that the server asked to show what stands above the text once more. */
  refreshes(): number;
  refresh(): void;
  open(text: string): Promise<void>;
  change(text: string): Promise<void>;
  ask(method: string, params?: object): Promise<unknown>;
  /** With the cursor behind so many characters of the first place where the text is found. */
  askAt(method: string, found: string, behind?: number, more?: object): Promise<unknown>;
  /** What the text has there. */
  textAt(range: Range): string;
  close(): void;
}

export async function openFlowEditor(options: FlowEditorOptions = {}): Promise<FlowEditor> {
  const { isConnected = true, isFlowFile = true, catalogue, files = {} } = options;
  const [there, back] = [new PassThrough(), new PassThrough()];
  const connection = createConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
  const editor: ProtocolConnection = createProtocolConnection(
    new StreamMessageReader(back),
    new StreamMessageWriter(there),
  );
  const flows = createOpenFlows(syncDocuments(connection, createDocuments()));
  const components = catalogue && knownComponents(new Map(Object.entries(catalogue)));
  const language = serveFlowLanguage(connection, {
    flows,
    components: () => Promise.resolve(components),
    isConnected: () => isConnected,
    serverName: () => "workspace-cider",
    isFlowFile: () => isFlowFile,
    files: {
      beside: () => Promise.resolve([uri, ...Object.keys(files).filter((one) => one.startsWith("file:///w/flows/"))]),
      read: (at) => Promise.resolve(files[at]),
    },
  });
  connection.onRequest("drain", () => null);
  let [refreshes, version] = [0, 0];
  const registered: Registration[] = [];
  editor.onRequest(RegistrationRequest.type, ({ registrations }) => void registered.push(...registrations));
  editor.onRequest("workspace/codeLens/refresh", () => {
    refreshes++;
    return null;
  });
  connection.listen();
  editor.listen();
  await language.register();
  let document = TextDocument.create(uri, "json", 0, "");

  async function tell(method: string, params: object): Promise<void> {
    await editor.sendNotification(`textDocument/${method}`, params);
    await editor.sendRequest("drain", null);
  }

  const ask = (method: string, params: object = {}) =>
    editor.sendRequest<unknown>(`textDocument/${method}`, { textDocument, ...params });
  return {
    flows,
    registered,
    refreshes: () => refreshes,
    refresh: () => language.refresh(),
    async open(text) {
      document = TextDocument.create(uri, "json", ++version, text);
      await tell("didOpen", { textDocument: { uri, version, languageId: "json", text } });
    },
    async change(text) {
      document = TextDocument.create(uri, "json", ++version, text);
      await tell("didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    },
    ask,
    askAt(method, found, behind = 1, more = {}) {
      const at = document.getText().indexOf(found);
      if (at === -1) throw new Error(`the text has no ${found}`);
      return ask(method, { position: document.positionAt(at + behind), ...more });
    },
    textAt: (range) => document.getText(range),
    close: () => editor.end(),
  };
}
