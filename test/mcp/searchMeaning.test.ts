import assert from "node:assert/strict";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { runCli } from "../support/cli.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startEmbeddings } from "../support/embeddingsEndpoint.ts";
import type { EmbeddingsEndpoint, Fault } from "../support/embeddingsEndpoint.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

interface Match {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly score: number;
  readonly text: string;
  readonly after?: readonly string[];
}

interface Found {
  readonly matches: readonly Match[];
  readonly complete: boolean;
  readonly incomplete?: readonly { readonly path: string; readonly reason: string }[];
}

const filler = (name: string) =>
  Array.from(
    { length: 12 },
    (_, nth) => `  console.log("${name} step ${String(nth)} of the ${name} work is done");`,
  ).join("\n");
const shop = [
  "/** What all the fruit amounts to. */",
  "export function sumOfBasket(): void {",
  filler("basket"),
  "}",
  "",
  "export function eraseAccount(): void {",
  filler("account"),
  "}",
  "",
].join("\n");
const files = {
  ".gitignore": "ignored/\n",
  "src/shop.ts": shop,
  "src/net.py": `def repeat_request():\n    """Repeats it with backoff."""\n${"    x = 1\n".repeat(5)}`,
  "docs/notes.md": "# Notes\n\nCredentials of the tester.\n",
  "ignored/secretPlan.ts": "export const plan = 'apple ignored';\n",
  ".env": "PASSWORD=apple\n",
  "dist/out.js": "var apple = 1;\n",
  "bin.dat": Buffer.from("apple\0apple\n"),
  "huge.txt": "apple and money\n".repeat(30_000),
  "key.ts": `export const apiKey = "sk-${"a1".repeat(20)}";\n`,
};

