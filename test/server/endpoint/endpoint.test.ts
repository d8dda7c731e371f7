import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runCli } from "../../support/cli.ts";
import { freePort } from "../../support/freePort.ts";
import { startServer } from "../../support/server.ts";
import type { RunningServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

interface Entry {
  readonly pid: number;
  readonly owner: boolean;
}

describe("The endpoint of a folder", function () {
  let workspace: ScratchWorkspace;
  let data: string;
  const running: RunningServer[] = [];

  before(async () => {
    workspace = await scratchWorkspace({ "plum.txt": "plum\n" });
  });
  after(() => workspace.remove());
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
    await rm(data, { recursive: true, force: true });
  });

  async function start(...args: readonly string[]): Promise<RunningServer> {
    const server = await startServer({ folders: [workspace.folder], data, args });
    running.push(server);
    return server;
  }
  async function entries(): Promise<readonly Entry[]> {
    const folder = path.join(data, "endpoints");
    const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
    return Promise.all(names.map(async (name) => JSON.parse(await readFile(path.join(folder, name), "utf8")) as Entry));
  }
  const owners = async () => (await entries()).filter(({ owner }) => owner).map(({ pid }) => pid);
  async function within(seconds: number, what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(100)) {
      if (await holds()) return;
    }
    assert.fail(`not within ${String(seconds)} s: ${what}`);
  }
  async function statusOf(server: RunningServer, token: string): Promise<number> {
    const answer = await fetch(new URL("/metrics", server.url), { headers: { authorization: `Bearer ${token}` } });
    return answer.status;
  }

  it("has one owner when several servers start at the same moment", async () => {
    await Promise.all([start(), start(), start()]);
    await within(15, "there is one owner", async () => (await owners()).length === 1);
    const [owner] = await owners();
    await sleep(6_000);
    assert.deepEqual(await owners(), [owner]);
  });

  it("is taken over by a server that was given a port of its own, which it keeps", async () => {
    const first = await start();
    const port = String(await freePort());
    const second = await start("--port", port);
    assert.deepEqual(await owners(), [first.pid]);
    await first.stop();
    await within(15, "the second one is the owner", async () => (await owners()).join() === String(second.pid));
    assert.equal(new URL(second.url).port, port);
    assert.equal(await statusOf(second, second.token), 200);
  });

  it("refuses the old token in every process once one of them has made a new one", async () => {
    const [first, second] = [await start(), await start()];
    const fresh = `lfc_${"n".repeat(43)}`;
    await writeFile(first.tokenFile, `${fresh}\n`);
    for (const server of [first, second]) {
      assert.deepEqual([await statusOf(server, server.token), await statusOf(server, fresh)], [401, 200]);
    }
  });

  it("leaves the folder of a --token-file as it is, and a file that holds something else", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lfc-token-"));
    await chmod(folder, 0o755);
    const server = await start("--token-file", path.join(folder, "token"));
    assert.equal(await statusOf(server, server.token), 200);
    assert.equal((await stat(folder)).mode & 0o777, 0o755);
    assert.equal((await stat(server.tokenFile)).mode & 0o777, 0o600);

    const foreign = path.join(folder, "notes.txt");
    await writeFile(foreign, "my notes\n");
    const at = ["--workspace", workspace.folder, "--data", data];
    const { code, stderr } = await runCli(["serve", "--token-file", foreign, ...at]);
    assert.equal(code, 1);
    assert.match(stderr, /does not contain a token.*Name another file/);
    assert.equal(await readFile(foreign, "utf8"), "my notes\n");
    await rm(folder, { recursive: true });
  });

  it("is reached at an IPv6 address, and by the other commands too", async () => {
    const server = await start("--host", "::1");
    assert.match(server.url, /^http:\/\/\[::1\]:\d+\/mcp$/);
    assert.equal(await statusOf(server, server.token), 200);
    const { code, stderr } = await runCli([
      ...["call", "read_file", '{"path":"plum.txt"}'],
      ...["--workspace", workspace.folder, "--data", data],
    ]);
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("is advertised by a whole address only", async () => {
    for (const address of ["192.168.1.5:8080", "localhost:8080", "ftp://host/"]) {
      const { code, stderr } = await runCli(["serve", "--workspace", workspace.folder, "--data", data], {
        LFC_ADVERTISED_URL: address,
      });
      assert.equal(code, 2, address);
      assert.match(stderr, /LFC_ADVERTISED_URL must be an address such as http:/);
    }
  });
});
