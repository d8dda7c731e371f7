import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { Server } from "node:http";
import { connect as connectPlain } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { ServerFlowFacts } from "../../src/protocol/serverFlows.ts";
import type { LinkStatus } from "../../src/protocol/status.ts";
import { makeCertificate, startTlsFront } from "../support/certificates.ts";
import type { CertificateFiles, TlsFront } from "../support/certificates.ts";
import { runCli } from "../support/cli.ts";
import { freePort } from "../support/freePort.ts";
import { startServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { startLive } from "./live.ts";
import type { Live } from "./live.ts";

/** An HTTP proxy that has Langflow at every address, and what it was asked for. */
async function startHttpProxy(target: string): Promise<{ server: Server; port: number; asked: string[] }> {
  const asked: string[] = [];
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "", headers } = incoming;
    asked.push(`${method} ${new URL(url).host} ${headers["proxy-authorization"] ?? ""}`.trim());
    const { pathname, search } = new URL(url);
    const onward = request({ hostname, port, method, path: `${pathname}${search}`, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on("connect", ({ url, headers }, socket) => {
    asked.push(`CONNECT ${url ?? ""} ${headers["proxy-authorization"] ?? ""}`.trim());
    if (url?.startsWith("closed.")) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    // Whoever wants TLS names the port of the front.
    const onward = connectPlain(Number(url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    for (const each of [socket, onward]) each.on("error", () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port, asked };
}

/** openssl's own server, which takes nobody whom the authority does not know. */
async function startStrictServer({ cert, key }: CertificateFiles, authority: CertificateFiles) {
  const port = await freePort();
  const trusted = ["-Verify", "1", "-verify_return_error", "-CAfile", authority.cert];
  const child = spawn("openssl", ["s_server", "-www", "-accept", String(port), "-cert", cert, "-key", key, ...trusted]);
  // It says ACCEPT once it listens.
  await once(child.stdout, "data");
  return { url: `https://127.0.0.1:${port}`, stop: () => void child.kill() };
}

async function connected(folder: string, { cli }: Live): Promise<LinkStatus> {
  for (let tries = 0; tries < 50; tries++) {
    const { code, stdout } = await cli(folder, "status", "--json");
    const status = code === 0 ? (JSON.parse(stdout) as LinkStatus) : undefined;
    // The link is there before Langflow has looked at our endpoint.
    if (status?.registration?.state === "verified") return status;
  }
  throw new Error("The link did not come about.");
}

describe("a Langflow behind TLS or a proxy", function () {
  this.timeout(240_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let authority: CertificateFiles;
  let issued: CertificateFiles;
  let fruit: CertificateFiles;
  const fronts: TlsFront[] = [];
  const list = async (env: Readonly<Record<string, string>>, ...args: string[]) => {
    const all = ["flow", "list", "--json", "--workspace", workspace.folder, "--data", live.data];
    const { code, stdout, stderr } = await runCli([...all, ...args, "--key-file", live.keyFile], env);
    if (code !== 0) return stderr;
    return (JSON.parse(stdout) as ServerFlowFacts[]).map(({ id }) => id).sort();
  };
  const front = async (files: CertificateFiles, more?: Parameters<typeof startTlsFront>[2]) => {
    const started = await startTlsFront(live.langflow.url, files, more);
    fronts.push(started);
    return `https://127.0.0.1:${started.port}`;
  };
  const theirs = async () =>
    ((await live.rest("GET", "/api/v1/flows/?get_all=true")) as { id: string }[]).map(({ id }) => id).sort();

  before(async () => {
    [live, workspace] = await Promise.all([startLive("1.13.0"), scratchWorkspace({ "README.md": "# Orchard\n" })]);
    authority = await makeCertificate(live.data, { name: "authority" });
    [issued, fruit] = await Promise.all([
      makeCertificate(live.data, { name: "issued", by: authority, for: "IP:127.0.0.1,DNS:langflow.test" }),
      makeCertificate(live.data, { name: "fruit" }),
    ]);
    await live.rest("POST", "/api/v1/flows/", { name: "Basket behind TLS", data: { nodes: [], edges: [] } });
  });
  after(async () => {
    for (const each of fronts) each.close();
    await live.stop();
    await workspace.remove();
  });

  it("is refused with a certificate that nobody here trusts, and taken with the one that is given", async () => {
    const flows = await theirs();
    assert.notEqual(flows.length, 0);
    for (const [url, ca] of [
      [await front(issued), authority.cert],
      // Signed by itself, it is its own authority.
      [await front(fruit), fruit.cert],
    ] as const) {
      const refused = await list({}, "--url", url);
      assert.match(String(refused), /is signed by no authority that is trusted here\. .*--ca-file FILE .*tls\.caFile/);
      assert.deepEqual(await list({}, "--url", url, "--ca-file", ca), flows);
      assert.deepEqual(await list({ LFC_CA_FILE: ca }, "--url", url), flows);
      assert.deepEqual(await list({ NODE_EXTRA_CA_CERTS: ca }, "--url", url), flows);
      assert.match(
        String(await list({}, "--url", url, "--ca-file", (ca === fruit.cert ? authority : fruit).cert)),
        /no authority/,
      );
    }
  });

  it("says what else is wrong: another host, no TLS, a file without a certificate", async () => {
    const url = await front(await makeCertificate(live.data, { name: "pears", by: authority, for: "DNS:pears.test" }));
    const trusted = ["--ca-file", authority.cert];
    const notes = path.join(live.data, "notes.txt");
    await writeFile(notes, "apples\n");
    const cases: readonly [args: string[], message: RegExp][] = [
      [["--url", url, ...trusted], /is for another host name than 127\.0\.0\.1\. Use the name/],
      [["--url", live.langflow.url.replace("http:", "https:"), ...trusted], /does not speak TLS\. .*http:\/\//],
      [["--url", url, "--ca-file", notes], /CA file .*notes\.txt contains no valid certificate/],
      [["--url", url, "--ca-file", path.join(live.data, "gone")], /CA file .*gone can't be read/],
      [
        ["--url", url, ...trusted, "--client-cert", issued.cert, "--client-key", fruit.key],
        /is not that of the certificate/,
      ],
    ];
    for (const [args, message] of cases) assert.match(String(await list({}, ...args)), message);
  });

  it("gets the client certificate that it asks for", async () => {
    const ca = await readFile(authority.cert);
    const url = await front(issued, { requestCert: true, rejectUnauthorized: true, ca });
    const at = ["--url", url, "--ca-file", authority.cert];
    // Node's own server closes the connection without a word, openssl's says why.
    assert.match(
      String(await list({}, ...at)),
      /was closed by .* client certificate \(--client-cert FILE, .*tls\.clientCert/,
    );
    const strict = await startStrictServer(issued, authority);
    try {
      for (const given of [[], ["--client-cert", fruit.cert, "--client-key", fruit.key]]) {
        const refused = await list({}, "--url", strict.url, "--ca-file", authority.cert, ...given);
        assert.match(String(refused), /wants a client certificate.*--client-cert FILE/);
      }
    } finally {
      strict.stop();
    }
    assert.deepEqual(await list({}, ...at, "--client-cert", issued.cert, "--client-key", issued.key), await theirs());
  });

  it("is linked by a server with the CA, and found again by one that is started after it", async () => {
    const url = await front(issued);
    const args = ["--ca-file", authority.cert];
    for (const more of [["--langflow", url, "--key-file", live.keyFile], []]) {
      const server = await startServer({ folders: [workspace.folder], data: live.data, args: [...args, ...more] });
      try {
        const { registration } = await connected(workspace.folder, live);
        const entry = (await live.rest("GET", `/api/v2/mcp/servers/${registration?.name ?? ""}`)) as { url: string };
        assert.ok(entry.url.startsWith(server.url), entry.url);
      } finally {
        await server.stop();
      }
    }
  });

  it("is asked through the proxy of the environment, but not on this machine, and not where NO_PROXY names it", async () => {
    const proxy = await startHttpProxy(live.langflow.url);
    const flows = await theirs();
    const at = `http://apple:s%20eed@127.0.0.1:${proxy.port}`;
    const port = (await startTlsFront(live.langflow.url, issued).then((each) => (fronts.push(each), each))).port;
    try {
      assert.deepEqual(await list({ HTTP_PROXY: at }, "--url", "http://langflow.test:81"), flows);
      const login = `Basic ${Buffer.from("apple:s eed").toString("base64")}`;
      assert.deepEqual([...new Set(proxy.asked.splice(0))], [`GET langflow.test:81 ${login}`]);
      const tls = ["--url", `https://langflow.test:${port}`];
      assert.match(String(await list({ HTTPS_PROXY: at }, ...tls)), /no authority/);
      assert.deepEqual(await list({ HTTPS_PROXY: at }, ...tls, "--ca-file", authority.cert), flows);
      assert.deepEqual([...new Set(proxy.asked.splice(0))], [`CONNECT langflow.test:${port} ${login}`]);

      const closed = String(await list({ HTTPS_PROXY: at }, "--url", "https://closed.test"));
      assert.match(closed, /The proxy 127\.0\.0\.1:\d+ wants a login\./);
      assert.ok(!closed.includes("eed"), closed);
      const gone = { HTTP_PROXY: "127.0.0.1:9", http_proxy: "127.0.0.1:9" };
      assert.match(
        String(await list(gone, "--url", "http://langflow.test")),
        /The proxy 127\.0\.0\.1:9 does not lead to .*NO_PROXY/,
      );
      proxy.asked.length = 0;
      const past = String(await list({ HTTP_PROXY: at, NO_PROXY: ".test" }, "--url", "http://langflow.test"));
      assert.match(past, /no such host|could not be looked up|Nothing answers/);
      assert.doesNotMatch(past, /proxy/i);
      assert.deepEqual(await list({ HTTP_PROXY: at, HTTPS_PROXY: at }, "--url", live.langflow.url), flows);
      assert.deepEqual(proxy.asked, []);
    } finally {
      proxy.server.close();
      proxy.server.closeAllConnections();
    }
  });
});
