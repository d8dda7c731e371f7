import assert from "node:assert/strict";
import { eras, startTarget } from "./target.ts";
import type { Target } from "./target.ts";

type Headers = Readonly<Record<string, string | readonly string[] | null>>;

interface Head {
  readonly why: string;
  readonly headers: Headers;
  readonly requestLine?: string;
  readonly status: number;
}

const huge = { "Content-Length": String(100 * 1024 ** 3) };

/** Heads that promise a body which never comes: each must be answered from the head alone. */
const heads: readonly Head[] = [
  { why: "one byte over the limit", headers: { "Content-Length": String(10 * 1024 * 1024 + 1) }, status: 413 },
  { why: "100 GB", headers: huge, status: 413 },
  { why: "more than a double counts exactly", headers: { "Content-Length": "9007199254740993" }, status: 413 },
  { why: "100 GB to the tools API", headers: huge, requestLine: "POST /api/v1/tools/call HTTP/1.1", status: 413 },
  { why: "100 GB to the list", headers: huge, requestLine: "POST /api/v1/tools/list HTTP/1.1", status: 413 },
  { why: "100 GB that wait for 100 Continue", headers: { ...huge, Expect: "100-continue" }, status: 413 },
  { why: "an unknown expectation", headers: { ...huge, Expect: "202-maybe" }, status: 417 },
  {
    why: "an unknown expectation without a token",
    headers: { ...huge, Expect: "202-maybe", Authorization: null },
    status: 401,
  },
  { why: "100 GB of text", headers: { ...huge, "Content-Type": "text/plain" }, status: 415 },
  { why: "100 GB of gzip", headers: { ...huge, "Content-Encoding": "gzip" }, status: 415 },
  { why: "100 GB for an answer in HTML", headers: { ...huge, Accept: "text/html" }, status: 406 },
  { why: "100 GB to a path that does not exist", headers: huge, requestLine: "POST /nothing HTTP/1.1", status: 404 },
  { why: "100 GB by PUT", headers: huge, requestLine: "PUT /mcp HTTP/1.1", status: 405 },
  { why: "100 GB without a token", headers: { ...huge, Authorization: null }, status: 401 },
  {
    why: "100 GB for the control token's path",
    headers: huge,
    requestLine: "POST /api/v1/operations HTTP/1.1",
    status: 401,
  },
  { why: "100 GB for another host", headers: { ...huge, Host: "example.com" }, status: 403 },
  { why: "a length below zero", headers: { "Content-Length": "-1" }, status: 400 },
  { why: "a length with an exponent", headers: { "Content-Length": "1e3" }, status: 400 },
  { why: "a length of 30 digits", headers: { "Content-Length": "9".repeat(30) }, status: 400 },
  { why: "two lengths", headers: { "Content-Length": ["5", String(100 * 1024 ** 3)] }, status: 400 },
  { why: "a length and chunks", headers: { ...huge, "Transfer-Encoding": "chunked" }, status: 400 },
];

for (const era of eras) {
  describe(`limits known from the head at ${era}`, () => {
    let target: Target;
    before(async () => {
      target = await startTarget();
    });
    after(() => target.stop());

    for (const { why, headers, requestLine, status } of heads) {
      it(`answers ${String(status)} before the body: ${why}`, async () => {
        const answer = await target.send({
          era,
          body: Buffer.alloc(0),
          headers,
          // A body that is waited for ends after 15 s.
          timeoutMs: 8_000,
          ...(requestLine !== undefined && { requestLine }),
        });
        assert.equal(answer.status, status, answer.body.slice(0, 300));
        await target.assertHealthy(answer);
      });
    }

    it("leaves the server unharmed", () => target.assertUnharmed());
  });
}
