import { fileURLToPath } from "node:url";
import { IPCMessageReader, IPCMessageWriter, createConnection } from "vscode-languageserver/node";
import type { CancellationToken, Connection, InitializeParams } from "vscode-languageserver/node";
import { InitializationOptions, serverMessages, serverRequests } from "../../../protocol/lsp.ts";
import type { Answer, EndpointMessage, RequestOf, ServerMessages } from "../../../protocol/lsp.ts";
import type { Activity } from "../../../protocol/status.ts";
import { ToolError } from "../../platform/errors.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Caller } from "../../tools/context.ts";
import type { ToolRunner } from "../../tools/runTool.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { documentSync, syncDocuments } from "./documents.ts";

/** The application with its endpoint open, as this face uses it. */
export interface EditorApp {
  readonly workspace: Workspace;
  readonly runner: ToolRunner;
  endpoint(): EndpointMessage;
  onActivity(listener: (activity: Activity) => void): void;
  /** Old clients are refused from the next request on. */
  rotateToken(): Promise<void>;
  shutdown(reason: string): Promise<void>;
}

export interface OpenOptions {
  readonly folders: readonly string[];
  readonly options: InitializationOptions;
}

export interface LspOptions {
  readonly log: Logger;
  open(options: OpenOptions): Promise<EditorApp>;
}

const shutdownMs = 5_000;
const editor: Caller = { face: "lsp", client: "VS Code" };

/** Serves one VS Code window over the IPC channel it was forked with; resolves when the window is done with it. */
export function serveEditor({ log, open }: LspOptions): Promise<string> {
  const connection = createConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  const send = sender(connection);
  let app: EditorApp | undefined;
  const started = (): EditorApp => {
    if (app) return app;
    throw new ToolError("NOT_READY", "The server is still starting.", "Try again in a moment.");
  };

  connection.onInitialize(async (params) => {
    app = await open({
      folders: foldersOf(params),
      options: InitializationOptions.parse(params.initializationOptions),
    });
    syncDocuments(connection, app.workspace.documents);
    app.onActivity((activity) => {
      send("activity", activity);
    });
    return { capabilities: { textDocumentSync: documentSync } };
  });
  connection.onInitialized(() => {
    send("endpoint", started().endpoint());
  });
  const answer = answers(connection, log);
  answer(serverRequests.ping, () => null);
  answer(serverRequests.callTool, ({ name, args }, signal) =>
    started().runner.run({ name, args, caller: editor, signal }),
  );
  answer(serverRequests.rotateToken, () =>
    outcome(async () => {
      await started().rotateToken();
      send("endpoint", started().endpoint());
      return null;
    }),
  );

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

function sender(connection: Connection) {
  return <Name extends keyof ServerMessages>(name: Name, message: ServerMessages[Name]): void => {
    // A message that cannot be sent has nobody left to read it.
    connection.sendNotification(serverMessages[name], message).catch(() => undefined);
  };
}

function answers(connection: Connection, log: Logger) {
  return <Params, Result>(
    { method }: RequestOf<Params, Result>,
    handler: (params: Params, signal: AbortSignal) => Result | Promise<Result>,
  ): void => {
    connection.onRequest(method, async (params: Params, token: CancellationToken) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => {
        controller.abort();
      });
      try {
        return await handler(params, controller.signal);
      } catch (error) {
        if (!(error instanceof ToolError)) log.error("lsp.internal", { method, ...describeError(error) });
        throw error;
      }
    });
  };
}

/** Runs the work and gives a failure back as a value that the user can be shown. */
async function outcome<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { ok: false, error: { code: error.code, message: error.message, remedy: error.remedy } };
  }
}

function foldersOf(params: InitializeParams): readonly string[] {
  const folders = params.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.startsWith("file:")).map(({ uri }) => fileURLToPath(uri));
}
