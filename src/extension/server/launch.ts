import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CancellationTokenSource } from "vscode";
import type { CancellationToken, LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  ResponseError,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import type { InitializationOptions } from "../../protocol/initialization.ts";
import type { RequestOf, ServerMessages } from "../../protocol/requests.ts";
import type { ApplyEditsParams } from "../../protocol/edits.ts";
import { editorRequests, serverMessages, serverRequests } from "../../protocol/requests.ts";
import type { EditorModelQuestion } from "../../protocol/editorModel.ts";
import { askModel } from "./askModel.ts";
import { applyEdits } from "./applyEdits.ts";
import { serverEnvironment } from "./serverEnvironment.ts";
import type { ServerRun } from "./supervisor.ts";

export { operations } from "../../protocol/operations.ts";
export { readExclusions, readNetwork, readSettings, warnOfPrices } from "./settings.ts";

export interface LaunchOptions {
  /** The bundled server. */
  readonly module: string;
  readonly log: LogOutputChannel;
  readonly handlers: Handlers;
  initializationOptions(): Promise<InitializationOptions>;
}

export type Handlers = { readonly [Name in keyof ServerMessages]: (message: ServerMessages[Name]) => void };

/** A running server with the language client that speaks to it. */
export interface ServerProcess extends ServerRun {
  request<Params, Result>(request: RequestOf<Params, Result>, params: Params, signal?: AbortSignal): Promise<Result>;
}

const startMs = 60_000;
const stopMs = 5_000;

export async function launchServer(options: LaunchOptions): Promise<ServerProcess> {
  const { log } = options;
  // Nothing may fail between the fork and what ends the child again.
  const initializationOptions = await options.initializationOptions();
  const child = forkServer(options);
  const ended = endOf(child);
  const client = createClient(child, options, initializationOptions);
  client.onRequest(editorRequests.applyEdits.method, (params: ApplyEditsParams, token: CancellationToken) =>
    applyEdits(params, signalOf(token)),
  );
  client.onRequest(editorRequests.drain.method, () => null);
  client.onRequest(editorRequests.askModel.method, (question: EditorModelQuestion, token: CancellationToken) =>
    askModel(question, { token, log }),
  );
  for (const name of keysOf(serverMessages)) client.onNotification(serverMessages[name], options.handlers[name]);
  let late: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      client.start(),
      ended.then((reason) => Promise.reject(new Error(reason))),
      new Promise<never>((_, reject) => {
        late = setTimeout(() => {
          reject(new Error("The server did not start within a minute."));
        }, startMs);
      }),
    ]);
  } catch (error) {
    child.kill("SIGKILL");
    void client.dispose().catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(late);
  }
  return {
    ended,
    request: (request, params, signal) => send(client, request, params, signal),
    ping: async (signal) => void (await send(client, serverRequests.ping, null, signal)),
    async stop() {
      await client.stop(stopMs).catch((error: unknown) => {
        log.debug(`stop: ${String(error)}`);
      });
      child.kill("SIGKILL");
      await ended;
    },
    kill() {
      child.kill("SIGKILL");
      void client.dispose().catch(() => undefined);
    },
  };
}

/**
 * The language client's own way to start a server merges the whole environment and the window's debugger options into
 * the child's; here both are built.
 */
function forkServer({ module, log }: LaunchOptions): ChildProcess {
  const child = fork(module, ["lsp"], { env: serverEnvironment(process.env), execArgv: [], silent: true });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      createInterface({ input: stream }).on("line", (line) => {
        writeLog(log, line);
      });
  }
  return child;
}

async function endOf(child: ChildProcess): Promise<string> {
  const failed = once(child, "error").then(([error]) => `It could not be started: ${String(error)}`);
  const ended = once(child, "exit").then(([code, signal]) =>
    signal ? `It was ended by ${String(signal)}.` : `It ended with code ${String(code)}.`,
  );
  return Promise.race([failed, ended]);
}

function createClient(child: ChildProcess, { log }: LaunchOptions, initializationOptions: InitializationOptions) {
  const client = new LanguageClient(
    "langflowConnect",
    "Langflow Connect",
    () => Promise.resolve({ reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child) }),
    {
      documentSelector: [{ scheme: "file" }],
      initializationOptions,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      // The supervisor decides what happens after an end, and says it in the status bar.
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({
          action: CloseAction.DoNotRestart,
          handled: true,
          message: "The connection to the server closed.",
        }),
      },
    },
  );
  return client;
}

const connectionLost = new Set<number>([ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive]);

async function send<Params, Result>(
  client: LanguageClient,
  { method }: RequestOf<Params, Result>,
  params: Params,
  signal?: AbortSignal,
): Promise<Result> {
  const source = new CancellationTokenSource();
  const cancel = () => {
    source.cancel();
  };
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    return await client.sendRequest<Result>(method, params, source.token);
  } catch (error) {
    if (error instanceof ResponseError && connectionLost.has(error.code))
      throw new Error("The server ended before it answered. Run the command again.", { cause: error });
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    source.dispose();
  }
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}

/** The server writes one JSON object a line; what is not JSON is a crash's last words. */
function writeLog(log: LogOutputChannel, line: string): void {
  const level = /"level":"(debug|info|warn|error)"/.exec(line)?.[1];
  if (level === "debug") log.debug(line);
  else if (level === "info") log.info(line);
  else if (level === "warn") log.warn(line);
  else log.error(line);
}

function keysOf<T extends object>(value: T): readonly (keyof T & string)[] {
  return Object.keys(value).filter((key): key is keyof T & string => key in value);
}
