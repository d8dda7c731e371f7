// An HTTP proxy that stands in front of a real part and misbehaves on demand, so that faults of a network are tested against the real thing.
import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export type FaultMode =
  | { readonly kind: "pass" }
  /** Waits before the request goes on to the target. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Answers by itself. `body` is sent as HTML when it starts with "<", else as JSON. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Resets the connection: at once, or after that many bytes of the target's body. */
  | { readonly kind: "reset"; readonly afterBytes?: number }
  /** Nothing listens on the port. */
  | { readonly kind: "refuse" }
  /** Takes the request and never answers. */
  | { readonly kind: "hang" };

export interface FaultProxy {
  readonly url: string;
  /** Every request that arrived, in order, whatever became of it. */
  readonly requests: readonly { readonly method: string; readonly path: string }[];
  /** From the next request on. `only` limits a fault to the paths it matches; all others pass. */
  setMode(mode: FaultMode, only?: RegExp): Promise<void>;
  /** How many requests matched, all when no pattern is given. */
  count(path?: RegExp): number;
  close(): Promise<void>;
}

interface Fault {
  readonly mode: FaultMode;
  readonly only?: RegExp | undefined;
}

/** @param target base URL of the real part, such as `http://127.0.0.1:7860` */
export async function startFaultProxy(target: string, mode: FaultMode = { kind: "pass" }): Promise<FaultProxy> {
  const requests: { method: string; path: string }[] = [];
  const sockets = new Set<Socket>();
  let fault: Fault = { mode };

  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "/";
    requests.push({ method: incoming.method ?? "GET", path });
    const current: FaultMode = fault.only && !fault.only.test(path) ? { kind: "pass" } : fault.mode;
    handle(current, { target, incoming, outgoing });
  });
  // A proxy must not be the one that gives up first.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const port = await listen(server, 0);
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  if (mode.kind === "refuse") await shut();

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async setMode(next, only) {
      fault = { mode: next, only };
      if (next.kind === "refuse") await shut();
      else if (!server.listening) await listen(server, port);
    },
    count: (path) => requests.filter((one) => !path || path.test(one.path)).length,
    close: shut,
  };
}

interface Exchange {
  readonly target: string;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

function handle(mode: FaultMode, exchange: Exchange): void {
  const { incoming, outgoing } = exchange;
  switch (mode.kind) {
    case "pass":
      return forward(exchange);
    case "delay": {
      const timer = setTimeout(() => forward(exchange), mode.ms);
      outgoing.on("close", () => clearTimeout(timer));
      return;
    }
    case "status": {
      const body = mode.body ?? JSON.stringify({ detail: `fault ${mode.status}` });
      const type = body.startsWith("<") ? "text/html; charset=utf-8" : "application/json";
      // Read to its end, or a client that still sends would see a reset in location of the answer.
      incoming.resume();
      incoming.on("end", () => outgoing.writeHead(mode.status, { "content-type": type, ...mode.headers }).end(body));
      return;
    }
    case "reset":
      if (mode.afterBytes === undefined) incoming.socket.resetAndDestroy();
      else forward(exchange, mode.afterBytes);
      return;
    case "hang":
      incoming.resume();
      return;
    case "refuse":
      incoming.socket.destroy();
  }
}

function forward({ target, incoming, outgoing }: Exchange, resetAfter?: number): void {
  const url = new URL(incoming.url ?? "/", target);
  const onward = request(
    url,
    { method: incoming.method ?? "GET", headers: { ...incoming.headers, host: url.host } },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      let left = resetAfter ?? Number.POSITIVE_INFINITY;
      answer.on("data", (chunk: Buffer) => {
        if (chunk.length < left) {
          left -= chunk.length;
          // Unread data would fill the memory when the client is slower than the target.
          if (!outgoing.write(chunk)) {
            answer.pause();
            outgoing.once("drain", () => answer.resume());
          }
          return;
        }
        answer.destroy();
        outgoing.write(chunk.subarray(0, left), () => incoming.socket.resetAndDestroy());
      });
      answer.on("end", () => outgoing.end());
      answer.on("error", () => incoming.socket.destroy());
    },
  );
  onward.on("error", () => incoming.socket.destroy());
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
