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
      timings: { slowMs: 5_000, requestMs: 5_000, connectMs: 2_000, countMs: 5_000 },
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

describe("The registration in a Langflow that is busy with its other MCP servers", () => {
  /** What each question about the tools meets; the last one goes on. */
  let counts: readonly ("busy" | "silent" | "counted")[];
  let asked: number;
  let server: Server;
  let session: Session;

  beforeEach(async () => {
    asked = 0;
    server = createServer(({ url: at = "" }, answer) => {
      const count = at.includes("action_count") ? counts[Math.min(asked++, counts.length - 1)] : undefined;
      if (count === "silent") return;
      const [status, body] =
        count === "busy"
          ? [429, { detail: "MCP server discovery is busy. Please retry shortly." }]
          : [200, count === "counted" ? [{ name: "workspace-orchard", toolsCount: 3 }] : null];
      answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const deps: SessionDeps = {
      workspace,
      endpoint: () => ({ url: "http://127.0.0.1:4000/mcp", token: "lfc_apple", owner: true }),
      store: { read: () => Promise.resolve(undefined), write: () => Promise.resolve(), clear: () => Promise.resolve() },
      network: {},
      timings: { slowMs: 5_000, requestMs: 5_000, connectMs: 2_000, countMs: 1_500 },
      changed: () => undefined,
    };
    session = new Session({ base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey: "k" }, deps);
  });
  afterEach(async () => {
    await session.close();
    server.closeAllConnections();
    server.close();
  });

  it("is counted once that is over", async () => {
    counts = ["busy", "counted"];
    await session.register(new AbortController().signal);
    assert.deepEqual(session.registration, { name: "workspace-orchard", state: "verified", tools: 3 });
    assert.equal(asked, 2);
  });

  for (const count of ["busy", "silent"] as const) {
    it(`is unchecked when it stays ${count}, which is looked at again and no failure`, async () => {
      counts = [count];
      const { signal } = new AbortController();
      await session.register(signal);
      assert.equal(session.registration?.state, "unchecked");
      assert.match(session.registration.problem ?? "", /has not said yet.*one of them does not answer.*asked again/);
      assert.equal(await session.isStillRegistered(signal), false);
    });
  }

  it("is not waited for by somebody who cancels", async () => {
    counts = ["silent"];
    const cancelling = new AbortController();
    setTimeout(() => cancelling.abort(), 100);
    await assert.rejects(session.register(cancelling.signal), { code: "CANCELLED" });
  });
});
