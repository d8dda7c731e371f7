import type { Readable } from "node:stream";
import { parseJSONRPCMessage } from "@modelcontextprotocol/server";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { parseJson } from "../../platform/jsonText.ts";
import { callIn, watch } from "./callWatch.ts";
import type { WatchedCall } from "./callWatch.ts";

export interface LineTransportOptions {
  readonly input: Readable;
  /** Writes one line; nothing else may reach the stream behind it. */
  write(line: string): void;
  /** A call that was answered with an error before a tool runner had it, or a line that no call could be read from. */
  refused(name?: string): void;
}

const maxLineBytes = 10 * 1024 * 1024;
const newline = 10;

/**
 * MCP's stdio framing, one message a line. The SDK's own closes the connection at a long line and lets repeated keys
 * and any depth through; this one answers with an error, drops the line without keeping it, and goes on.
 */
export function createLineTransport({ input, write, refused }: LineTransportOptions): Transport {
  let parts: Buffer[] = [];
  let size = 0;
  let dropping = false;
  let closed = false;
  const calls = new Map<string | number, WatchedCall>();

  const transport: Transport = {
    start() {
      input.on("data", onData);
      input.once("close", onEnd);
      input.once("end", onEnd);
      return Promise.resolve();
    },
    send(message) {
      if (closed) return Promise.resolve();
      settle(message);
      write(`${JSON.stringify(message)}\n`);
      return Promise.resolve();
    },
    close() {
      onEnd();
      return Promise.resolve();
    },
  };

  function onEnd(): void {
    if (closed) return;
    closed = true;
    input.off("data", onData);
    transport.onclose?.();
  }

  function onData(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end));
      const line = Buffer.concat(parts);
      const whole = !dropping;
      [parts, size, dropping] = [[], 0, false];
      if (whole) onLine(line);
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }

  function keep(part: Buffer): void {
    if (dropping) return;
    size += part.length;
    if (size <= maxLineBytes) return void parts.push(part);
    [parts, dropping] = [[], true];
    refuse({ code: -32700, message: "The line is longer than 10 MB." });
  }

  function onLine(line: Buffer): void {
    if (line.every((byte) => byte <= 32)) return;
    const parsed = parseJson(line);
    if (!parsed.ok) return refuse(parsed);
    const message = messageIn(parsed.value);
    if (!message) return refuse({ code: -32600, message: "This is not one JSON-RPC 2.0 message." });
    forgetCancelled(message);
    const call = "id" in message ? callIn(message) : undefined;
    if (!call || !("id" in message) || message.id === undefined) return transport.onmessage?.(message);
    calls.set(message.id, call);
    watch(call, () => transport.onmessage?.(message));
  }

  /** The SDK answers no call that its client has cancelled. */
  function forgetCancelled(message: JSONRPCMessage): void {
    if (!("method" in message) || message.method !== "notifications/cancelled") return;
    const id = message.params?.["requestId"];
    if (typeof id === "string" || typeof id === "number") calls.delete(id);
  }

  function refuse({ code, message }: { code: number; message: string }): void {
    if (closed) return;
    refused();
    write(`${JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } })}\n`);
  }

  function settle(message: JSONRPCMessage): void {
    if (!("id" in message) || message.id === undefined || "method" in message) return;
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (call && !call.ran) refused(call.name);
  }

  return transport;
}

function messageIn(value: unknown): JSONRPCMessage | undefined {
  try {
    return parseJSONRPCMessage(value);
  } catch {
    return undefined;
  }
}
