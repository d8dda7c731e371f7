import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { fails, ok } from "../support/answers.ts";
import { runCli } from "../support/cli.ts";
import { clientKinds, connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { overEveryClient } from "../support/everyClient.ts";
import { startLocalServer } from "../support/localServer.ts";
import type { LocalRequest, LocalServer } from "../support/localServer.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const secret = 's3cret/value+with="signs"&more';
const items = Array.from({ length: 500 }, (_, id) => ({ id, name: `item ${id}`, "odd name": [id, id + 1] }));
/** Requests to /slow whose connection was closed. */
let ended = 0;
const listing = { total: 500, items, note: "x".repeat(5_000) };
const numbered = Array.from({ length: 400 }, (_, line) => `Line ${line} of a long text.`).join("\n");

const page = `<!doctype html>
<html><head><title>Guide</title><base href="/docs/v2/"><style>p { color: red }</style>
<script>alert("never shown")</script></head>
<body><nav><a href="/">Home</a></nav>
<main><header><h1>Guide to <em>pears</em></h1></header>
<p>Read <a href="start.html?a=1&amp;b=2">the start</a>, or <a href="https://example.com/(x)">elsewhere</a>,
not <a href="javascript:alert(1)">this</a>.<p>A second paragraph with <code>a &lt; b</code>.</p>
<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul>
<pre><code class="language-js">const pear = "&lt;b&gt;";
  eat(pear);</code></pre>
<table><thead><tr><th>Name</th><th>Price</th></tr></thead><tbody><tr><td>pear</td><td>1 | 2</td></tr></tbody></table>
<img src="img/pear.png" alt="A pear"><img src="spacer.gif"><img src="data:image/png;base64,AAAA" alt="inline"></main>
<footer>Imprint</footer></body></html>`;

/** The same page as its reader would write it down. */
const pageInMarkdown = (url: string) => `# Guide to _pears_

Read [the start](${url}/docs/v2/start.html?a=1&b=2), or [elsewhere](https://example.com/%28x%29), not this.

A second paragraph with \`a < b\`.

- one
  - deep
- two

\`\`\`js
const pear = "<b>";
  eat(pear);
\`\`\`

| Name | Price  |
| ---- | ------ |
| pear | 1 \\| 2 |

![A pear](${url}/docs/v2/img/pear.png)`;

function answer({ method, path: asked, headers, body }: LocalRequest, response: ServerResponse): void {
  const json = (value: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(value));
  const encoded = (encoding: string, bytes: Buffer) => response.setHeader("content-encoding", encoding).end(bytes);
  const { pathname, searchParams } = new URL(asked, "http://local");
  switch (pathname) {
    case "/items":
      return void json(listing);
    case "/page":
      return void response.setHeader("content-type", "text/html; charset=utf-8").end(page);
    case "/deep":
      return void response.setHeader("content-type", "text/html").end("<div>".repeat(100_000));
    case "/text":
      return void response.setHeader("content-type", "text/plain").end(numbered);
    case "/latin1":
      return void response
        .setHeader("content-type", "text/plain; charset=iso-8859-1")
        .end(Buffer.from("Caf\xe9", "latin1"));
    case "/image":
      return void response.setHeader("content-type", "image/png").end(Buffer.from([0x89, 0x50, 0, 1]));
    case "/redirect":
      return void response
        .writeHead(Number(searchParams.get("status") ?? 302), { location: searchParams.get("to") ?? "" })
        .end();
    case "/echo":
      return void json({ method, path: asked, headers, body });
    case "/gzip":
      return void encoded("gzip", gzipSync("packed"));
    case "/deflate":
      return void encoded("deflate", deflateSync("packed"));
    case "/br":
      return void encoded("br", brotliCompressSync("packed"));
    case "/both":
      return void encoded("deflate, gzip", gzipSync(deflateSync("packed")));
    case "/unknown":
      return void encoded("zip9", Buffer.from("packed"));
    case "/damaged":
      return void encoded("gzip", Buffer.from("packed"));
    case "/bomb":
      return void encoded("gzip", gzipSync(Buffer.alloc(200 * 2 ** 20)));
    case "/slow":
      return void response.on("close", () => ended++);
    case "/missing":
      return void response
        .writeHead(404, { "content-type": "application/json", "retry-after": "7" })
        .end('{"e":"none"}');
    case "/huge":
      return void response.setHeader("content-type", "text/plain").end("x".repeat(11 * 2 ** 20));
  }
  response.end("ok");
}

overEveryClient("call_api", { "a.txt": "a\n" }, (bench) => {
  it("is refused where the user allows no host, and names the setting", async () => {
    const api = await startLocalServer(answer);
    const { remedy } = await fails(bench.client, "call_api", { url: `${api.url}/text` }, "EGRESS_BLOCKED");
    await api.close();
    assert.match(String(remedy), /langflowConnect\.egress\.allowedHosts.*LFC_EGRESS_ALLOWED_HOSTS/);
    assert.deepEqual(api.requests, []);
  });
});

describe("call_api", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let api: LocalServer;
  let other: LocalServer;
  let server: RunningServer;
  let client: TestClient;

  before(async () => {
    workspace = await scratchWorkspace({ "a.txt": "a\n" });
    api = await startLocalServer(answer);
    other = await startLocalServer(answer);
    server = await startServer({
      folders: [workspace.folder],
      env: { LFC_EGRESS_ALLOWED_HOSTS: `${api.host}, ${other.host},127.0.0.1:9` },
    });
    client = await connect("2026-07-28 http", { ...server, url: `${server.url}?toolsets=web` }, [workspace.folder]);
  });
  after(async () => {
    await client.close();
    await server.stop();
    await Promise.all([api.close(), other.close(), workspace.remove()]);
  });

  const get = (asked: string, more: object = {}) => ok(client, "call_api", { url: `${api.url}${asked}`, ...more });

  for (const kind of clientKinds.filter((each) => each.includes("http"))) {
    it(`answers a client of ${kind} with status, address, type and text`, async () => {
      const one = await connect(kind, server, [workspace.folder]);
      const value = await ok(one, "call_api", { url: `${api.url}/gzip#part` });
      await one.close();
      assert.deepEqual(value, { status: 200, url: `${api.url}/gzip`, form: "text", content: "packed", complete: true });
    });
  }

  describe("pages", () => {
    it("become Markdown with whole addresses, without what is around their content", async () => {
      const { content, form } = await get("/page");
      assert.equal(content, pageInMarkdown(api.url));
      assert.equal(form, "markdown");
    });

    it("come as their source when asked for", async () => {
      assert.deepEqual([(await get("/page", { as: "text" })).content], [page]);
    });

    it("that no parser gets through are given up while other calls go on", async () => {
      const started = performance.now();
      const deep = client.call("call_api", { url: `${api.url}/deep` });
      await sleep(1_000);
      const asked = performance.now();
      await get("/gzip");
      assert.ok(performance.now() - asked < 2_000, "another call had to wait");
      const { value, isError } = await deep;
      assert.ok(isError && /TOO_LARGE.*as: text/.test(JSON.stringify(value)), JSON.stringify(value).slice(0, 300));
      assert.ok(performance.now() - started < 20_000);
      assert.equal((await get("/page")).content, pageInMarkdown(api.url));
    });
  });

  describe("JSON", () => {
    it("keeps its shape in the budget, and says what was left out and where", async () => {
      const value = await get("/items", { maxTokens: 500 });
      assert.ok(countTokens(JSON.stringify(value)) <= 500);
      const content = value.content as typeof listing;
      const kept = content.items.length;
      assert.ok(kept > 5, `${kept} items`);
      assert.deepEqual(content.items, items.slice(0, kept));
      assert.equal(content.total, 500);
      const note = content.note.length - 1;
      assert.deepEqual(value.omitted, [
        { path: "items", left: 500 - kept },
        { path: "note", left: 5_000 - note },
      ]);
      assert.equal(value.complete, false);
    });

    it("is read on by the cursor and another select, without a second request", async () => {
      const { cursor } = await get("/items", { maxTokens: 500 });
      const before = api.requests.length;
      const select = async (path: string) => (await get("/items", { cursor, select: path })).content;
      assert.deepEqual(await select("items[498:].name"), ["item 498", "item 499"]);
      assert.equal(await select("items[7].id"), 7);
      assert.deepEqual(await select('items[3]["odd name"]'), [3, 4]);
      assert.deepEqual(await select("$.items[0:2]['odd name']".replaceAll("'", '"')), [
        [0, 1],
        [1, 2],
      ]);
      assert.equal(api.requests.length, before);
    });

    it("says what a wrong path is wrong about", async () => {
      const call = (select: string) => ({ url: `${api.url}/items`, select });
      const { message } = await fails(client, "call_api", call("items[0].none"), "NOT_FOUND");
      assert.equal(message, "The answer has nothing at items[0].none: step 3 of the path does not exist.");
      await fails(client, "call_api", call("items[500]"), "NOT_FOUND");
      await fails(client, "call_api", call("total[0:1]"), "NOT_FOUND");
      await fails(client, "call_api", call("constructor"), "NOT_FOUND");
      await fails(client, "call_api", call("items[-1]"), "INVALID_ARGUMENT");
      await fails(client, "call_api", { url: `${api.url}/text`, select: "a" }, "INVALID_ARGUMENT");
    });
  });

  describe("texts", () => {
    it("come in parts that are the whole together, from one request", async () => {
      const before = api.requests.length;
      let text = "";
      let parts = 0;
      for (let cursor: unknown; parts === 0 || cursor !== undefined; parts++) {
        const value = await get("/text", { maxTokens: 600, ...(cursor !== undefined && { cursor }) });
        assert.ok(countTokens(JSON.stringify(value)) <= 600);
        assert.equal(value.complete, value.cursor === undefined);
        text += String(value.content);
        cursor = value.cursor;
      }
      assert.equal(text, numbered);
      assert.ok(parts > 3, `${parts} parts`);
      assert.equal(api.requests.length, before + 1);
    });

    it("are not given to another call's cursor", async () => {
      const { cursor } = await get("/text", { maxTokens: 300 });
      const call = { url: `${api.url}/text?other`, cursor };
      await fails(client, "call_api", call, "INVALID_ARGUMENT");
      await fails(client, "call_api", { url: `${api.url}/text`, cursor: "none.5" }, "CONFLICT");
    });

    it("are decoded and decompressed", async () => {
      assert.equal((await get("/latin1")).content, "Café");
      for (const coding of ["gzip", "deflate", "br", "both"]) assert.equal((await get(`/${coding}`)).content, "packed");
      for (const coding of ["unknown", "damaged"])
        await fails(client, "call_api", { url: `${api.url}/${coding}` }, "NOT_READY");
    });

    it("that are binary are only described", async () => {
      const { status, form, bytes, contentType, content } = await get("/image");
      assert.deepEqual([status, form, bytes, contentType, content], [200, "binary", 4, "image/png", undefined]);
    });
  });

  describe("limits", () => {
    it("count what an answer is after decompression", async () => {
      await fails(client, "call_api", { url: `${api.url}/bomb` }, "TOO_LARGE");
      await fails(client, "call_api", { url: `${api.url}/huge` }, "TOO_LARGE");
    });

    it("end a call that its client cancels", async () => {
      const controller = new AbortController();
      const call = client.call("call_api", { url: `${api.url}/slow` }, { signal: controller.signal });
      await sleep(300);
      controller.abort();
      await assert.rejects(call);
      await until(() => ended === 1);
      assert.match(JSON.stringify(await get("/gzip")), /packed/);
    });

    it("say that nothing answers at an address", async () => {
      const { message } = await fails(client, "call_api", { url: "http://127.0.0.1:9/" }, "NOT_READY");
      assert.equal(message, "Nothing answers at http://127.0.0.1:9 (ECONNREFUSED).");
    });
  });

  describe("redirects", () => {
    it("are followed, and the answer has the last address", async () => {
      const { url, content } = await get(`/redirect?to=${encodeURIComponent(`${other.url}/gzip`)}`);
      assert.deepEqual([url, content], [`${other.url}/gzip`, "packed"]);
    });

    it("of a POST become a GET, or keep it on the same origin only", async () => {
      const post = { method: "POST", body: { a: 1 } };
      const seen = async (asked: string) => (await get(asked, post)).content as { method: string; body: string };
      const became = await seen("/redirect?status=303&to=/echo");
      assert.deepEqual([became.method, became.body], ["GET", ""]);
      const stayed = await seen("/redirect?status=307&to=/echo");
      assert.deepEqual([stayed.method, stayed.body], ["POST", '{"a":1}']);
      const before = other.requests.length;
      const elsewhere = `${api.url}/redirect?status=307&to=${other.url}/echo`;
      await fails(client, "call_api", { url: elsewhere, ...post }, "EGRESS_BLOCKED");
      assert.equal(other.requests.length, before);
    });

    it("to another origin take no header along that could be a credential", async () => {
      const headers = { Authorization: "Bearer abc", Cookie: "a=b", "X-Key": "k", "Accept-Language": "de" };
      const same = await get("/redirect?to=/echo", { headers });
      assert.match(JSON.stringify(same.content), /"x-key":"k"/);
      const to = encodeURIComponent(`${other.url}/echo`);
      const { content } = await get(`/redirect?to=${to}`, { headers });
      const { headers: sent } = content as { headers: Record<string, string> };
      assert.deepEqual(Object.keys(sent).sort(), [
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "host",
        "user-agent",
      ]);
    });
  });

  describe("requests", () => {
    it("are sent as they were asked for", async () => {
      const { content } = await get("/echo?a=b%20c", {
        method: "PUT",
        query: { "d e": "f&g", n: 5 },
        headers: { "X-Test": "yes" },
        body: { list: [1, "é"] },
      });
      const { method, path: asked, headers, body } = content as LocalRequest;
      assert.deepEqual([method, asked, body], ["PUT", "/echo?a=b%20c&d+e=f%26g&n=5", '{"list":[1,"é"]}']);
      assert.deepEqual([headers["x-test"], headers["content-type"]], ["yes", "application/json"]);
      assert.equal(headers["content-length"], String(Buffer.byteLength(body)));
    });

    it("have no body when they only read", async () => {
      await fails(client, "call_api", { url: `${api.url}/echo`, body: { a: 1 } }, "INVALID_ARGUMENT");
    });

    it("get the failures of an API as answers, with the headers that say how to go on", async () => {
      const { status, content, headers } = await get("/missing");
      assert.deepEqual([status, content, headers], [404, { e: "none" }, { "retry-after": "7" }]);
    });

    it("that can change something are refused where edits are off, and reading is not", async () => {
      const strict = await startServer({
        folders: [workspace.folder],
        env: { LFC_EGRESS_ALLOWED_HOSTS: api.host, LFC_EDITS: "off" },
      });
      const one = await connect("2026-07-28 http", strict, [workspace.folder]);
      const before = api.requests.length;
      for (const method of ["POST", "PUT", "PATCH", "DELETE"])
        await fails(one, "call_api", { url: `${api.url}/echo`, method }, "NOT_PERMITTED");
      assert.equal(api.requests.length, before);
      await ok(one, "call_api", { url: `${api.url}/echo`, method: "HEAD" });
      await one.close();
      await strict.stop();
    });
  });

  describe("secrets", () => {
    before(async () => {
      const set = ["secrets", "set", "pear", "--origin", `${api.url}/v1`, "--data", server.data];
      const { code, stdout, stderr } = await runCli(set, {}, `${secret}\n`);
      assert.deepEqual([code, stdout], [0, "pear is kept.\n"], stderr);
    });

    const named = { headers: { Authorization: "Bearer {{secret:pear}}" }, query: { key: "{{secret:pear}}" } };

    it("are sent to their origin, and never shown, in whatever form the server repeats them", async () => {
      const before = api.requests.length;
      const value = await get("/echo", named);
      const { headers, path: asked } = api.requests[before] ?? {};
      assert.equal(headers?.authorization, `Bearer ${secret}`);
      assert.equal(new URL(asked ?? "", api.url).searchParams.get("key"), secret);
      assert.equal((value.content as LocalRequest).headers.authorization, "Bearer ***");
      assert.equal(value.url, `${api.url}/echo?key=***`);
      const text = JSON.stringify(value);
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), "s3cret"])
        assert.ok(!text.includes(form), form);
    });

    it("are asked of another origin, or under another name, before anything is sent", async () => {
      const before = other.requests.length;
      const { message } = await fails(client, "call_api", { url: `${other.url}/echo`, ...named }, "EGRESS_BLOCKED");
      assert.equal(message, `The secret pear is not for ${other.url}, so nothing was sent.`);
      const headers = { a: "{{secret:plum}}" };
      const { remedy } = await fails(client, "call_api", { url: `${api.url}/echo`, headers }, "NOT_FOUND");
      assert.equal(remedy, `Ask the user to run: langflow-connect secrets set plum --origin ${api.url}`);
      assert.equal(other.requests.length, before);
    });

    it("are named in headers and query only, and well formed", async () => {
      for (const wrong of [
        { url: `${api.url}/{{secret:pear}}` },
        { url: `${api.url}/%7B%7Bsecret:pear}}` },
        { url: `${api.url}/echo`, method: "POST", body: { a: "{{secret:pear}}" } },
        { url: `${api.url}/echo`, headers: { a: "{{secret:pe ar}}" } },
      ])
        await fails(client, "call_api", wrong, "INVALID_ARGUMENT");
    });

    it("do not follow a redirect to another origin", async () => {
      const before = other.requests.length;
      await get("/redirect", { ...named, query: { to: `${other.url}/echo` } });
      assert.equal(other.requests[before]?.headers.authorization, undefined);
    });

    it("lie in a file of this user alone, and in no log and no ledger", async () => {
      assert.equal(statSync(path.join(server.data, "secrets.json")).mode & 0o777, 0o600);
      assert.ok(!server.log().includes("s3cret"));
      const ledger = path.join(server.data, "ledger");
      for (const name of readdirSync(ledger))
        assert.ok(!readFileSync(path.join(ledger, name), "latin1").includes("s3cret"), name);
      const { stdout } = await runCli(["secrets", "list", "--json", "--data", server.data]);
      assert.deepEqual(JSON.parse(stdout), [{ name: "pear", origins: [api.url] }]);
    });

    it("are refused without TLS, when too short, and removed", async () => {
      const run = (args: readonly string[], input = secret) => runCli([...args, "--data", server.data], {}, input);
      const plain = await run(["secrets", "set", "plum", "--origin", "http://api.example.com"]);
      assert.deepEqual([plain.code, plain.stderr.startsWith("A secret is sent over https")], [1, true]);
      assert.equal((await run(["secrets", "set", "plum", "--origin", api.url], "short")).code, 1);
      assert.equal((await run(["secrets", "set", "plum"])).code, 2);
      assert.equal((await run(["secrets", "remove", "pear"])).stdout, "pear is removed.\n");
      assert.equal((await run(["secrets", "remove", "pear"])).code, 1);
      await fails(client, "call_api", { url: `${api.url}/echo`, ...named }, "NOT_FOUND");
    });
  });
});
