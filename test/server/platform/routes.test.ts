import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { ServerOptions } from "node:https";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { TLSSocket } from "node:tls";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { createHttpClient } from "../../../src/server/platform/http.ts";
import type { HttpClient } from "../../../src/server/platform/http.ts";
import { openRoute } from "../../../src/server/platform/network.ts";
import type { Network } from "../../../src/server/platform/network.ts";
import { makeCertificate } from "../../support/certificates.ts";
import type { CertificateFiles } from "../../support/certificates.ts";

const { signal } = new AbortController();

describe("A route to a service", () => {
  let dir: string;
  let authority: CertificateFiles;
  let issued: CertificateFiles;
  let stranger: CertificateFiles;
  const servers: Server[] = [];
  const clients: HttpClient[] = [];

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  const tlsServer = (options: ServerOptions, answer: RequestListener = (_, response) => response.end("apples")) =>
    listen(createHttpsServer({ cert: readFileSync(issued.cert), key: readFileSync(issued.key), ...options }, answer));

  function client(base: string, network: Network, timeoutMs = 5_000): HttpClient {
    const refuse = () => Promise.resolve();
    const limits = { timeoutMs, connectTimeoutMs: 2_000, maxAnswerBytes: 1_000 };
    const created = createHttpClient({ service: "Orchard", base, network, ...limits, headers: () => ({}), refuse });
    clients.push(created);
    return created;
  }

  const ask = (asked: HttpClient, at = "/", patient = false) =>
    asked.exchange({ method: "GET", path: at, signal, patient }, (response) => asked.text(response));

  async function failure(asked: Promise<unknown>): Promise<string> {
    const error: unknown = await asked.then(
      () => assert.fail("It was answered."),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ToolError, String(error));
    return `${error.code} ${error.message} ${error.remedy}`;
  }

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "lfc-routes-"));
    authority = await makeCertificate(dir, { name: "authority" });
    [issued, stranger] = await Promise.all([
      makeCertificate(dir, { name: "issued", by: authority, for: "IP:127.0.0.1,DNS:localhost" }),
      makeCertificate(dir, { name: "stranger" }),
    ]);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((each) => each.close()));
    for (const each of servers.splice(0)) each.close();
  });
  after(() => rm(dir, { recursive: true }));

  it("leads past the proxy to the hosts of NO_PROXY, whose failures are their own, even past an unusable one", async () => {
    const limits = { connectTimeoutMs: 2_000, keepAliveTimeout: 1_000 };
    const proxyFor = async (base: string, network: Network) => (await openRoute(base, network, limits)).proxy;
    for (const proxy of ["http://127.0.0.1:9", "socks5://127.0.0.1:9"]) {
      const proxies = { http: proxy, https: proxy };
      for (const noProxy of [".test", "pears, langflow.TEST", "*", "*.test", "langflow.test:80", "test."]) {
        assert.equal(await proxyFor("http://langflow.test", { proxies, noProxy }), undefined);
      }
      const said = await failure(ask(client("http://langflow.test", { proxies, noProxy: "test" })));
      assert.match(said, /There is no such host|could not be looked up|No connection came about/);
      assert.doesNotMatch(said, /proxy/i);
    }
    const proxies = { http: "http://127.0.0.1:9", https: "" };
    for (const noProxy of ["*.langflow.test", "langflow.test:81", "flow.test", "127.0.0.1", ""]) {
      assert.equal(await proxyFor("http://langflow.test", { proxies, noProxy }), "127.0.0.1:9");
    }
    for (const noProxy of ["fd00::7", "[fd00::7]", "[fd00::7]:81"]) {
      assert.equal(await proxyFor("http://[fd00::7]:81", { proxies, noProxy }), undefined);
    }
    const refused = failure(ask(client("http://langflow.test", { proxies: { http: "socks5://a:1", https: "" } })));
    assert.match(await refused, /^INVALID_ARGUMENT .*not one of an HTTP proxy/);
    assert.match(await failure(ask(client("http://langflow.test", { proxies }))), /The proxy 127\.0\.0\.1:9 does not/);
  });

  it("names the remedy for a login with a bare %, and does not repeat it", async () => {
    const proxies = { http: "http://apple:50%off@127.0.0.1:9", https: "" };
    const said = await failure(ask(client("http://langflow.test", { proxies })));
    assert.match(said, /^INVALID_ARGUMENT .* Write % as %25/);
    assert.ok(!said.includes("50"), said);
  });

  it("trusts the same authorities at a proxy that speaks TLS, names it when it fails, and shows it no certificate", async () => {
    const seen: unknown[] = [];
    const port = await tlsServer({ requestCert: true, rejectUnauthorized: false }, (request, response) => {
      assert.ok(request.socket instanceof TLSSocket);
      seen.push(request.url, request.socket.getPeerCertificate());
      response.end("pears");
    });
    const proxy = `https://localhost:${port}`;
    const through = { proxies: { http: proxy, https: proxy } };
    for (const base of ["http://langflow.test", "https://langflow.test"]) {
      const said = await failure(ask(client(base, through)));
      assert.ok(said.startsWith(`TLS_FAILED The certificate of ${proxy} is signed by no authority`), said);
    }
    const certificates = { caFile: authority.cert, clientCert: issued.cert, clientKey: issued.key };
    assert.equal(await ask(client("http://langflow.test", { ...through, ...certificates })), "pears");
    assert.deepEqual(seen, ["http://langflow.test/", {}]);
  });

  it("tells a server without TLS from one with no version of it that is known here", async () => {
    const plain = await listen(createHttpServer((_, response) => response.end()));
    assert.match(await failure(ask(client(`https://127.0.0.1:${plain}`, {}))), /does not speak TLS/);
    const old = await tlsServer({ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" });
    const said = await failure(ask(client(`https://127.0.0.1:${old}`, { caFile: authority.cert })));
    assert.match(said, /^TLS_FAILED .*no common version or cipher/);
  });

  it("reads a client certificate again that was replaced", async () => {
    const ca = readFileSync(authority.cert);
    const port = await tlsServer({ requestCert: true, rejectUnauthorized: true, ca });
    const files = { clientCert: path.join(dir, "mine.pem"), clientKey: path.join(dir, "mine.key") };
    const replace = async ({ cert, key }: CertificateFiles) => {
      await copyFile(cert, files.clientCert);
      await copyFile(key, files.clientKey);
    };
    await replace(stranger);
    const asked = client(`https://127.0.0.1:${port}`, { caFile: authority.cert, ...files });
    await failure(ask(asked));
    await replace(issued);
    assert.equal(await ask(asked), "apples");
  });

  it("is closed with the requests of the routes that were left before", async () => {
    const port = await listen(createHttpServer(() => undefined));
    const asked = client(`http://127.0.0.1:${port}`, { clientCert: issued.cert }, 300);
    const pending = failure(ask(asked, "/slow", true));
    await failure(ask(asked, "/late"));
    await asked.close();
    assert.match(await pending, /connection/i);
  });
});
