import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { fails, ok } from "../support/answers.ts";
import { runCli } from "../support/cli.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { overEveryClient } from "../support/everyClient.ts";
import { startLocalServer } from "../support/localServer.ts";
import type { LocalRequest, LocalServer } from "../support/localServer.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const key = "key-of-the-provider-17";
const many = Array.from({ length: 15 }, (_, at) => ({ title: `Pear ${at}`, url: `https://example.com/${at}` }));

/** The three providers, each in the form that its documents give. */
function answer({ path, headers, body }: LocalRequest, response: ServerResponse): void {
  const json = (value: unknown, status = 200) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  const { pathname, searchParams } = new URL(path, "http://local");
  const query = searchParams.get("q") ?? (body === "" ? "" : (JSON.parse(body) as { query: string }).query);
  if (query === "busy") return json({}, 429);
  if (query === "odd") return json({ other: true });
  if (query === "half") return json({ results: [many[0]], unresponsive_engines: [["duckduckgo", "CAPTCHA"]] });
  if (query === "none") return json({ results: [], unresponsive_engines: [["bing", "timeout"]] });
  if (pathname === "/search" && searchParams.get("format") === "json") {
    const extra = { engine: "x", engines: ["x"], score: 1, category: "general", publishedDate: null };
    const results = many.map((one) => ({ ...one, content: `About ${one.title}`, ...extra }));
    const bad = { title: "bad", url: "javascript:alert(1)", content: null, ...extra };
    return json({ query, number_of_results: 0, results: [bad, ...results], answers: [], suggestions: [] });
  }
  if (pathname === "/res/v1/web/search") {
    if (headers["x-subscription-token"] !== key) return json({ type: "ErrorResponse" }, 401);
    const results = [
      {
        title: "Pears",
        url: "https://example.com/p",
        description: "All <strong>pears</strong> &amp; more",
        age: "1 day",
      },
      { title: "No text", url: "https://example.com/n" },
    ];
    return json({ type: "search", query: { original: query }, web: { type: "search", results } });
  }
  if (pathname === "/search") {
    if (headers.authorization !== `Bearer ${key}`) return json({ detail: { error: "Unauthorized" } }, 401);
    const results = [
      { title: "Pears", url: "https://example.com/t", content: `With ${key}`, score: 0.9, raw_content: null },
    ];
    return json({ query, answer: null, images: [], results, response_time: 1.1 });
  }
  json({}, 404);
}

overEveryClient("web_search", { "a.txt": "a\n" }, (bench) => {
  it("names the setting while no provider is set", async () => {
    const { remedy } = await fails(bench.client, "web_search", { query: "pears" }, "NOT_READY");
    assert.match(String(remedy), /langflowConnect\.webSearch\.provider.*LFC_WEB_SEARCH_PROVIDER/);
  });
});

