import { redactedJson } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/**
 * One JSON object a line. The sink is stderr for the headless server (stdout belongs to JSON-RPC in stdio mode)
 * and the log channel in VS Code. Callers pass facts, never file text, tokens or keys.
 */
export function createLogger(sink: (line: string) => void, level: LogLevel = "info", now = () => new Date()): Logger {
  const least = order.indexOf(level);
  const write =
    (at: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (order.indexOf(at) < least) return;
      sink(redactedJson({ time: now().toISOString(), level: at, event, ...fields }));
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** An error's message and stack for the log; a ToolError by its code. */
export function describeError(error: unknown): LogFields {
  if (error instanceof Error) return { error: error.message, stack: error.stack };
  return { error: String(error) };
}
