import { ToolError } from "../errors.ts";

/** @param name What the thread does, such as "analysis". */
export function crashed(name: string): ToolError {
  return new ToolError(
    "INTERNAL",
    `The ${name} worker crashed and was restarted.`,
    "Try again; if it keeps failing, narrow it to a smaller folder.",
  );
}

export function outOfMemory(name: string, heapMb: number): ToolError {
  return new ToolError(
    "INTERNAL",
    `The ${name} needed more than its ${heapMb} MB of memory and was restarted.`,
    "Try again; if it keeps failing, narrow it to a smaller folder.",
  );
}

/** What a thread owed to one caller when it was ended because of another one's call: the same call again does. */
export class RestartedError extends ToolError {}

export function cancelIgnored(name: string): RestartedError {
  return new RestartedError(
    "NOT_READY",
    `The ${name} was restarted because a cancelled call did not end.`,
    "Call again; the first answer takes a little longer.",
  );
}

export function shuttingDown(): ToolError {
  return new ToolError("CANCELLED", "The server is shutting down.", "Call again when it is back.");
}