describe("web_search", function () {
  let workspace: ScratchWorkspace;
  let provider: LocalServer;
  const running: { server: RunningServer; client: TestClient }[] = [];

  before(async () => {
    workspace = await scratchWorkspace({ "a.txt": "a\n" });
    provider = await startLocalServer(answer);
  });
  afterEach(async () => {
    for (const { client, server } of running.splice(0)) {
      await client.close();
      await server.stop();
    }
  });
  after(() => Promise.all([provider.close(), workspace.remove()]));

  async function serverOf(name: string, env: Readonly<Record<string, string>> = {}) {
    const server = await startServer({
      folders: [workspace.folder],
      env: { LFC_WEB_SEARCH_PROVIDER: name, LFC_WEB_SEARCH_URL: provider.url, ...env },
    });
    const client = await connect("2026-07-28 http", server, [workspace.folder]);
    running.push({ server, client });
    return { server, client };
  }

  async function withKey(name: string): Promise<TestClient> {
    const { server, client } = await serverOf(name);
    const set = ["secrets", "set", "web_search", "--origin", provider.url, "--data", server.data];
    assert.equal((await runCli(set, {}, key)).code, 0);
    return client;
  }

  it("asks SearXNG on this machine without another permission, and gives its results in pages", async () => {
    const { client } = await serverOf("searxng");
    const before = provider.requests.length;
    const first = await ok(client, "web_search", { query: "ripe pears" });
    assert.equal(provider.requests[before]?.path, "/search?q=ripe+pears&format=json");
    const expected = many.map(({ title, url }) => ({ title, url, snippet: `About ${title}` }));
    assert.deepEqual(first.results, expected.slice(0, 10));
    assert.deepEqual([first.total, first.left, first.complete], [15, 5, true]);
    const second = await ok(client, "web_search", { query: "ripe pears", cursor: first.cursor });
    assert.deepEqual(second.results, expected.slice(10));
    assert.equal(second.cursor, undefined);
    assert.equal(provider.requests.length, before + 1);
  });

  it("names the engines of SearXNG that did not answer, and fails when nothing was found without them", async () => {
    const { client } = await serverOf("searxng");
    const half = await ok(client, "web_search", { query: "half" });
    assert.equal(half.total, 1);
    assert.deepEqual(half.notAnswered, [{ engine: "duckduckgo", reason: "CAPTCHA" }]);
    const none = await fails(client, "web_search", { query: "none" }, "NOT_READY");
    assert.equal(none.message, "SearXNG found nothing, and these engines of it did not answer: bing (timeout).");
    assert.equal((await ok(client, "web_search", { query: "pears" })).notAnswered, undefined);
  });

  it("keeps to the limit and the budget", async () => {
    const { client } = await serverOf("searxng");
    const limited = await ok(client, "web_search", { query: "pears", limit: 3 });
    assert.deepEqual([(limited.results as unknown[]).length, limited.left], [3, 12]);
    const small = await ok(client, "web_search", { query: "pears", maxTokens: 200 });
    assert.ok(countTokens(JSON.stringify(small)) <= 200);
    assert.ok((small.results as unknown[]).length >= 2);
  });

  it("asks Brave with its key, and gives text without tags", async () => {
    const client = await withKey("brave");
    const before = provider.requests.length;
    const { results } = await ok(client, "web_search", { query: "pears" });
    assert.equal(provider.requests[before]?.path, "/res/v1/web/search?q=pears&count=20");
    assert.deepEqual(results, [
      { title: "Pears", url: "https://example.com/p", snippet: "All pears & more" },
      { title: "No text", url: "https://example.com/n", snippet: "" },
    ]);
  });

  it("asks Tavily with its key, which is masked where it comes back", async () => {
    const client = await withKey("tavily");
    const before = provider.requests.length;
    const { results } = await ok(client, "web_search", { query: "pears" });
    const { method, path, body } = provider.requests[before] ?? {};
    assert.deepEqual([method, path, body], ["POST", "/search", '{"query":"pears","max_results":20}']);
    assert.deepEqual(results, [{ title: "Pears", url: "https://example.com/t", snippet: "With ***" }]);
  });

  it("says which key is missing, before anything is sent", async () => {
    const { client } = await serverOf("brave", { LFC_WEB_SEARCH_URL: "" });
    const { remedy } = await fails(client, "web_search", { query: "pears" }, "NOT_READY");
    const command = "langflow-connect secrets set web_search --origin https://api.search.brave.com";
    assert.equal(remedy, `Ask the user to run: ${command}`);
  });

  it("does not send the key to another origin than it is for", async () => {
    const { server, client } = await serverOf("tavily");
    const set = ["secrets", "set", "web_search", "--origin", "https://api.tavily.com", "--data", server.data];
    await runCli(set, {}, key);
    const before = provider.requests.length;
    await fails(client, "web_search", { query: "pears" }, "EGRESS_BLOCKED");
    assert.equal(provider.requests.length, before);
  });

  it("explains a provider that is busy, is another one, or has no address", async () => {
    const { client } = await serverOf("searxng");
    const busy = await fails(client, "web_search", { query: "busy" }, "NOT_READY");
    assert.equal(busy.message, `SearXNG at ${provider.url} answered HTTP 429.`);
    const odd = await fails(client, "web_search", { query: "odd" }, "NOT_READY");
    assert.equal(odd.message, `The answer of ${provider.url} is not one of SearXNG.`);
    const { client: without } = await serverOf("searxng", { LFC_WEB_SEARCH_URL: "" });
    const { remedy } = await fails(without, "web_search", { query: "pears" }, "NOT_READY");
    assert.match(String(remedy), /langflowConnect\.webSearch\.url/);
  });
});
