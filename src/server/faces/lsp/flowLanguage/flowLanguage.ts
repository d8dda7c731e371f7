import {
  CodeActionKind,
  CodeActionRequest,
  CodeLensRefreshRequest,
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentSymbolRequest,
  HoverRequest,
  ReferencesRequest,
  RenameRequest,
} from "vscode-languageserver/node";
import type { CancellationToken, Connection, Disposable, TextDocumentPositionParams } from "vscode-languageserver/node";
import type { KnownComponents } from "../../../flows/check/knownComponents.ts";
import { signalOf } from "../channel.ts";
import { codeLensesOf } from "./codeLenses.ts";
import { completionsAt } from "./completion.ts";
import { explainActionsOf, explainKind } from "./explainActions.ts";
import { flowsOfFolder, needsOf } from "./flowsOfFolder.ts";
import type { FolderFiles } from "./flowsOfFolder.ts";
import { hoverOf } from "./hover.ts";
import type { OpenFlows } from "./openFlows.ts";
import { outlineOf } from "./outline.ts";
import { subjectAt } from "./subjects.ts";
import { quickFixesOf } from "./quickFixes.ts";
import { definitionOf, referencesOf } from "./references.ts";
import { renamableAt, renameOf } from "./rename.ts";

export interface FlowLanguageDeps {
  readonly flows: OpenFlows;
  /** Undefined when nothing is known of any Langflow. */
  components(signal: AbortSignal): Promise<KnownComponents | undefined>;
  isConnected(): boolean;
  /** The name of this workspace among Langflow's MCP servers, where it has one. */
  serverName(): string | undefined;
  /** Whether the file is one of those that are pushed and pulled. */
  isFlowFile(uri: string): boolean;
  readonly files: FolderFiles;
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
  const { flows, components, isConnected, serverName, isFlowFile, files } = deps;
  let registered: readonly Disposable[] = [];

  connection.onDocumentSymbol(({ textDocument: { uri } }) => {
    const flow = flows(uri);
    return flow ? outlineOf(flow) : null;
  });
  connection.onCodeLens(({ textDocument: { uri } }) => {
    const flow = isConnected() ? flows(uri) : undefined;
    return flow ? codeLensesOf(flow, isFlowFile(uri)) : null;
  });

  // Without Langflow's own words, those of the file do.
  const componentsFor = (token: CancellationToken) => components(signalOf(token)).catch(() => undefined);
  const subjectOf = ({ textDocument: { uri }, position }: TextDocumentPositionParams) => {
    const flow = flows(uri);
    const subject = flow && subjectAt(flow, position);
    return subject && { flow, subject };
  };

  connection.onHover(async (params, token) => {
    const at = subjectOf(params);
    return at ? hoverOf(at.subject, await componentsFor(token)) : null;
  });
  connection.onDefinition((params) => {
    const at = subjectOf(params);
    return at ? definitionOf(at.flow, at.subject) : null;
  });
  connection.onReferences((params) => {
    const at = subjectOf(params);
    if (!at) return null;
    const { flow, subject } = at;
    const alone = [{ flow, needs: undefined }];
    const folder = () => (isFlowFile(flow.uri) ? flowsOfFolder(flow, files) : Promise.resolve(alone));
    return referencesOf(flow, subject, { withDefinition: params.context.includeDeclaration, folder });
  });
  connection.onPrepareRename((params) => {
    const at = subjectOf(params);
    return at ? renamableAt(at.flow, at.subject, params.position) : null;
  });
  connection.onRenameRequest(async (params) => {
    const at = subjectOf(params);
    if (!at) return null;
    const { flow, subject } = at;
    const needs = isFlowFile(flow.uri) ? await needsOf(flow, files) : undefined;
    return renameOf(flow, subject, { newName: params.newName, needs }) ?? null;
  });
  connection.onCompletion(async ({ textDocument: { uri }, position }, token) => {
    const flow = flows(uri);
    return flow ? completionsAt(flow, position, await componentsFor(token)) : null;
  });
  connection.onCodeAction(({ textDocument: { uri }, range, context: { diagnostics } }) => {
    const flow = flows(uri);
    if (!flow) return null;
    const fixes = quickFixesOf(flow, diagnostics, {
      isConnected: isConnected(),
      isFlowFile: isFlowFile(uri),
      serverName: serverName(),
    });
    return [...fixes, ...explainActionsOf(flow, range)];
  });

  return {
    async register() {
      registered = await Promise.all([
        connection.client.register(DocumentSymbolRequest.type, { documentSelector, label: "Flow" }),
        connection.client.register(CodeLensRequest.type, { documentSelector }),
        connection.client.register(HoverRequest.type, { documentSelector }),
        connection.client.register(DefinitionRequest.type, { documentSelector }),
        connection.client.register(ReferencesRequest.type, { documentSelector }),
        connection.client.register(RenameRequest.type, { documentSelector, prepareProvider: true }),
        connection.client.register(CompletionRequest.type, { documentSelector, triggerCharacters: ['"'] }),
        connection.client.register(CodeActionRequest.type, {
          documentSelector,
          codeActionKinds: [CodeActionKind.QuickFix, explainKind, CodeActionKind.Empty],
        }),
      ]);
    },
    refresh() {
      if (registered.length > 0) connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    },
  };
}