describe("search_code by meaning", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let endpoint: EmbeddingsEndpoint;
  let server: RunningServer;
  let client: TestClient;
  let keyFile: string;
  let fault: ((request: number) => Fault | undefined) | undefined;

  const environment = () => ({
    LFC_EMBEDDINGS_URL: endpoint.url,
    LFC_EMBEDDINGS_MODEL: "words-1",
    LFC_EMBEDDINGS_KEY_FILE: keyFile,
  });
  const key = "emb-key-of-the-test-0123456789";

  async function start(): Promise<void> {
    server = await startServer({ folders: [workspace.folder], env: environment() });
    client = await connect("2026-07-28 http", server, [workspace.folder]);
  }

  async function search(args: Record<string, unknown>): Promise<Found> {
    const { value, isError } = await client.call("search_code", { mode: "meaning", ...args });
    assert.equal(isError, false, JSON.stringify(value));
    return value as unknown as Found;
  }

  before(async () => {
    workspace = await scratchWorkspace(files);
    keyFile = path.join(workspace.folder, "..", "key.txt");
    await writeFile(keyFile, `${key}\n`);
    endpoint = await startEmbeddings({ fault: (request) => fault?.(request) });
    await start();
  });
  after(async () => {
    await client.close();
    await server.stop();
    await endpoint.close();
    await workspace.remove();
  });

  it("finds code by words that are not in it, and says where it is", async () => {
    const { matches, complete, incomplete } = await search({
      query: "remove credentials of a user account",
      context: 1,
    });
    assert.deepEqual([matches[0]?.path, matches[0]?.line, matches[0]?.endLine], ["src/shop.ts", 17, 30]);
    assert.equal(matches[0]?.text, "export function eraseAccount(): void {");
    assert.deepEqual(matches[0].after, ['  console.log("account step 0 of the account work is done");']);
    const first = async (query: string) => (await search({ query })).matches[0];
    assert.equal((await first("login"))?.path, "docs/notes.md");
    assert.equal((await first("retry"))?.path, "src/net.py");
    const price = await first("total money for pears in the basket");
    assert.deepEqual([price?.path, price?.line], ["src/shop.ts", 1]);
    assert.equal(complete, false);
    assert.deepEqual(
      incomplete?.map((one) => [one.path, one.reason]),
      [["huge.txt", "It is longer than 400 kB."]],
    );
  });

  it("sends no secret, ignored, generated or binary file, and the key only as a header", async () => {
    const sent = endpoint.texts().join("\n");
    for (const word of ["apple", "PASSWORD", "sk-a1"]) assert.ok(!sent.includes(word), word);
    assert.match(sent, /key\.ts\nexport const apiKey = "\*\*\*";/);
    assert.equal(endpoint.requests[0]?.headers.authorization, `Bearer ${key}`);
    assert.deepEqual([...new Set(endpoint.requests.map((request) => request.path))], ["/v1/embeddings"]);
    assert.deepEqual([...new Set(endpoint.requests.map(({ model }) => model))], ["words-1"]);
    const kept = path.join(server.data, "vectors");
    const texts = [server.log()];
    for (const name of await readdir(kept, { recursive: true })) {
      const text = await readFile(path.join(kept, name), "latin1").catch(() => "");
      texts.push(name, text);
      assert.ok(!/console\.log|basket step|eraseAccount/.test(text), name);
    }
    assert.ok(texts.length > 3);
    for (const text of texts) assert.ok(!text.includes(key));
  });

  it("looks in the folder or file that a path names only", async () => {
    const { matches } = await search({ query: "login", path: "src" });
    assert.ok(matches.length > 0);
    assert.ok(matches.every((match) => match.path.startsWith("src/")));
    const missing = await client.call("search_code", { mode: "meaning", query: "login", path: "nowhere" });
    assert.equal((missing.value.error as { code: string }).code, "NOT_FOUND");
  });

  it("sends only the changed part of a changed file, and nothing for a shift of lines", async () => {
    endpoint.forget();
    await search({ query: "anything" });
    assert.deepEqual(endpoint.texts(), ["anything"]);
    const changed = shop.replace("account step 3", "account pear 3");
    await writeFile(path.join(workspace.folder, "src/shop.ts"), changed);
    endpoint.forget();
    const { matches } = await search({ query: "account apples" });
    assert.equal(matches[0]?.line, 17);
    const [part, query, ...more] = endpoint.texts();
    assert.deepEqual([query, more], ["account apples", []]);
    assert.match(part ?? "", /^src\/shop\.ts\nexport function eraseAccount/);
    await writeFile(path.join(workspace.folder, "src/shop.ts"), `\n\n${changed}`);
    endpoint.forget();
    assert.equal((await search({ query: "account apples" })).matches[0]?.line, 19);
    assert.deepEqual(endpoint.texts(), ["account apples"]);
  });

  it("sends nothing again after a restart, and says in status what it has", async () => {
    const data = server.data;
    await client.close();
    server.kill("SIGTERM");
    await until(async () => !(await readdir(path.join(data, "endpoints"))).length);
    endpoint.forget();
    server = await startServer({ folders: [workspace.folder], data, env: environment() });
    client = await connect("2026-07-28 http", server, [workspace.folder]);
    assert.equal((await search({ query: "retry" })).matches[0]?.path, "src/net.py");
    assert.deepEqual(endpoint.texts(), ["retry"]);
    const { stdout } = await meaning("status");
    assert.match(
      stdout,
      /^words-1: ready\. 5 of 7 files are indexed, as 6 parts of 512 dimensions\.\n0\.0 MB in the data folder/,
    );
    assert.match(stdout, /left out: huge\.txt: It is longer than 400 kB\./);
    const stats = await runCli(["storage", "stats", "--data", data]);
    assert.match(stats.stdout, /Search by meaning, words-1: 6 vectors of 512 dimensions, \d+\.\d kB; 5 of 7 files/);
  });

  it("makes a damaged index again, with a line in the log", async () => {
    const data = server.data;
    await client.close();
    server.kill("SIGTERM");
    await until(async () => !(await readdir(path.join(data, "endpoints"))).length);
    const folder = path.join(data, "vectors", (await readdir(path.join(data, "vectors")))[0] ?? "");
    for (const name of await readdir(folder)) await writeFile(path.join(folder, name), "{damaged");
    endpoint.forget();
    server = await startServer({ folders: [workspace.folder], data, env: environment() });
    client = await connect("2026-07-28 http", server, [workspace.folder]);
    assert.equal((await search({ query: "retry" })).matches[0]?.path, "src/net.py");
    assert.equal(endpoint.texts().length, 6 + 1);
    assert.match(server.log(), /vectors\.index\.file.*It is damaged, and made again/);
    assert.match(server.log(), /vectors\.file.*its beginning is not that of a file of vectors/);
  });

  it("says what is missing while the endpoint fails, and goes on after that", async () => {
    await writeFile(path.join(workspace.folder, "src/new.ts"), "export const quince = 1;\n");
    fault = () => (endpoint.requests.at(-1)?.texts[0]?.startsWith("src/new") === true ? { status: 400 } : undefined);
    const { matches, complete, incomplete } = await search({ query: "retry" });
    assert.equal(matches[0]?.path, "src/net.py");
    assert.equal(complete, false);
    assert.match(
      incomplete?.[0]?.reason ?? "",
      /^5 of 8 files are in the index\. The embeddings endpoint at 127\.0\.0\.1:\d+ answered HTTP 400\./,
    );
    fault = undefined;
    const { stdout } = await meaning("index");
    assert.match(stdout, /^words-1: ready\. 6 of 8 files/);
    const { matches: after, incomplete: left } = await search({ query: "quince" });
    assert.equal(after[0]?.path, "src/new.ts");
    assert.ok(left?.every((one) => one.path !== "."));
  });

  it("stops and says so, and removes the index", async () => {
    assert.match((await meaning("stop")).stdout, /^words-1: stopped\./);
    await writeFile(path.join(workspace.folder, "src/late.ts"), "export const medlar = 1;\n");
    const { incomplete } = await search({ query: "medlar" });
    assert.match(
      incomplete?.[0]?.reason ?? "",
      /indexing was stopped\. Start it with langflow-connect meaning index\./,
    );
    assert.equal((await meaning("clear")).stdout, "The index is removed.\n");
    assert.deepEqual((await search({ query: "medlar" })).matches, []);
    await rm(path.join(workspace.folder, "src/late.ts"));
    assert.match((await meaning("index")).stdout, /^words-1: ready\. 6 of 8/);
  });

  function meaning(verb: string) {
    return runCli(["meaning", verb, "--workspace", workspace.folder, "--data", server.data], environment());
  }
});

describe("search_code by meaning without an endpoint", function () {
  this.timeout(60_000);

  it("says which settings to set, and leaves words as they are", async () => {
    const workspace = await scratchWorkspace({ "a.ts": "export const needle = 1;\n" });
    const server = await startServer({ folders: [workspace.folder] });
    const client = await connect("2026-07-28 http", server, [workspace.folder]);
    const { value, isError } = await client.call("search_code", { query: "needle", mode: "meaning" });
    assert.equal(isError, true);
    assert.match(
      JSON.stringify(value),
      /NOT_READY.*none is set.*langflowConnect\.embeddings\.url and langflowConnect\.embeddings\.model/,
    );
    const words = await client.call("search_code", { query: "needle" });
    assert.equal((words.value.matches as Match[])[0]?.path, "a.ts");
    const stats = await runCli(["storage", "stats", "--data", server.data]);
    assert.ok(!stats.stdout.includes("Search by meaning"));
    await client.close();
    await server.stop();
    await workspace.remove();
  });
});
