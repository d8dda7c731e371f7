import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface LocalServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** HOST:PORT. */
  readonly host: string;
  readonly requests: LocalRequest[];
  close(): Promise<void>;
}

/** A real HTTP server on the loopback. A body is read before it answers. */
export async function startLocalServer(
  answer: (request: LocalRequest, response: ServerResponse) => void,
): Promise<LocalServer> {
  const requests: LocalRequest[] = [];
  const server = createServer((message: IncomingMessage, response) => {
    let body = "";
    message.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    message.on("end", () => {
      const request = { method: message.method ?? "", path: message.url ?? "", headers: message.headers, body };
      requests.push(request);
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url: `http://${host}`,
    host,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
