import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { IPCMessageReader, IPCMessageWriter, createConnection } from "vscode-languageserver/node";
import type { Connection, InitializeParams } from "vscode-languageserver/node";
import { InitializationOptions } from "../../../protocol/initialization.ts";
import type { EditorModelAnswer, EditorModelQuestion } from "../../../protocol/editorModel.ts";
import type { LiveRun } from "../../../protocol/flowRuns.ts";
import { editorRequests, serverRequests } from "../../../protocol/requests.ts";
import type { Settings } from "../../../protocol/settings.ts";
import { traceContextIn } from "../../../protocol/traceContext.ts";
import type { TopicMessage, TopicName } from "../../../protocol/topics.ts";
import type { Ledger } from "../../economy/types.ts";
import type { RunOperation } from "../../operations/index.ts";
import { ToolError } from "../../platform/errors.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { localUser } from "../../platform/call.ts";
import type { Caller } from "../../platform/call.ts";
import { inTrace } from "../../platform/tracing.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { TopicHub } from "../../platform/topics.ts";
import type { ToolRunner } from "../../tools/runner/runTool.ts";
import type { EditTarget } from "../../workspace/edits/edits.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { answers, ask, outcome, sender } from "./channel.ts";
import { documentSync, filePath, syncDocuments } from "./documents.ts";
import { serveFlowLanguage } from "./flowLanguage/flowLanguage.ts";
import type { FlowLanguage, FlowLanguageDeps } from "./flowLanguage/flowLanguage.ts";
import { createOpenFlows } from "./flowLanguage/openFlows.ts";
import { publishFlowProblems } from "./flowProblems.ts";
import type { FlowProblemsDeps } from "./flowProblems.ts";
import { createEditorTarget } from "./editTarget.ts";
import { createFolderFiles } from "./folderFiles.ts";

/** The application with its endpoint open, as this face uses it. */
export interface EditorApp {
  readonly workspace: Workspace;
  readonly runner: ToolRunner;
  readonly ledger: Ledger;
  readonly operate: RunOperation;
  readonly flowCheck: { text: FlowProblemsDeps["check"] };
  readonly components: FlowLanguageDeps["components"];
  readonly topics: TopicHub;
  readonly tracing: Tracing;
  changeSettings(settings: Settings): void;
  shutdown(reason: string): Promise<void>;
}

export interface OpenOptions {
  readonly folders: readonly string[];
  readonly options: InitializationOptions;
  target(workspace: Workspace): EditTarget;
  /** Waits until the texts that the window has changed by now are here; not long, since a busy window must not stop tools. */
  drain(): Promise<void>;
  /** A language model of VS Code. */
  askModel(question: EditorModelQuestion, signal: AbortSignal): Promise<EditorModelAnswer>;
}

export interface LspOptions {
  readonly log: Logger;
  open(options: OpenOptions): Promise<EditorApp>;
}

const drainMs = 300;
const shutdownMs = 5_000;
const editor: Caller = { face: "lsp", client: "VS Code", principal: localUser, byUser: true };

