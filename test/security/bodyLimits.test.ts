import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { eras, startTarget } from "./target.ts";
import type { Era, Target } from "./target.ts";

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
  { why: "gzip in chunks", headers: { "Content-Length": null, "Transfer-Encoding": "gzip, chunked" }, status: 501 },
  {
    why: "gzip and chunks",
    headers: { "Content-Length": null, "Transfer-Encoding": ["gzip", "chunked"] },
    status: 501,
  },
  {
    why: "chunks of chunks",
    headers: { "Content-Length": null, "Transfer-Encoding": "chunked, chunked" },
    status: 400,
  },
  {
    why: "a coding nobody knows",
    headers: { "Content-Length": null, "Transfer-Encoding": "x-pack, chunked" },
    status: 501,
  },
  { why: "gzip that is not in chunks", headers: { "Content-Length": null, "Transfer-Encoding": "gzip" }, status: 400 },
  {
    why: "gzip in chunks to the tools API",
    headers: { "Content-Length": null, "Transfer-Encoding": "gzip, chunked" },
    requestLine: "POST /api/v1/tools/call HTTP/1.1",
    status: 501,
  },
  {
    why: "gzip in chunks without a token",
    headers: { "Content-Length": null, "Transfer-Encoding": "gzip, chunked", Authorization: null },
    status: 401,
  },
  { why: "a length and chunks", headers: { ...huge, "Transfer-Encoding": "chunked" }, status: 400 },
];

interface Sent {
  readonly era: Era;
  readonly path: string;
  readonly framing: "length" | "chunks";
  readonly megabytes: number;
}

function headOf({ server, port }: Target, { era, path, framing, megabytes }: Sent): string {
  const length = framing === "length" ? `Content-Length: ${megabytes * 1024 ** 2}` : "Transfer-Encoding: chunked";
  return [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${server.token}`,
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    `MCP-Protocol-Version: ${era}`,
    length,
    "\r\n",
  ].join("\r\n");
}

async function open({ port }: Target, head: string): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port });
  await once(socket, "connect");
  socket.write(head);
  return socket;
}

/** As Python's http.client does: all of the body is written before a byte of the answer is read; an error is thrown. */
async function sendThenRead(target: Target, sent: Sent): Promise<string> {
  const socket = await open(target, headOf(target, sent));
  const failed = new Promise<never>((_, reject) => socket.once("error", reject));
  const megabyte = Buffer.alloc(1024 ** 2, "a");
  const piece =
    sent.framing === "length" ? megabyte : Buffer.concat([Buffer.from("100000\r\n"), megabyte, Buffer.from("\r\n")]);
  try {
    for (let count = 0; count < sent.megabytes; count++)
      await Promise.race([new Promise<void>((resolve) => socket.write(piece, () => resolve())), failed]);
    if (sent.framing === "chunks") socket.write("0\r\n\r\n");
    let answer = "";
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    await Promise.race([once(socket, "end"), failed]);
    return answer;
  } finally {
    socket.destroy();
  }
}

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

    for (const path of ["/mcp", "/api/v1/tools/call"]) {
      for (const framing of ["length", "chunks"] as const) {
        it(`lets a sender that reads only at the end see 413, ${framing} to ${path}`, async () => {
          const answer = await sendThenRead(target, { era, path, framing, megabytes: 24 });
          assert.match(answer, /^HTTP\/1\.1 413 /);
          assert.match(answer, /"message":"The body is larger than 10 MB\."/);
        });
      }
    }

    it("cuts off a sender that does not stop", async () => {
      const started = performance.now();
      await assert.rejects(sendThenRead(target, { era, path: "/mcp", framing: "chunks", megabytes: 2_000 }), {
        code: /^(EPIPE|ECONNRESET)$/,
      });
      assert.ok(performance.now() - started < 10_000);
    });

    it("closes the connection of a sender that stops in the middle", async () => {
      const socket = await open(target, headOf(target, { era, path: "/mcp", framing: "length", megabytes: 24 }));
      const started = performance.now();
      await once(socket.resume(), "end");
      socket.destroy();
      const took = performance.now() - started;
      assert.ok(took < 8_000, `closed after ${took} ms`);
    });

    it("leaves the server unharmed", () => target.assertUnharmed());
  });
}
