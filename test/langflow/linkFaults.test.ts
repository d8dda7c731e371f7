import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createFlowFolder } from "../../src/server/app/flowFolder.ts";
import { findRunning } from "../../src/server/cli/running.ts";
import { callOperation } from "../../src/server/endpoint/askServer.ts";
import { createSyncStore } from "../../src/server/langflow/syncStore.ts";
import { newToken } from "../../src/server/platform/dataFolder.ts";
import { openWorkspace } from "../../src/server/workspace/workspace.ts";
import { runCli } from "../support/cli.ts";
import { startLangflow } from "../support/langflow.ts";
import type { Langflow } from "../support/langflow.ts";
import { freePort } from "../support/freePort.ts";
import { startServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import { startLink } from "./inProcessLink.ts";
import { askLangflow } from "./rest.ts";

const quick = { heartbeatMs: 500, slowMs: 20_000, requestMs: 20_000, backoffMs: [100, 200] };

/** What Langflow itself finds at an MCP server that it keeps. */
interface Found {
  readonly name: string;
  readonly toolsCount: number | null;
  readonly error?: string;
}

describe("a link whose server, token, port or Langflow goes away", function () {
  this.timeout(240_000);
  const { signal } = new AbortController();
  let langflow: Langflow;
  let scratch: string;
  let port: number;
  let workspace: ScratchWorkspace;

  const start = (database: string) => startLangflow({ version: "1.13.0", port, dir: path.join(scratch, database) });
  const ask = (method: string, at: string, body?: unknown) => askLangflow(langflow).ask(method, at, body);
  const urlOf = async (name: string) => ((await ask("GET", `/api/v2/mcp/servers/${name}`)) as { url: string }).url;
  const found = async (name: string) =>
    ((await ask("GET", "/api/v2/mcp/servers?action_count=true")) as Found[]).find((each) => each.name === name);
  const flowIds = async () =>
    ((await ask("GET", "/api/v1/flows/?get_all=true")) as { id: string }[]).map(({ id }) => id);

  async function connected(data: string): Promise<string> {
    for (let tries = 0; tries < 30; tries++) {
      const args = ["langflow", "status", "--json", "--workspace", workspace.folder, "--data", data];
      const { code, stdout } = await runCli(args);
      if (code === 0) {
        const { registration } = JSON.parse(stdout) as { registration: { name: string; state: string } };
        assert.equal(registration.state, "verified");
        return registration.name;
      }
      await sleep(200);
    }
    throw new Error("The link did not come about.");
  }

  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), "lfc-link-faults-"));
    port = await freePort();
    [langflow, workspace] = await Promise.all([start("first"), scratchWorkspace({ "README.md": "# Orchard\n" })]);
  });
  after(async () => {
    await langflow.stop();
    await workspace.remove();
    await rm(scratch, { recursive: true, force: true });
  });

  it("is repaired by the next start after our server was killed, its port taken and its token changed", async () => {
    const data = path.join(scratch, "data");
    const first = await startServer({ folders: [workspace.folder], data, args: ["--langflow", langflow.url] });
    const name = await connected(data);
    assert.ok((await urlOf(name)).startsWith(first.url));
    first.kill("SIGKILL");
    const other = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nbakery"));
    await new Promise<void>((resolve, reject) => {
      const listen = (): void => void other.listen(Number(new URL(first.url).port), "127.0.0.1", resolve);
      // Until the killed process has left it.
      other.on("error", (error: NodeJS.ErrnoException) =>
        error.code === "EADDRINUSE" ? setTimeout(listen, 50) : reject(error),
      );
      listen();
    });
    await writeFile(first.tokenFile, `${newToken()}\n`);
    const unreached = await found(name);
    assert.ok(unreached, "the entry is still there");
    assert.equal(unreached.toolsCount ?? 0, 0);

    const second = await startServer({ folders: [workspace.folder], data });
    try {
      assert.equal(await connected(data), name);
      assert.notEqual(second.url, first.url);
      assert.ok((await urlOf(name)).startsWith(second.url));
      const tools = (await found(name))?.toolsCount ?? 0;
      assert.ok(tools > 5, String(tools));

      // The same while it runs, as "Rotate token" does.
      const running = await findRunning([workspace.folder], data);
      assert.ok(running);
      const request = { name: "endpoint.rotateToken" as const, params: {}, signal, progress: () => undefined };
      await callOperation(running, request);
      const asOfOld = { headers: { authorization: `Bearer ${second.token}` }, method: "POST" };
      assert.equal((await fetch(second.url, asOfOld)).status, 401);
      const deadline = Date.now() + 10_000;
      while ((await found(name))?.toolsCount !== tools && Date.now() < deadline) await sleep(200);
      assert.equal((await found(name))?.toolsCount, tools);
      assert.equal(await connected(data), name);
    } finally {
      await second.stop();
      other.close();
    }
  });

  it("says which address Langflow tried to reach us at, and why that failed on its side", async () => {
    const bakery = createHttpServer((_, response) => response.writeHead(502).end());
    await new Promise<void>((resolve) => bakery.listen(0, "127.0.0.1", resolve));
    const elsewhere = `http://127.0.0.1:${(bakery.address() as AddressInfo).port}/mcp`;
    const cases: readonly [url: string, problem: RegExp][] = [
      ["http://127.0.0.1:9/mcp", /^Langflow tried http:\/\/127\.0\.0\.1:9\/mcp and cannot reach it\. .*advertisedUrl/],
      ["http://orchard.invalid:81/mcp", /tried http:\/\/orchard\.invalid:81\/mcp, and its machine knows no such host/],
      [
        "http://10.1.2.3:81/mcp",
        /policy does not let it call http:\/\/10\.1\.2\.3:81\/mcp\. Add 10\.1\.2\.3 to LANGFLOW_SSRF/,
      ],
      [elsewhere, /something else than this server answered \(HTTP 502\)/],
    ];
    let at = 0;
    const endpoint = () => ({ url: cases[at]?.[0] ?? "", token: newToken(), owner: true });
    const test = await startLink("orchard-unreached", quick, { endpoint });
    try {
      for (at = 0; at < cases.length; at++) {
        const { state, registration } = await test.link.connect({ url: langflow.url, signal });
        assert.deepEqual([state, registration?.state], ["connected", "unreachable"]);
        assert.match(registration?.problem ?? "", cases[at]?.[1] ?? /^$/);
      }
    } finally {
      await test.close();
      bakery.close();
    }
  });

  it("says that Langflow is gone, comes back with it, and says that the flows of an emptied one are only here", async () => {
    await mkdir(path.join(workspace.folder, "flows"), { recursive: true });
    const synced = createSyncStore(path.join(scratch, "synced"));
    const folder = createFlowFolder(await openWorkspace([workspace.folder]));
    const test = await startLink("orchard-faults", quick, { folder, synced });
    const states = async () => (await test.flowFiles.status({ dir: "flows", signal })).flows;
    const writing = { dir: "flows", overwrite: false, signal, progress: () => undefined };
    try {
      const { registration } = await test.link.connect({ url: langflow.url, signal });
      const name = registration?.name ?? "";
      const body = { name: "Basket", data: { nodes: [], edges: [] } };
      const { id } = (await ask("POST", "/api/v1/flows/", body)) as { id: string };
      await test.flowFiles.pull([id], { ...writing, merge: false });
      const analysis = await test.flows.push("workspace-analysis", { overwrite: false, signal });
      const stateOf = async (flow: string) => (await states()).find((each) => each.id === flow)?.state;
      assert.equal(await stateOf(id), "same");

      await langflow.stop();
      const gone = await test.until(({ state }) => state === "failed");
      assert.match(gone.problem?.message ?? "", /^Nothing answers at http:\/\/127\.0\.0\.1:\d+\.$/);
      assert.match(gone.problem?.remedy ?? "", /Start Langflow/);
      langflow = await start("first");
      const back = await test.until(({ state }) => state === "connected", 30_000);
      assert.equal(back.problem, undefined);
      assert.equal(back.registration?.state, "verified");
      assert.ok((await flowIds()).includes(id));
      assert.equal(await stateOf(id), "same");

      const oldKey = path.join(scratch, "old-key");
      await writeFile(oldKey, langflow.apiKey);
      await langflow.stop();
      await test.until(({ state }) => state === "failed");
      langflow = await start("second");
      assert.deepEqual(await flowIds(), []);
      await test.until((now) => now.state === "connected" && now.registration?.state === "verified", 30_000);
      assert.ok(((await found(name))?.toolsCount ?? 0) > 0);
      assert.equal(await stateOf(id), "onlyHere");
      assert.deepEqual(await test.flows.list(signal), []);
      await assert.rejects(test.runs.start("workspace-analysis", { signal, progress: () => undefined }), {
        message: 'Langflow has no flow "workspace-analysis".',
        remedy: /^Push the template first/,
      });
      const withOldKey = await runCli(["flow", "list", "--url", langflow.url, "--key-file", oldKey]);
      assert.match(withOldKey.stderr, /refused the key .*expired or was revoked\. Create an API key/);
      const pushed = await test.flowFiles.push([], writing);
      assert.deepEqual(
        pushed.map((each) => [each.id, "result" in each ? each.result : undefined]),
        [[id, "created"]],
      );
      assert.deepEqual(await flowIds(), [id]);
      assert.equal(await stateOf(id), "same");
      const again = await test.flows.push("workspace-analysis", { overwrite: false, signal });
      assert.equal(again.result, "created");
      assert.notEqual(again.id, analysis.id);
      assert.deepEqual((await flowIds()).sort(), [id, again.id].sort());
    } finally {
      await test.close();
    }
  });
});
