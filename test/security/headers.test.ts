import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { classesOf } from "./outcome.ts";
import { bytesOf, sample, skippedIds } from "./sample.ts";
import type { Generated, HeaderEntry } from "./sample.ts";
import { canary, eras, rpc, startTarget } from "./target.ts";
import type { Era, Target } from "./target.ts";

const modernMeta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "p", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

for (const era of eras) {
  describe(`hostile headers at ${era}`, () => {
    let target: Target;
    before(async () => {
      target = await startTarget();
    });
    after(() => target.stop());

    for (const entry of sample.headers) {
      // A body that never comes is the same at both revisions; once is slow enough.
      if (entry.stall === true && era === "2025-11-25") continue;
      if (entry.id in skippedIds || (entry.era === "modern" && era !== "2026-07-28")) continue;
      it(`${entry.id} ${entry.why}`, async function () {
        if (entry.stall === true) this.timeout(40_000);
        const answer = await target.send({
          era,
          body: bodyOf(entry, era),
          headers: headersOf(entry, target),
          requestLine: requestLineOf(entry, target),
          timeoutMs: entry.stall === true ? 35_000 : 5000,
        });
        const classes = classesOf(answer);
        assert.ok(
          classes.some((one) => entry.expect.includes(one)),
          `${classes.join()} is none of ${entry.expect.join()}: ${answer.body.slice(0, 300)}`,
        );
        await target.assertHealthy(answer);
        if (entry.no_auth === true) assert.ok(!/\d+\.\d+\.\d+|app|lfc_/.test(answer.body), answer.body);
      });
    }

    it("leaves the server unharmed", () => target.assertUnharmed());
  });
}

function bodyOf(entry: HeaderEntry, era: Era): Buffer {
  const meta = era === "2026-07-28" ? { _meta: modernMeta } : {};
  if (entry.body_gz_bomb === true) return gzipSync(Buffer.alloc(100 * 1024 * 1024));
  if (entry.body === "call") return rpc("tools/call", { name: "read_file", arguments: { path: "README.md" }, ...meta });
  return entry.method === "GET" || entry.method === "HEAD" ? Buffer.alloc(0) : rpc("tools/list", meta);
}

function headersOf(entry: HeaderEntry, { server, port }: Target): Record<string, string | readonly string[] | null> {
  const filled = (text: string) =>
    text.replaceAll("{SPORT}", String(port)).replaceAll("{TOKEN}", server.token).replaceAll("{SESSION}", canary);
  const given = Object.entries(entry.headers).map(([name, value]): [string, string | readonly string[] | null] => {
    if (value === null) return [name, null];
    if (Array.isArray(value)) return [name, value.map(filled)];
    return [name, filled(bytesOf(value as Generated).toString("utf8"))];
  });
  return {
    ...(entry.no_auth === true && { Authorization: null }),
    ...(entry.headers["Transfer-Encoding"] !== undefined && { "Content-Length": null }),
    ...Object.fromEntries(given),
  };
}

function requestLineOf(entry: HeaderEntry, { server }: Target): string {
  if (entry.request_line !== undefined) return entry.request_line;
  const path = (entry.path ?? "/mcp").replaceAll("{TOKEN}", server.token);
  return `${entry.method ?? "POST"} ${path} HTTP/1.1`;
}
