import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect as connectTcp } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildConnector } from "undici";
import { isPublicAddress } from "../../../src/server/platform/egress/addresses.ts";
import { createEgress } from "../../../src/server/platform/egress/egress.ts";
import type { EgressOptions } from "../../../src/server/platform/egress/egress.ts";
import { hostAndPort, parseUrl } from "../../../src/server/platform/egress/policy.ts";
import { makeCertificate } from "../../support/certificates.ts";
import type { CertificateFiles } from "../../support/certificates.ts";

const publicAddress = "93.184.216.34";

describe("Egress", () => {
  let dir: string;
  let authority: CertificateFiles;
  let issued: CertificateFiles;
  const servers: Server[] = [];

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "lfc-egress-"));
    authority = await makeCertificate(dir, { name: "authority" });
    issued = await makeCertificate(dir, { name: "issued", for: "DNS:pears.lfc.test", by: authority });
  });
  after(async () => {
    for (const server of servers) server.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  const http = (answer: RequestListener = (_, response) => response.end("pears")) => listen(createHttpServer(answer));
  const https = async (answer: RequestListener = (_, response) => response.end("pears")) =>
    listen(createHttpsServer({ cert: await readFile(issued.cert), key: await readFile(issued.key) }, answer));

  /** Names have the public address, which leads to this port of the loopback. */
  function egress(port: number, more: Partial<EgressOptions> = {}) {
    const connected: string[] = [];
    const made = createEgress({
      network: { caFile: authority.cert },
      allowedHosts: () => [],
      resolve: () => Promise.resolve([publicAddress]),
      connector(options) {
        const { lookup } = options as { lookup: (host: string, all: object, done: Looked) => void };
        return (target, done) => {
          lookup(target.hostname, { all: true }, (_, all) => {
            connected.push(...all.map(({ address }) => address));
            const to = { ...target, hostname: "127.0.0.1", port: String(port) };
            buildConnector({ ...options, lookup: undefined })(to, done);
          });
        };
      },
      ...more,
    });
    const get = (url: string, signal = new AbortController().signal) =>
      made.request({ method: "GET", url: parseUrl(url), headers: {}, signal });
    return { get, connected };
  }

  it("connects to the address that was checked, and TLS still checks the name", async () => {
    const { get, connected } = egress(await https());
    assert.equal((await get("https://pears.lfc.test/")).body.toString(), "pears");
    assert.deepEqual(connected, [publicAddress]);
    await assert.rejects(get("https://apples.lfc.test/"), { code: "TLS_FAILED", message: /another host name/ });
  });

  it("trusts nobody whom the user does not trust", async () => {
    const { get } = egress(await https(), { network: {} });
    await assert.rejects(get("https://pears.lfc.test/"), { code: "TLS_FAILED" });
  });

  it("shows no client certificate, and asks each time with a connection of its own", async () => {
    const seen: (object | undefined)[] = [];
    const server = createHttpsServer(
      {
        cert: await readFile(issued.cert),
        key: await readFile(issued.key),
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => {
        seen.push((request.socket as unknown as { getPeerCertificate(): object }).getPeerCertificate());
        response.end("pears");
      },
    );
    let connections = 0;
    server.on("secureConnection", () => connections++);
    const network = { caFile: authority.cert, clientCert: issued.cert, clientKey: issued.key };
    const { get } = egress(await listen(server), { network });
    await get("https://pears.lfc.test/");
    await get("https://pears.lfc.test/");
    assert.deepEqual([seen, connections], [[{}, {}], 2]);
  });

  it("does not go from https to http", async () => {
    const { get } = egress(
      await https((_, response) => response.writeHead(302, { location: "http://pears.lfc.test/" }).end()),
    );
    await assert.rejects(get("https://pears.lfc.test/"), { code: "EGRESS_BLOCKED", message: /from https to http/ });
  });

  it("connects to addresses of one look-up, and refuses a name whose two look-ups differ in being public", async () => {
    const answers = [["93.184.216.34", "2606:2800:21f::1"], ["93.184.216.35"]];
    let asked = 0;
    const port = await http();
    const changing = egress(port, { resolve: () => Promise.resolve(answers[asked++] ?? []) });
    await changing.get("http://pears.lfc.test/");
    assert.deepEqual([changing.connected, asked], [answers[0], 2]);
    let turn = 0;
    const hostile = egress(port, { resolve: () => Promise.resolve([turn++ % 2 === 0 ? publicAddress : "10.0.0.1"]) });
    await assert.rejects(hostile.get("http://pears.lfc.test/"), { code: "EGRESS_BLOCKED" });
    assert.deepEqual(hostile.connected, []);
  });

  it("waits neither for a name nor for an answer longer than its time, and ends with its caller", async () => {
    const port = await http(() => undefined);
    const never = () => new Promise<never>(() => undefined);
    const slow = egress(port, { resolve: never, limits: { lookupMs: 100 } });
    await assert.rejects(slow.get("http://pears.lfc.test/"), { code: "EGRESS_BLOCKED", message: /within 0\.1 s/ });
    const { get } = egress(port, { limits: { totalMs: 200 } });
    await assert.rejects(get("http://pears.lfc.test/"), { code: "NOT_READY", message: /within 0\.2 s/ });
    for (const options of [{ resolve: never }, {}]) {
      const controller = new AbortController();
      const pending = egress(port, options).get("http://pears.lfc.test/", controller.signal);
      await Promise.race([pending.catch(() => undefined), sleep(50)]);
      controller.abort();
      await assert.rejects(pending, { code: "CANCELLED" });
    }
  });

  it("ends an answer that comes a byte at a time", async () => {
    const port = await http((_, response) => {
      const timer = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(timer));
    });
    await assert.rejects(egress(port, { limits: { totalMs: 300 } }).get("http://pears.lfc.test/"), {
      code: "NOT_READY",
    });
  });

  it("asks through the user's proxy, says so, and still refuses names and addresses that are not public", async () => {
    const target = await http();
    const asked: string[] = [];
    const proxy = createHttpServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("by the proxy");
    });
    proxy.on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      const onward = connectTcp(target, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
    });
    const address = `http://127.0.0.1:${await listen(proxy)}`;
    const resolve = (host: string) =>
      host === "loop.lfc.test"
        ? Promise.resolve(["127.0.0.1"])
        : Promise.reject(Object.assign(new Error("unknown"), { code: "ENOTFOUND" }));
    const network = { proxies: { http: address, https: address } };
    const { get } = egress(0, { network, resolve });
    const answer = await get("http://pears.lfc.test/");
    assert.deepEqual([answer.status, answer.byProxy, asked.length], [200, true, 1]);
    for (const url of ["http://loop.lfc.test/", "http://10.0.0.1/", "http://intranet/", "https://a.internal/"])
      await assert.rejects(get(url), { code: "EGRESS_BLOCKED" });
    assert.equal(asked.length, 1);
    await assert.rejects(egress(0, { resolve }).get("http://pears.lfc.test/"), { code: "NOT_FOUND" });
  });

  it("knows the addresses of the public internet, at the edges of the others too", () => {
    const open =
      "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2606:4700::1111 2001:200::1 2003::1 2a00::1".split(
        " ",
      );
    const closed =
      "0.0.0.0 10.0.0.0 100.64.0.0 100.127.255.255 127.0.0.1 169.254.0.0 172.16.0.0 172.31.255.255 192.0.0.1 192.168.0.0 198.18.0.0 224.0.0.0 255.255.255.255 :: ::1 ::ffff:1.1.1.1 ::ffff:0:101:101 64:ff9b::101:101 100::1 2001::1 2001:db8::1 2002:101:101::1 3fff::1 5f00::1 fc00::1 fe80::1 ff02::1 2606::1%eth0 pears 1.1.1 0x7f.1".split(
        " ",
      );
    assert.deepEqual(
      open.filter((address) => !isPublicAddress(address)),
      [],
    );
    assert.deepEqual(closed.filter(isPublicAddress), []);
  });

  it("reads HOST:PORT as URLs have it, and nothing else", () => {
    const read = ["localhost:3000", "LOCALHOST.:03000", "[::1]:80", "127.1:8080", "a.b:443"].map(hostAndPort);
    assert.deepEqual(read, ["localhost:3000", "localhost:3000", "::1:80", "127.0.0.1:8080", "a.b:443"]);
    for (const wrong of [
      "localhost",
      "localhost:",
      ":80",
      "http://a:80",
      "u@a:80",
      "a:80/x",
      "a:99999",
      "*:80",
      "a b:80",
    ]) {
      const is = hostAndPort(wrong);
      assert.ok(is === undefined || is.startsWith("*"), `${wrong}: ${is}`);
    }
  });
});

type Looked = (error: Error | null, addresses: readonly { readonly address: string }[]) => void;
