import { AsyncLocalStorage } from "node:async_hooks";

/** A `tools/call` on its way through the SDK, which refuses some before our handler sees them. */
export interface WatchedCall {
  /** Empty when the request names none. */
  readonly name: string;
  /** The tool runner has it, and with it the ledger row. */
  ran: boolean;
}

const current = new AsyncLocalStorage<WatchedCall>();

/** The call in a JSON-RPC message; undefined for any other message. */
export function callIn(message: unknown): WatchedCall | undefined {
  if (message === null || typeof message !== "object" || !("method" in message)) return undefined;
  if (message.method !== "tools/call") return undefined;
  const params = "params" in message ? message.params : undefined;
  const name = params !== null && typeof params === "object" && "name" in params ? params.name : undefined;
  return { name: typeof name === "string" ? name : "", ran: false };
}

/** Does the work so that `markRan` anywhere in it, later included, means this call. */
export function watch<T>(call: WatchedCall, work: () => T): T {
  return current.run(call, work);
}

export function markRan(): void {
  const call = current.getStore();
  if (call) call.ran = true;
}