/** Serves one VS Code window over the IPC channel it was forked with; resolves when the window is done with it. */
export function serveEditor({ log, open }: LspOptions): Promise<string> {
  const connection = createConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  const send = sender(connection);
  let app: EditorApp | undefined;
  let language: FlowLanguage | undefined;
  let runs: readonly LiveRun[] = [];
  const started = (): EditorApp => {
    if (app) return app;
    throw new ToolError("NOT_READY", "The server is still starting.", "Try again in a moment.");
  };

  const progressTo = (token: string | undefined) => (message: string) => {
    if (token !== undefined) send("progress", { token, message });
  };

  connection.onInitialize(async (params) => {
    app = await open({
      folders: foldersOf(params),
      options: InitializationOptions.parse(params.initializationOptions),
      target: ({ documents }) =>
        createEditorTarget({
          documents,
          flowName: (run) => runs.find((each) => each.run === run)?.flow.name,
          ask: (edits, signal) => ask(connection, editorRequests.applyEdits, edits, signal),
        }),
      drain: () => drained(connection),
      askModel: (question, signal) => ask(connection, editorRequests.askModel, question, signal),
    });
    const opened = syncDocuments(connection, app.workspace.documents);
    const flows = createOpenFlows(opened);
    const checkAgain = publishFlowProblems(connection, { opened, flows, log, check: app.flowCheck.text });
    let isConnected = false;
    let serverName: string | undefined;
    const { roots } = app.workspace;
    language = serveFlowLanguage(connection, {
      flows,
      components: app.components,
      isConnected: () => isConnected,
      serverName: () => serverName,
      isFlowFile: (uri) => isInFlowFolder(uri, roots),
      files: createFolderFiles(app.workspace),
    });
    app.topics.subscribe((message) => {
      if (isOf("runs", message)) runs = message.value;
      if (!isOf("link", message)) return;
      // Another Langflow has other components.
      checkAgain();
      serverName = message.value.registration?.name;
      const before = isConnected;
      isConnected = message.value.state === "connected" || message.value.state === "slow";
      if (isConnected !== before) language?.refresh();
    });
    app.ledger.onActivity((activity) => {
      send("activity", activity);
    });
    return { capabilities: { textDocumentSync: documentSync } };
  });
  connection.onInitialized(() => {
    language?.register().catch((error: unknown) => log.warn("flows.language", describeError(error)));
    started().topics.subscribe((message) => {
      send("topic", message);
    });
  });

  const answer = answers(connection, log);
  answer(serverRequests.ping, () => null);
  answer(serverRequests.callTool, ({ name, args, progressToken: token, traceparent }, signal) =>
    inTrace(traceparent, () =>
      started().runner.run({
        name,
        args,
        caller: editor,
        signal,
        onProgress: ({ message }) => {
          progressTo(token)(message);
        },
      }),
    ),
  );
  answer(serverRequests.operation, ({ name, params, progressToken, traceparent }, signal) =>
    inTrace(traceparent, () =>
      outcome(async () =>
        started().operate(name, params, { caller: editor, signal, progress: progressTo(progressToken) }),
      ),
    ),
  );
  answer(serverRequests.span, ({ traceparent, name, startedAt, endedAt, failed }) => {
    const context = traceContextIn(traceparent);
    const facts = { name, kind: "internal", startedAt, endedAt, attributes: {} } as const;
    if (context) started().tracing.add({ ...facts, context, ...(failed && { error: "failed" }) });
    return null;
  });
  answer(serverRequests.settings, (settings) => {
    started().changeSettings(settings);
    return null;
  });

  connection.listen();
  return new Promise((resolve) => {
    const end = async (reason: string) => {
      await app?.shutdown(reason);
      resolve(reason);
    };
    connection.onShutdown(() => end("the window ends"));
    // The window's process may die without a word; this server must not outlive it.
    process.once("disconnect", () => {
      setTimeout(() => process.exit(1), shutdownMs).unref();
      void end("the window is gone").finally(() => process.exit(0));
    });
  });
}

/** Messages of the channel keep their order: what was typed before this is answered has arrived with the answer. */
async function drained(connection: Connection): Promise<void> {
  const pong = ask(connection, editorRequests.drain, null, AbortSignal.timeout(drainMs));
  await Promise.race([pong.then(noop, noop), sleep(drainMs, undefined, { ref: false })]);
}

function noop(): void {
  // Late or failed, the texts of before are what there is.
}

/** Where the Langflow view looks for flow files. */
function isInFlowFolder(uri: string, roots: Workspace["roots"]): boolean {
  const file = filePath(uri);
  return roots.some((root) => file !== undefined && path.dirname(file) === path.join(root.path, "flows"));
}

function foldersOf(params: InitializeParams): readonly string[] {
  const folders = params.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.startsWith("file:")).map(({ uri }) => fileURLToPath(uri));
}

function isOf<Name extends TopicName>(name: Name, message: TopicMessage): message is TopicMessage<Name> {
  return message.name === name;
}
