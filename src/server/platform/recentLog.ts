import { redactedJson } from "./redact.ts";
import type { LogFields, LogLevel, Logger } from "./logger.ts";

/** A logger whose newest lines can be read again, for a support case. */
export interface RecentLog extends Logger {
  /** JSON lines, the oldest first. */
  lines(): readonly string[];
}

const maxLines = 1_000;
const maxLineChars = 4_000;

/** Passes all on, and keeps the newest lines, of `debug` none: the sink may keep nothing that can be read from here. */
export function createRecentLog(log: Logger, now = () => new Date()): RecentLog {
  const kept: string[] = [];
  const keeping =
    (level: Exclude<LogLevel, "debug">) =>
    (event: string, fields: LogFields = {}) => {
      const line = redactedJson({ time: now().toISOString(), level, event, ...fields });
      kept.push(line.length > maxLineChars ? JSON.stringify({ level, event, left: "the line is too long" }) : line);
      if (kept.length > maxLines) kept.shift();
      log[level](event, fields);
    };
  return {
    debug: (event, fields) => {
      log.debug(event, fields);
    },
    info: keeping("info"),
    warn: keeping("warn"),
    error: keeping("error"),
    lines: () => [...kept],
  };
}
