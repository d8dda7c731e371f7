import type { Server } from "node:http";
import { createHttpServer } from "../../src/server/faces/http/server.ts";
import { createMcpHttp } from "../../src/server/faces/mcp/http.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import type { Services } from "../../src/server/tools/runner/context.ts";
import type { Tool } from "../../src/server/tools/runner/defineTool.ts";
import { createJobs } from "../../src/server/tools/runner/jobs.ts";
import { createRegistry } from "../../src/server/tools/runner/registry.ts";
import { toolsets } from "../../src/server/tools/runner/toolsets.ts";
import { createToolRunner } from "../../src/server/tools/runner/runTool.ts";
import type { ToolSource } from "../../src/server/tools/runner/registry.ts";
import { noOffers } from "./noOffers.ts";
import type { ToolCallRecord } from "../../src/server/platform/call.ts";

/** A source whose tools stay as they are. */
export function fixedTools(tools: readonly Tool[]): ToolSource {
  return { tools: () => tools, onChange: () => undefined };
}

export interface InProcessServer {
  readonly url: string;
  readonly token: string;
  readonly records: readonly ToolCallRecord[];
  readonly logged: readonly string[];
  close(): Promise<void>;
}

/** The production HTTP stack over tools of the test's own, for what no real tool shows on demand. */
export async function serveTools(
  tools: readonly Tool[],
  recorded: (record: ToolCallRecord) => void = () => undefined,
  more: Partial<Services> = {},
): Promise<InProcessServer> {
  const records: ToolCallRecord[] = [];
  const logged: string[] = [];
  const log = createLogger((line) => logged.push(line), "debug");
  const jobs = createJobs();
  const services = { ...more, jobs };
  const runner = createToolRunner({
    registry: createRegistry({ sources: [fixedTools(tools)], toolsets: Object.keys(toolsets), services }),
    services,
    log,
    observers: [(record) => void records.push(record), recorded],
    now: () => new Date(),
  });
  const token = `lfc_${"t".repeat(43)}`;
  const allowedHosts = new Set<string>();
  const mcp = createMcpHttp({ ...noOffers, runner, version: "0.0.0", face: "mcp", log });
  const server = createHttpServer({
    guard: { allowedHosts, token: () => token },
    runner,
    mcp: mcp.handle,
    log,
    operate: () => undefined,
    metrics: () => "",
    ready: () => true,
  });
  const port = await listen(server);
  allowedHosts.add(`127.0.0.1:${port}`);
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    token,
    records,
    logged,
    async close() {
      await mcp.close();
      jobs.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
}
