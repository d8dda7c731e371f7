import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BroughtRepository, IngestedRepository } from "../../../src/protocol/repositories.ts";
import { runCli } from "../../support/cli.ts";
import { startGitDaemon } from "../../support/gitDaemon.ts";
import type { GitDaemon } from "../../support/gitDaemon.ts";
import { fastImport, importedCommit, plantRepository, servesParts } from "../../support/plantedRepository.ts";
import { serverMain, startServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

describe("The command ingest", function () {
  this.timeout(60_000);
  let daemon: GitDaemon;
  let workspace: ScratchWorkspace;
  let data: string;
  let head: string;
  const at = () => ["--workspace", workspace.folder, "--data", data];
  const allowed = () => ({ LFC_EGRESS_ALLOWED_HOSTS: daemon.host });
  const ingest = (...args: string[]) => runCli(["ingest", ...args, ...at()], allowed());

  before(async () => {
    daemon = await startGitDaemon();
  });
  after(() => daemon.stop());
  beforeEach(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    const pears = plantRepository(path.join(daemon.folder, "pears"));
    servesParts(pears);
    head = pears.commit({ "a.txt": "a\n", "b.txt": "b\n" }, "one");
    pears.git("tag", "v1");
  });
  afterEach(async () => {
    await workspace.remove();
    await rm(data, { recursive: true, force: true });
    await rm(path.join(daemon.folder, "pears"), { recursive: true });
  });

  async function bringsListsRefreshesAndRemoves() {
    assert.deepEqual(await ingest("list"), { code: 0, stdout: "No repositories.\n", stderr: "" });
    const url = daemon.url("pears");
    const brought = await ingest(url, "--ref", "v1");
    assert.match(brought.stdout, /^Brought: @pears {2}git:\S+, v1 at [0-9a-f]{10}, 2 files, 4 B, \d{4}-\S+Z\n$/);
    assert.match(brought.stderr, /^Receiving the list of files$/m);
    assert.match(brought.stderr, /^Checking out: 2 of 2$/m);
    const [listed] = IngestedRepository.array().parse(JSON.parse((await ingest("list", "--json")).stdout));
    assert.deepEqual([listed?.name, listed?.commit, listed?.state], ["@pears", head, "ready"]);
    const same = await ingest("refresh", "pears");
    assert.match(same.stdout, /^Up to date: @pears /);
    const next = plantRepository(path.join(daemon.folder, "pears")).commit({ "c.txt": "c\n" }, "two");
    const refreshed = await ingest("refresh", "@pears", "--ref", "main", "--json");
    const { changed, commit, files } = BroughtRepository.parse(JSON.parse(refreshed.stdout));
    assert.deepEqual([changed, commit, files], [true, next, 3]);
    assert.equal((await ingest("remove", "pears")).stdout, "Removed: @pears\n");
    assert.equal((await ingest("list")).stdout, "No repositories.\n");
    assert.deepEqual(await readdir(path.join(data, "repositories")), []);
  }
  it("brings, lists, refreshes and removes without a server", bringsListsRefreshesAndRemoves);

  it("does the same through the running server", async () => {
    const server = await startServer({ folders: [workspace.folder], data, env: allowed() });
    try {
      await bringsListsRefreshesAndRemoves();
    } finally {
      await server.stop();
    }
  });

  for (const where of ["in its own process", "through the running server"]) {
    it(`stops at Ctrl+C and goes on where it was, ${where}`, async () => {
      const large = plantRepository(path.join(daemon.folder, "large"));
      servesParts(large);
      const files = Array.from({ length: 8_000 }, (_, file) => [`f/${file % 90}/${file}.txt`, `${file}\n`] as const);
      fastImport(large, importedCommit("one", files));
      const server =
        where === "in its own process"
          ? undefined
          : await startServer({ folders: [workspace.folder], data, env: allowed() });
      try {
        const child = spawn(process.execPath, [serverMain, "ingest", daemon.url("large"), ...at()], {
          stdio: ["ignore", "ignore", "pipe"],
          env: { ...process.env, ...allowed() },
        });
        let said = "";
        let isStopped = false;
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          said += text;
          if (isStopped || !said.includes("Receiving files: 3,000 of 8,000")) return;
          isStopped = true;
          child.kill("SIGINT");
        });
        assert.deepEqual(await once(child, "close"), [1, null], said);
        assert.match(said, /Stopped: the same command goes on where it was\.\n$/);
        const [stopped] = IngestedRepository.array().parse(JSON.parse((await ingest("list", "--json")).stdout));
        assert.equal(stopped?.state, "incomplete");
        const { stdout, stderr } = await ingest(daemon.url("large"));
        assert.match(stdout, /^Brought: @large .* 8,000 files/);
        const left = Number(/Receiving files: 0 of ([\d,]+)/.exec(stderr)?.[1]?.replace(",", ""));
        assert.ok(left <= 5_000, stderr);
      } finally {
        await server?.stop();
        await rm(large.folder, { recursive: true });
      }
    });
  }

  it("ends with 2 on wrong use and with 1 on what cannot be brought", async () => {
    for (const [args, said] of [
      [[], /^Use: ingest URL/],
      [["remove"], /^Use: ingest URL/],
      [["list", "--ref", "main"], /ingest list has no --ref/],
    ] as const) {
      const { code, stdout, stderr } = await ingest(...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, said);
    }
    for (const [args, said] of [
      [["lst"], /no address of a git repository/],
      [["remove", "none"], /no such repository/],
      [["refresh", "none"], /no such repository/],
      [[daemon.url("none")], /no repository at this address/],
      [["https://localhost/a"], /localhost/],
    ] as const) {
      const { code, stdout, stderr } = await ingest(...args);
      assert.deepEqual([code, stdout], [1, ""], args.join(" "));
      assert.match(stderr, said);
    }
    assert.equal((await ingest("list")).stdout, "No repositories.\n");
  });
});
