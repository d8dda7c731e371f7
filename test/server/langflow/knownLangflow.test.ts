import assert from "node:assert/strict";
import { createAuthenticatedHttp } from "../../../src/server/langflow/client/authenticated.ts";
import { parseVersion } from "../../../src/server/langflow/client/version.ts";
import type { OpenLink } from "../../../src/server/langflow/connection.ts";
import { createKnownLangflows } from "../../../src/server/langflow/knownLangflow.ts";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { HttpFailure } from "../../../src/server/platform/http.ts";
import type { HttpCall } from "../../../src/server/platform/http.ts";
import { memoryLangflow } from "../../support/memoryLangflow.ts";

const { signal } = new AbortController();

describe("what flows are compared with", () => {
  const kept = { version: "1.13.0", catalogue: new Map() };
  const version = { text: "1.13.0", product: [1, 13, 0] } as const;

  it("is what was kept when the connected Langflow has ended, but not when the caller wants no more", async () => {
    const logged: string[] = [];
    const http = createAuthenticatedHttp({ base: "http://127.0.0.1:1" }, {});
    const link = { http, version, serverName: "" };
    const known = createKnownLangflows({
      connection: { use: () => Promise.resolve(link), tryUse: () => link },
      catalogues: { write: () => Promise.reject(new Error("disk full")), newest: () => Promise.resolve(kept) },
      log: { warn: (event) => logged.push(event) },
    });
    for (const asked of [known.ask(signal), known.remembered(signal)]) {
      assert.deepEqual((await asked).catalogue, { version: "1.13.0", from: "cache" });
    }
    assert.ok(logged.includes("langflow.components"));
    await assert.rejects(known.ask(AbortSignal.abort()), { code: "CANCELLED" });
    await http.close();
  });

  describe("at a Langflow that changes", () => {
    const node = { template: { code: { type: "code", value: "import orchard" } } };
    const data = { nodes: [{ id: "Press-1", data: { type: "Press", node } }], edges: [] };
    const flow = { fields: { data } };
    const fine = { imports: { errors: [] }, function: { errors: [] } };
    const lacking = { ...fine, imports: { errors: ["No module named 'orchard'"] } };
    const refusal = (status: number, code?: "NOT_PERMITTED") =>
      new HttpFailure(status, { message: "It refuses.", remedy: "Wait.", ...(code && { code }) });

    /** One whose answers the test decides, and what is known of it. */
    function changing() {
      const now = { version: "1.13.0", code: (): unknown => lacking, answer: (_: HttpCall): unknown => undefined };
      const server = memoryLangflow("http://one");
      server.before((call) => {
        const other = now.answer(call);
        if (other !== undefined) return other;
        if (call.path === "/api/v1/version") return { version: now.version, package: "Langflow" };
        if (call.path === "/api/v1/validate/code") return now.code();
        return call.path.startsWith("/api/v2/mcp/servers") ? [] : {};
      });
      let link: OpenLink = { http: server.http, version: parseVersion({ version: now.version }), serverName: "" };
      const known = createKnownLangflows({
        connection: { use: () => Promise.resolve(link), tryUse: () => link },
        catalogues: { write: () => Promise.resolve(), newest: () => Promise.resolve(undefined) },
        log: { warn: () => undefined },
      });
      return {
        now,
        known,
        /** How often code was sent. */
        sent: () => server.calls.filter((call) => call === "POST /api/v1/validate/code").length,
        found: async () => {
          const { checkCode } = await known.remembered(signal);
          return ((await checkCode?.(flow, signal)) ?? []).map(({ code, message }) => [code, message]);
        },
        reconnect: () => {
          link = { ...link, version: parseVersion({ version: now.version }) };
        },
        register: () => {
          link = { ...link, registration: { name: "orchard", state: "verified" } };
        },
      };
    }

    it("sends no code to one that would run it, whatever version was there before", async () => {
      const langflow = changing();
      const before = await langflow.known.ask(signal);
      langflow.now.version = "1.12.0";
      assert.deepEqual(await before.checkCode?.(flow, signal), []);
      assert.deepEqual(await langflow.found(), []);
      langflow.reconnect();
      assert.deepEqual(await langflow.found(), []);
      assert.equal(langflow.sent(), 0);
    });

    it("asks again about packages once it was restarted, and not at each key stroke", async () => {
      const langflow = changing();
      assert.deepEqual((await langflow.found())[0]?.[0], "missing-package");
      await langflow.found();
      assert.equal(langflow.sent(), 1);
      langflow.now.code = () => fine;
      langflow.reconnect();
      assert.deepEqual(await langflow.found(), []);
    });

    it("is asked for its MCP servers again once this workspace was registered there", async () => {
      const langflow = changing();
      const node = { template: { mcp_server: { type: "mcp", value: { name: "orchard" } } } };
      const data = { nodes: [{ id: "Mill-1", data: { type: "Mill", node } }], edges: [] };
      const codes = async () => {
        const { check } = await langflow.known.remembered(signal);
        return check({ fields: { data } }).filter(({ code }) => code === "unknown-mcp-server").length;
      };
      assert.equal(await codes(), 1);
      langflow.now.answer = ({ path }) => (path.startsWith("/api/v2/mcp/servers") ? [{ name: "orchard" }] : undefined);
      // Within the time for which an answer counts.
      assert.equal(await codes(), 1);
      langflow.register();
      assert.equal(await codes(), 0);
    });

    it("says that code was not checked, but not where its policy refuses the code", async () => {
      const langflow = changing();
      langflow.now.code = () => {
        throw refusal(500);
      };
      const message = "Nobody knows whether the code of Press compiles: It refuses.";
      assert.deepEqual(await langflow.found(), [["code-not-checked", message]]);
      langflow.now.code = () => {
        throw refusal(403, "NOT_PERMITTED");
      };
      langflow.reconnect();
      for (const _ of [1, 2]) assert.deepEqual(await langflow.found(), []);
      assert.equal(langflow.sent(), 2);
    });

    it("is compared with its components also where a part of it cannot be read", async () => {
      const langflow = changing();
      langflow.now.answer = ({ path }) => {
        if (path === "/api/v1/config" || path.startsWith("/api/v2/mcp/")) throw refusal(500);
        return undefined;
      };
      assert.deepEqual((await langflow.known.ask(signal)).catalogue, { version: "1.13.0", from: "langflow" });
      langflow.now.answer = () => {
        throw new ToolError("NOT_READY", "Nothing answers.", "Start it.");
      };
      assert.equal((await langflow.known.ask(signal)).catalogue, undefined);
    });
  });
});
