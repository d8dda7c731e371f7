import assert from "node:assert/strict";
import { createAuthenticatedHttp } from "../../../src/server/langflow/client/authenticated.ts";
import { createKnownLangflows } from "../../../src/server/langflow/knownLangflow.ts";

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
    const { signal } = new AbortController();
    for (const asked of [known.ask(signal), known.remembered(signal)]) {
      assert.deepEqual((await asked).catalogue, { version: "1.13.0", from: "cache" });
    }
    assert.ok(logged.includes("langflow.components"));
    await assert.rejects(known.ask(AbortSignal.abort()), { code: "CANCELLED" });
    await http.close();
  });
});
