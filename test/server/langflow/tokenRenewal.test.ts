import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { createAuthenticatedHttp } from "../../../src/server/langflow/client/authenticated.ts";
import { ToolError } from "../../../src/server/platform/errors.ts";

describe("the renewal of a token that has expired", () => {
  let server: Server;
  let logins = 0;
  let onRenewal: () => void;
  /** The answer to the second login waits for it. */
  let mayRenew: Promise<void>;

  before(async () => {
    server = createServer((request, response) => {
      const answer = async () => {
        response.setHeader("content-type", "application/json");
        if (request.url === "/api/v1/auto_login") {
          logins++;
          if (logins > 1) {
            onRenewal();
            await mayRenew;
          }
          return { access_token: `token-${logins}` };
        }
        const isValid = request.url?.includes("whoami") === true || request.headers.authorization === "Bearer token-2";
        if (!isValid) response.statusCode = 401;
        return isValid ? { id: "perry" } : { detail: "expired" };
      };
      void answer().then((value) => response.end(JSON.stringify(value)));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());

  it("goes on for the others when the call that began it is cancelled", async () => {
    let finish: () => void = () => undefined;
    mayRenew = new Promise((resolve) => (finish = resolve));
    const renewing = new Promise<void>((resolve) => (onRenewal = resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const http = createAuthenticatedHttp({ base }, {});
    await http.logIn(new AbortController().signal);
    const ask = (signal: AbortSignal) =>
      http.json({ method: "GET", path: "/api/v1/flows/", signal }, z.object({ id: z.string() }));
    const first = new AbortController();
    const cancelled = assert.rejects(
      ask(first.signal),
      (error) => error instanceof ToolError && error.code === "CANCELLED",
    );
    await renewing;
    const second = ask(new AbortController().signal);
    // Both wait for one renewal by now, or the second would not be refused before it ends.
    await new Promise((resolve) => setTimeout(resolve, 100));
    first.abort();
    await cancelled;
    finish();
    assert.deepEqual(await second, { id: "perry" });
    assert.equal(logins, 2);
    await http.close();
  });
});
