import { isIPv6 } from "node:net";
import { createHttpServer } from "../faces/http/server.ts";
import { controlPath } from "../faces/http/controlApi.ts";
import type { RunOperation } from "../operations/index.ts";
import { createMcpHttp } from "../faces/mcp/http.ts";
import type { DisposableStack } from "../platform/disposables.ts";
import type { Logger } from "../platform/logger.ts";
import type { Prompts } from "../prompts/prompts.ts";
import type { Resources } from "../resources/resources.ts";
import type { ToolRunner } from "../tools/runner/runTool.ts";

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  token(): string;
  /** A further `host:port` that clients may name, besides this machine's own. */
  readonly allowHost?: string;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
}

export interface ListenDeps {
  readonly runner: ToolRunner;
  readonly prompts: Prompts;
  readonly resources: Resources;
  readonly operate: RunOperation;
  readonly controlToken: string;
  readonly version: string;
  readonly log: Logger;
  /** Prometheus text. */
  metrics(): string;
  /** The services can work. */
  ready(): boolean;
  readonly scope: DisposableStack;
}

/** Opens the HTTP faces on a port, until the scope ends. */
export async function listenHttp(
  { host, port, token, allowHost }: ListenOptions,
  deps: ListenDeps,
): Promise<Listening> {
  const { runner, prompts, resources, operate, controlToken, version, log, scope, metrics, ready } = deps;
  const allowedHosts = new Set<string>(allowHost === undefined ? [] : [allowHost.toLowerCase()]);
  const mcp = createMcpHttp({ runner, prompts, resources, version, face: "mcp", log });
  const server = createHttpServer({
    guard: { allowedHosts, token: (path) => (path === controlPath ? controlToken : token()) },
    runner,
    mcp: mcp.handle,
    operate,
    log,
    metrics,
    ready,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no TCP port.");
  const bound = address.port;
  const displayHost = isIPv6(host) ? `[${host}]` : host;
  for (const name of new Set([displayHost.toLowerCase(), "127.0.0.1", "localhost"])) {
    allowedHosts.add(`${name}:${bound}`);
    // The port that a URL need not name, and that clients leave out then.
    if (bound === 80) allowedHosts.add(name);
  }
  scope.add({
    async dispose() {
      await mcp.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  });
  return { url: `http://${displayHost}:${bound}/mcp`, port: bound };
}
