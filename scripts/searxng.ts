// npm run searxng -- --source DIR --python PYTHON
// Starts a real SearXNG from a checkout of its sources, with one engine that asks a local server and one that nobody answers for,
// has web_search ask it, and compares with what SearXNG's own CSV says. Ends with 1 when they differ. SearXNG is on no package
// index: PYTHON is one that has the packages of its requirements.txt.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { z } from "zod";
import { fails, ok } from "../test/support/answers.ts";
import { connect } from "../test/support/clients.ts";
import { startLocalServer } from "../test/support/localServer.ts";
import { freePort } from "../test/support/freePort.ts";
import { startServer } from "../test/support/server.ts";
import { until } from "../test/support/until.ts";
import { scratchWorkspace } from "../test/support/workspaces.ts";

const Results = z.array(z.object({ title: z.string(), url: z.string() }));
const { values } = parseArgs({
  options: { source: { type: "string" }, python: { type: "string", default: "python3" } },
});
if (values.source === undefined) throw new Error("Name a checkout of SearXNG: npm run searxng -- --source DIR");
const hits = Array.from({ length: 12 }, (_, at) => ({
  link: `https://example.com/pears/${at}`,
  name: `Pear ${at}`,
  text: `About pear ${at}, "ripe"`,
}));
const engine = await startLocalServer((_, response) =>
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ hits })),
);
const folder = mkdtempSync(path.join(tmpdir(), "lfc-searxng-"));
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const settings = path.join(folder, "settings.yml");
writeFileSync(settings, settingsFor(["html", "json", "csv"]));
let searxng = start();
const workspace = await scratchWorkspace({ "a.txt": "a\n" });
const server = await startServer({
  folders: [workspace.folder],
  env: { LFC_WEB_SEARCH_PROVIDER: "searxng", LFC_WEB_SEARCH_URL: address },
});
const client = await connect("2026-07-28 http", server, [workspace.folder]);
try {
  await until(isUp, 60_000);
  const rows = await csv("!orchard pears");
  const { results } = await ok(client, "web_search", { query: "!orchard pears", limit: 20 });
  const found = Results.parse(results).map(({ title, url }) => `${title},${url}`);
  judge(`${rows.length} results, as SearXNG's own CSV`, found, rows);
  await failure("an engine without an answer", "!deaf pears");
  await restart(["html"]);
  await failure("no answers for programs", "!orchard plums");
  searxng.kill();
  await until(async () => !(await isUp()), 30_000);
  await failure("not running", "!orchard apples");
} finally {
  searxng.kill();
  await client.close();
  await server.stop();
  await workspace.remove();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
}

function judge(what: string, is: unknown, expected: unknown): void {
  const same = isDeepStrictEqual(is, expected);
  console.log(
    `${same ? "ok    " : "FAILED"} ${what}${same ? "" : `: ${JSON.stringify(is)}, not ${JSON.stringify(expected)}`}`,
  );
  if (!same) process.exitCode = 1;
}

async function failure(what: string, query: string): Promise<void> {
  const { message, remedy } = await fails(client, "web_search", { query }, "NOT_READY");
  console.log(`ok     ${what}\n       ${String(message)}\n       ${String(remedy)}`);
}

async function restart(formats: Parameters<typeof settingsFor>[0]): Promise<void> {
  searxng.kill();
  await until(async () => !(await isUp()), 30_000);
  writeFileSync(settings, settingsFor(formats));
  searxng = start();
  await until(isUp, 60_000);
}

function start() {
  return spawn(values.python, ["-m", "searx.webapp"], {
    cwd: path.resolve(values.source ?? "."),
    env: { ...process.env, SEARXNG_SETTINGS_PATH: settings },
    stdio: "ignore",
  });
}

async function isUp(): Promise<boolean> {
  return fetch(`${address}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** "title,url" of each row: no title of ours has a comma. */
async function csv(query: string): Promise<string[]> {
  const answer = await fetch(`${address}/search?${new URLSearchParams({ q: query, format: "csv" }).toString()}`);
  const lines = (await answer.text()).trim().split(/\r?\n/).slice(1);
  return lines.map((line) => line.split(",").slice(0, 2).join(","));
}

function settingsFor(formats: readonly ("html" | "json" | "csv")[]): string {
  const rest = { results_query: "hits", url_query: "link", title_query: "name", content_query: "text" };
  const common = { engine: "json_engine", categories: ["general"], enable_http: true, ...rest };
  // YAML reads JSON.
  return JSON.stringify({
    use_default_settings: { engines: { keep_only: [] } },
    search: { formats },
    server: { secret_key: "only-for-this-run", limiter: false, port, bind_address: "127.0.0.1" },
    engines: [
      { ...common, name: "orchard", shortcut: "orc", search_url: `${engine.url}/find?q={query}` },
      { ...common, name: "deaf", shortcut: "deaf", search_url: "http://127.0.0.1:9/find?q={query}" },
    ],
  });
}
