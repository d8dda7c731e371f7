import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Session } from "../../../src/server/langflow/session.ts";
import type { SessionDeps } from "../../../src/server/langflow/session.ts";

const workspace = { name: "Orchard", hash: "0123456789abcdef" };
const url = "http://127.0.0.1:4000/mcp?workspace=";
const locked = "MCP server configuration is locked.";

describe("The registration in a Langflow whose MCP servers are locked", () => {
  const asked: string[] = [];
  /** What Langflow keeps under our name; undefined for nothing. */
  let kept: string | undefined;
  let server: Server;
  let session: Session;
  let token: string;

  beforeEach(async () => {
    asked.length = 0;
    token = "lfc_apple";
    server = createServer(({ method = "", url: at = "" }, answer) => {
      asked.push(method);
      const [status, body] =
        method !== "GET"
          ? [403, { detail: locked }]
          : at.includes("action_count")
            ? [200, kept === undefined ? [] : [{ name: "workspace-orchard", toolsCount: 3 }]]
            : [200, kept === undefined ? null : { url: kept }];
      answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const deps: SessionDeps = {
      workspace,
      endpoint: () => ({ url: "http://127.0.0.1:4000/mcp", token, owner: true }),
      store: { read: () => Promise.resolve(undefined), write: () => Promise.resolve(), clear: () => Promise.resolve() },
      network: {},
      timings: { slowMs: 5_000, requestMs: 5_000, connectMs: 2_000 },
      changed: () => undefined,
    };
    session = new Session({ base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey: "k" }, deps);
  });
  afterEach(async () => {
    await session.close();
    server.close();
  });

  it("is the one that is there already with our address", async () => {
    const { signal } = new AbortController();
    kept = `${url}${workspace.hash}`;
    await session.register(signal);
    assert.deepEqual(session.registration, { name: "workspace-orchard", state: "verified", tools: 3 });
    assert.equal(await session.isStillRegistered(signal), true);
    kept = undefined;
    assert.equal(await session.isStillRegistered(signal), false);
  });

  it("is missing without one, and not tried again before the endpoint is another", async () => {
    const { signal } = new AbortController();
    kept = `http://127.0.0.1:3999/mcp?workspace=${workspace.hash}`;
    await session.register(signal);
    assert.equal(session.registration?.state, "missing");
    assert.match(session.registration.problem ?? "", /is not registered\. .*is locked.* administrator/);
    assert.equal(await session.isStillRegistered(signal), true);
    token = "lfc_pear";
    assert.equal(await session.isStillRegistered(signal), false);
    assert.deepEqual(asked.filter((method) => method !== "GET").length, 1);
  });
});
