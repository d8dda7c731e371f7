import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HttpFailure, createHttpClient, statusOf } from "../../../src/server/platform/http.ts";
import type { HttpClient } from "../../../src/server/platform/http.ts";

describe("A client of another service", () => {
  const outcomes: string[] = [];
  let server: Server;
  let client: HttpClient;
  let base: string;
  let requests: string[];

  const answers: Record<string, RequestListener> = {
    "/ok": (_, response) => response.end("fine"),
    "/moved": (_, response) => response.writeHead(307, { location: "/ok" }).end("elsewhere"),
    "/large": (_, response) => response.end("x".repeat(3_000)),
    "/lines": (_, response) => response.end("one\n\ntwo\nthree"),
    "/long-line": (_, response) => response.end("x".repeat(3_000)),
    "/broken": (_, response) => response.writeHead(500).end(),
    "/silent": () => undefined,
  };

  before(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.url ?? ""} ${request.headers.authorization ?? ""}`);
      answers[request.url ?? ""]?.(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    requests = [];
    outcomes.length = 0;
    client = clientOf(base);
  });
  afterEach(() => client.close());

  function clientOf(at: string): HttpClient {
    return createHttpClient({
      service: "The bakery",
      base: at,
      timeoutMs: 200,
      connectTimeoutMs: 1_000,
      maxAnswerBytes: 2_048,
      headers: () => ({ authorization: "Bearer key" }),
      refuse: ({ status }) =>
        status < 400
          ? Promise.resolve()
          : Promise.reject(new HttpFailure(status, { message: "It is closed.", remedy: "Come back." })),
      observer: { started: () => (outcome) => void outcomes.push(outcome) },
    });
  }

  const call = (path: string, signal = new AbortController().signal) => ({ method: "GET", path, signal }) as const;
  const text = async (path: string, signal?: AbortSignal) => client.exchange(call(path, signal), client.text);

  async function lines(path: string): Promise<readonly string[]> {
    const read: string[] = [];
    for await (const line of client.lines(call(path))) read.push(line);
    return read;
  }

  it("sends its headers, and reads answers and lines", async () => {
    assert.equal(await text("/ok"), "fine");
    assert.deepEqual(await lines("/lines"), ["one", "two", "three"]);
    assert.deepEqual(requests, ["/ok Bearer key", "/lines Bearer key"]);
    assert.deepEqual(outcomes, ["ok", "ok"]);
  });

  it("follows no redirect, which would carry the credential elsewhere", async () => {
    await assert.rejects(text("/moved"), { code: "NOT_READY", message: /redirects are not followed/ });
    assert.deepEqual(requests, ["/moved Bearer key"]);
  });

  it("reads no more than its limit", async () => {
    await assert.rejects(text("/large"), { code: "TOO_LARGE", message: /^The bakery's answer is larger/ });
    await assert.rejects(lines("/long-line"), { code: "TOO_LARGE" });
  });

  it("says which service does not answer, and what to do", async () => {
    await assert.rejects(text("/silent"), {
      code: "NOT_READY",
      message: /^The bakery at .* did not answer within 0.2 s/,
    });
    const gone = clientOf("http://127.0.0.1:9");
    await assert.rejects(gone.exchange(call("/ok"), gone.text), {
      code: "NOT_READY",
      remedy: /Start The bakery|that The bakery runs/,
    });
    await gone.close();
    assert.deepEqual(outcomes, ["failed", "failed"]);
  });

  it("tells a cancel of the caller from a failure", async () => {
    const cancel = new AbortController();
    const asked = text("/silent", cancel.signal);
    cancel.abort();
    await assert.rejects(asked, { code: "CANCELLED" });
    assert.deepEqual(outcomes, ["ok"]);
  });

  it("gives the status of a refused call to callers that expect one", async () => {
    const failure = await text("/broken").catch((error: unknown) => error);
    assert.equal(statusOf(failure), 500);
    assert.deepEqual(outcomes, ["failed"]);
  });
});
