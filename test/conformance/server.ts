// The production HTTP stack, guard included, over the conformance suite's tools. Prints {"url"} of a loopback shim that
// adds what the suite cannot send. Started by scripts/conformance.ts.
import { createServer, request } from "node:http";
import type { Server } from "node:http";
import { createHttpServer } from "../../src/server/faces/http/server.ts";
import { createMcpHttp } from "../../src/server/faces/mcp/http.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import { newToken } from "../../src/server/platform/dataFolder.ts";
import { createRegistry } from "../../src/server/tools/runner/registry.ts";
import { conformancePrompts, conformanceResources } from "./offers.ts";
import { answerConformanceCall, conformanceTools } from "./tools.ts";

const log = createLogger((line) => process.stderr.write(`${line}\n`), "warn");
const token = newToken();
const runner = {
  registry: createRegistry({ sources: [{ tools: () => conformanceTools, onChange: () => undefined }], services: {} }),
  run: answerConformanceCall,
  listed: () => undefined,
  refused: () => Promise.resolve(),
};
const mcp = createMcpHttp({
  runner,
  prompts: conformancePrompts,
  resources: conformanceResources,
  version: "0.0.0",
  face: "mcp",
  log,
});
const [allowedHosts, allowedOrigins] = [new Set<string>(), new Set<string>()];
const server = createHttpServer({
  guard: { allowedHosts, allowedOrigins, token: () => token },
  runner,
  mcp: mcp.handle,
  operate: () => undefined,
  log,
  metrics: () => "",
  ready: () => true,
});
const port = await listen(server);
for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
  allowedHosts.add(host);
  allowedOrigins.add(`http://${host}`);
}

/** Adds the token, and names the server's port where the suite names the shim's; nothing else is touched. */
const shim = createServer((incoming, outgoing) => {
  const swap = (value: string | undefined) => value?.replace(`:${shimPort}`, `:${port}`);
  const { host, origin } = incoming.headers;
  const headers = { ...incoming.headers, host: swap(host), authorization: `Bearer ${token}` };
  const forward = request(
    {
      port,
      host: "127.0.0.1",
      method: incoming.method,
      path: incoming.url,
      headers: origin === undefined ? headers : { ...headers, origin: swap(origin) },
    },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  forward.on("error", () => outgoing.destroy());
  outgoing.on("close", () => forward.destroy());
  incoming.pipe(forward);
});
const shimPort = await listen(shim);
process.stdout.write(`${JSON.stringify({ url: `http://localhost:${shimPort}/mcp` })}\n`);

function listen(target: Server): Promise<number> {
  return new Promise((resolve) => {
    target.listen(0, "127.0.0.1", () => {
      const address = target.address();
      resolve(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
}
