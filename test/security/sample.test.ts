import assert from "node:assert/strict";
import { z } from "zod";
import { defineTool } from "../../src/server/tools/runner/defineTool.ts";
import { serveTools } from "../support/inProcess.ts";
import { sendRaw } from "./rawHttp.ts";
import { bytesOf, sample, skippedIds } from "./sample.ts";

describe("the hostile sample", () => {
  it("has every skipped id, with a reason", () => {
    const ids = new Set(
      Object.values(sample as unknown as Record<string, unknown>)
        .filter(Array.isArray)
        .flatMap((section) => (section as { id?: string }[]).map((entry) => entry.id)),
    );
    for (const [id, reason] of Object.entries(skippedIds)) {
      assert.ok(ids.has(id), `${id} is not in the sample`);
      assert.ok(reason.length > 10, id);
    }
  });

  it("skips what is for a team server, and nothing else of HTTP and stdio", () => {
    const entries = [...sample.headers, ...sample.jsonrpc, ...sample.stdio_extra];
    assert.deepEqual(
      entries.filter((entry) => entry.id in skippedIds).map((entry) => entry.id),
      entries.filter((entry) => entry.mode === "team").map((entry) => entry.id),
    );
  });

  it("changes no prototype in the process that takes it", async () => {
    const read = defineTool({
      name: "read_file",
      title: "Read",
      toolset: "files",
      effect: "read",
      description: "Reads.",
      needs: [],
      input: z.strictObject({ path: z.string() }),
      output: z.object({}),
      handler: () => Promise.resolve({}),
    });
    const server = await serveTools([read]);
    try {
      for (const id of ["J061", "J063"]) {
        const body = bytesOf(sample.jsonrpc.find((entry) => entry.id === id)?.body ?? "");
        const { host, port } = new URL(server.url);
        const head = [
          "POST /mcp HTTP/1.1",
          `Host: ${host}`,
          `Authorization: Bearer ${server.token}`,
          "Content-Type: application/json",
          "MCP-Protocol-Version: 2026-07-28",
          "Mcp-Method: tools/call",
          "Mcp-Name: read_file",
          `Content-Length: ${body.length}`,
        ];
        const answer = await sendRaw(Number(port), Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
        assert.equal(answer.status, 200, answer.body);
      }
      assert.deepEqual(Object.keys(Object.prototype), []);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    } finally {
      await server.close();
    }
  });
});
