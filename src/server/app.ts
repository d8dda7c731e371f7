import { createAnalysis } from "./analysis/door.ts";
import { createHttpServer } from "./faces/http/server.ts";
import { createMcpHttp } from "./faces/mcp/http.ts";
import { DisposableStack } from "./platform/disposables.ts";
import type { Logger } from "./platform/logger.ts";
import { createRegistry } from "./tools/index.ts";
import { createJobs } from "./tools/jobs.ts";
import { createToolRunner } from "./tools/runTool.ts";
import type { ToolCallRecord, ToolRunner } from "./tools/runTool.ts";
import { openWorkspace } from "./workspace/workspace.ts";
import type { Workspace } from "./workspace/workspace.ts";

export interface AppOptions {
  readonly folders: readonly string[];
  readonly log: Logger;
  readonly version: string;
  /** Told of every finished call, besides the ledger. */
  onCall?(record: ToolCallRecord): void;
}

/** Every service, wired once; the faces are opened on it. */
export interface App {
  readonly workspace: Workspace;
  readonly runner: ToolRunner;
  listen(options: ListenOptions): Promise<Listening>;
  shutdown(reason: string): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  token(): string;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
}

export async function createApp({ folders, log, version, onCall }: AppOptions): Promise<App> {
  const scope = new DisposableStack();
  const workspace = await openWorkspace(folders);
  const analysis = scope.add(
    createAnalysis({
      workerFile: new URL("./analysisWorker.mjs", import.meta.url),
      roots: workspace.roots.map((root) => root.path),
      overlays: () => workspace.documents.unsaved(),
    }),
  );
  const jobs = scope.add(createJobs());
  const runner = createToolRunner({
    registry: createRegistry(),
    services: { workspace, analysis, jobs, log },
    jobs,
    log,
    record: (record) => {
      onCall?.(record);
      return Promise.resolve();
    },
    now: () => new Date(),
  });

  async function listen({ host, port, token }: ListenOptions): Promise<Listening> {
    const allowedHosts = new Set<string>();
    const mcp = createMcpHttp({ runner, version, face: "mcp", log });
    const server = createHttpServer({
      guard: { allowedHosts, token },
      runner,
      mcp: mcp.handle,
      log,
      ready: () => true,
      metrics: () => "",
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
    for (const name of new Set([host, "127.0.0.1", "localhost"])) allowedHosts.add(`${name}:${String(bound)}`);
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
    return { url: `http://${host}:${String(bound)}/mcp`, port: bound };
  }

  return {
    workspace,
    runner,
    listen,
    async shutdown(reason) {
      log.info("app.shutdown", { reason });
      await scope.dispose();
    },
  };
}
