import { AsyncLocalStorage } from "node:async_hooks";
import { newTrace, traceparentOf } from "../../protocol/traceContext.ts";
import type { WindowSpan } from "../../protocol/traceContext.ts";

interface RunningCommand {
  readonly traceparent: string;
  /** The server was asked for something: without that there is nothing to tie to it. */
  asked: boolean;
  /** What it began and left running, such as a timer, is no part of it any more. */
  isOver: boolean;
}

const current = new AsyncLocalStorage<RunningCommand>();

/** Does a command as the first span of a trace. `send` gets the span when the server knows the trace. */
export async function traceCommand(
  name: string,
  { work, send }: { work(): Promise<void>; send(span: WindowSpan): void },
): Promise<void> {
  const command: RunningCommand = { traceparent: traceparentOf(newTrace()), asked: false, isOver: false };
  const startedAt = Date.now();
  let failed = true;
  try {
    await current.run(command, work);
    failed = false;
  } finally {
    command.isOver = true;
    const { traceparent, asked } = command;
    if (asked) send({ traceparent, name, startedAt, endedAt: Date.now(), failed });
  }
}

/** For a request to the server: the command that asks, if one does. */
export function askingCommand(): { readonly traceparent?: string } {
  const command = current.getStore();
  if (!command || command.isOver) return {};
  command.asked = true;
  return { traceparent: command.traceparent };
}
