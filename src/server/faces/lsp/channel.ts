import type { CancellationToken, Connection } from "vscode-languageserver/node";
import { CancellationTokenSource } from "vscode-languageserver/node";
import { serverMessages } from "../../../protocol/requests.ts";
import type { Answer, RequestOf, ServerMessages } from "../../../protocol/requests.ts";
import { ToolError } from "../../platform/errors.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";

export type Send = <Name extends keyof ServerMessages>(name: Name, message: ServerMessages[Name]) => void;

export function sender(connection: Connection): Send {
  return (name, message) => {
    // A message that cannot be sent has nobody left to read it.
    connection.sendNotification(serverMessages[name], message).catch(() => undefined);
  };
}

export type Answers = <Params, Result>(
  request: RequestOf<Params, Result>,
  handler: (params: Params, signal: AbortSignal) => Result | Promise<Result>,
) => void;

export function answers(connection: Connection, log: Logger): Answers {
  return <Params, Result>(
    { method }: RequestOf<Params, Result>,
    handler: (params: Params, signal: AbortSignal) => Result | Promise<Result>,
  ) => {
    connection.onRequest(method, async (params: Params, token: CancellationToken) => {
      try {
        return await handler(params, signalOf(token));
      } catch (error) {
        log.error("lsp.internal", { method, ...describeError(error) });
        throw error;
      }
    });
  };
}

/** Asks the editor; cancelled there when the signal fires. */
export async function ask<Params, Result>(
  connection: Connection,
  { method }: RequestOf<Params, Result>,
  params: Params,
  signal: AbortSignal,
): Promise<Result> {
  const source = new CancellationTokenSource();
  const cancel = () => {
    source.cancel();
  };
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return await connection.sendRequest<Result>(method, params, source.token);
  } finally {
    signal.removeEventListener("abort", cancel);
    source.dispose();
  }
}

/** Runs the work and gives a failure back as a value that the user can be shown. */
export async function outcome<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const { code, message, remedy, details } = error;
    const { reviewed } = details;
    return { ok: false, error: { code, message, remedy, ...(typeof reviewed === "string" && { reviewed }) } };
  }
}

/** Fires when the editor no longer waits for the answer. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}
