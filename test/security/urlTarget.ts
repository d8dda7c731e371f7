import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { buildConnector } from "undici";
import { createEgress } from "../../src/server/platform/egress/egress.ts";
import { callApi } from "../../src/server/tools/callApi.ts";
import { createPages } from "../../src/server/web/pages.ts";
import { createWeb } from "../../src/server/web/web.ts";
import type { Edits } from "../../src/server/workspace/edits/edits.ts";
import { connect } from "../support/clients.ts";
import type { CallAnswer } from "../support/clients.ts";
import { serveTools } from "../support/inProcess.ts";
import { codeClass } from "./outcome.ts";
import type { Sample } from "./sample.ts";

export const canary = "CANARY-7f3a9b";
/** What the resolver reports for `@public`. */
const publicAddress = "93.184.216.34";

export interface UrlTarget {
  /** Port of the canary on the loopback. */
  readonly port: number;
  readonly allowed: string[];
  /** Every request that the public server got. */
  readonly requests: readonly IncomingMessage[];
  /** Names that were looked up since the last call began. */
  readonly lookups: readonly string[];
  call(args: Record<string, unknown>): Promise<CallAnswer & { readonly outcome: string }>;
  /** Connections to the canary. */
  reached(): number;
  stop(): Promise<void>;
}

/** The real tool on the real policy; only the resolver is the test's, and the way from a public address to this machine. */
export async function startUrlTarget(dns: Sample["url_fixture"]["dns"]): Promise<UrlTarget> {
  let reached = 0;
  const loopback = createServer((_, response) => response.end(canary));
  loopback.on("connection", () => reached++);
  const requests: IncomingMessage[] = [];
  const open = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  const port = await listen(loopback);
  const publicPort = await listen(open);
  const allowed: string[] = [];
  const lookups: string[] = [];
  const asked = new Map<string, number>();

  async function resolve(host: string): Promise<readonly string[]> {
    lookups.push(host);
    if (host === "slow.lfc.test") await sleep(30_000, undefined, { ref: false });
    const entry = dns[host];
    if (entry === undefined) throw Object.assign(new Error("no such host"), { code: "ENOTFOUND" });
    // The alias of the table.
    if (typeof entry === "string") return ["127.0.0.1"];
    const nth = asked.get(host) ?? 0;
    asked.set(host, nth + 1);
    const lists = entry.filter((one): one is readonly string[] => typeof one !== "string");
    const list = lists.length > 0 ? (lists[Math.min(nth, lists.length - 1)] ?? []) : (entry as readonly string[]);
    return list.map((address) => (address === "@public" ? publicAddress : address));
  }

  function connector(options: buildConnector.BuildOptions): buildConnector.connector {
    const { lookup } = options as { lookup: (host: string, all: { all: true }, done: Looked) => void };
    return (target, done) => {
      const goTo = (address: string) => {
        const isPublic = address === publicAddress;
        const to = isPublic ? { hostname: "127.0.0.1", port: String(publicPort) } : { hostname: address };
        buildConnector({ ...options, lookup: undefined })({ ...target, ...to }, done);
      };
      if (isIP(target.hostname) !== 0) goTo(target.hostname);
      else lookup(target.hostname, { all: true }, (_, [first]) => goTo(first?.address ?? "127.0.0.1"));
    };
  }

  const egress = createEgress({
    network: {},
    allowedHosts: () => allowed,
    limits: { lookupMs: 300 },
    resolve,
    connector,
  });
  const pages = createPages({ workerFile: new URL("../../src/server/web/worker.ts", import.meta.url) });
  const web = createWeb({ egress, secrets: { list: () => Promise.resolve([]) }, pages, now: Date.now });
  const edits = { permit: () => Promise.resolve() } as unknown as Edits;
  const server = await serveTools([callApi], undefined, { web, edits });
  const client = await connect("2026-07-28 http", server, []);

  return {
    port,
    allowed,
    requests,
    lookups,
    async call(args) {
      lookups.length = 0;
      asked.clear();
      const records = server.records.length;
      const started = performance.now();
      const answered = await client.call("call_api", args);
      const took = performance.now() - started;
      assert.ok(took < 4_000, `${took} ms`);
      assert.equal(server.records.length, records + 1, "records");
      const all = JSON.stringify([answered.value, server.logged]);
      assert.ok(!all.includes(canary), `the canary answered: ${all.slice(0, 500)}`);
      assert.ok(!/\bat \S+:\d+:\d+/.test(all), "a stack is in the answer");
      assert.equal((await client.listTools()).length, 1);
      const code = (answered.value["error"] as { code: string } | undefined)?.code;
      return { ...answered, outcome: code === undefined ? "ok" : codeClass(code) };
    },
    reached: () => reached,
    async stop() {
      await client.close();
      await server.close();
      await pages.dispose();
      for (const one of [loopback, open]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
    },
  };
}

type Looked = (error: Error | null, addresses: readonly { readonly address: string }[]) => void;

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** 10 MB that become 10 GB. */
const bomb = () => {
  const member = gzipSync(Buffer.alloc(10 * 2 ** 20));
  return Buffer.concat(Array.from({ length: 1_024 }, () => member));
};

/** What the public server does, by the first part of the path. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://public.lfc.test");
  const to = searchParams.get("to") ?? "";
  const redirect = (status: number, location: string) => response.writeHead(status, { location }).end("moved");
  switch (pathname) {
    case "/redir":
      return void redirect(302, to);
    case "/loop":
      return void redirect(302, "/loop");
    case "/meta-refresh":
      response.setHeader("content-type", "text/html");
      return void response.end(`<html><head><meta http-equiv="refresh" content="0; url=${to}"></head><p>Go</p></html>`);
    case "/gzipbomb":
      response.setHeader("content-encoding", "gzip");
      return void response.end(bomb());
    case "/headers":
      response.setHeader("x-large", "a".repeat(Number(searchParams.get("bytes"))));
      return void response.end("large");
    case "/endless": {
      const timer = setInterval(() => response.write("x".repeat(65_536)), 1);
      return void response.on("close", () => clearInterval(timer));
    }
    case "/echo":
      response.setHeader("content-type", "application/json");
      return void response.end(JSON.stringify({ headers: request.rawHeaders }));
  }
  const [, status] = /^\/redir(\d{3})$/.exec(pathname) ?? [];
  if (status !== undefined) redirect(Number(status), to);
  else response.end("ok");
}
