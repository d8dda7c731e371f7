import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fails, ok } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import { startGitDaemon } from "../support/gitDaemon.ts";
import type { GitDaemon } from "../support/gitDaemon.ts";
import { ingestMeasures } from "../support/ingestAtSize.ts";
import { largeRepository } from "../support/largeRepository.ts";
import type { PlantedRepository } from "../support/plantedRepository.ts";
import { processesNaming } from "../support/processTime.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const files = 20_000;
/** The symbol of one file, and its neighbour that calls it. */
const symbol = "f777";

// Reads /proc.
(process.platform === "linux" ? describe : describe.skip)("A repository of 20,000 files", function () {
  this.timeout(120_000);
  let daemon: GitDaemon;
  let large: PlantedRepository;
  let workspace: ScratchWorkspace;
  let data: string;
  let server: RunningServer | undefined;

  before(async () => {
    daemon = await startGitDaemon();
    large = largeRepository(path.join(daemon.folder, "large"), files);
    workspace = await scratchWorkspace({ "a.txt": "a\n" });
  });
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(async () => {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
  });
  after(async () => {
    await workspace.remove();
    await daemon.stop();
  });

  async function start() {
    const env = { LFC_EGRESS_ALLOWED_HOSTS: daemon.host };
    server = await startServer({ folders: [workspace.folder], data, env });
    return { server, client: await connect("2026-07-28 http", server, [workspace.folder]) };
  }

  it("answers within a minute of processor time, refreshes by what changed alone, and is gone once removed", async () => {
    const running = await start();
    const { client } = running;
    const { ingest, ask, packs, received, threads, traces } = ingestMeasures(running);
    const before = threads();
    const brought = await ingest(daemon.url("large"));
    assert.equal(brought.answer.files, files);
    const found = await ask("find_symbol", { query: symbol, path: "@large" });
    const [match] = found.answer["symbols"] as { path: string; line: number }[];
    assert.deepEqual([match?.path, match?.line], ["@large/src/part7/f777.ts", 2], JSON.stringify(found.answer));
    const searched = await ask("search_code", { query: `${symbol}()`, path: "@large", limit: 1000 });
    const theirs = large.git("grep", "-cF", `${symbol}()`, "main").split("\n");
    const matches = searched.answer["matches"] as { path: string }[];
    assert.deepEqual(
      matches.map(({ path: at }) => at).sort(),
      theirs.map((line) => `@large/${line.replace(/^main:|:\d+$/g, "")}`).sort(),
    );
    const used = [brought, found, searched].reduce((total, each) => total + each.processorSeconds, 0);
    assert.ok(used < 60, `${used} s of processor`);
    const references = await ok(client, "find_references", { symbol: `@large/src/part7/f777.ts#${symbol}`, wait: 60 });
    assert.equal(references["total"], 3);
    await fails(client, "write_file", { path: "@large/new.ts", content: "x" }, "PROTECTED_PATH");

    const kept = packs("@large");
    const old = large.git("rev-parse", "main");
    large.git("reset", "--hard", "-q");
    large.commit({ "src/part7/f777.ts": "export function f777(): number {\n  return 7;\n}\n" }, "two");
    const refreshed = await ingest(daemon.url("large"));
    const ideal = large.git("rev-list", "--objects", "main", `^${old}`).split("\n").length;
    const { objects, bytes } = received("@large", kept);
    assert.ok(refreshed.answer.changed);
    assert.ok(objects <= ideal + 2, `${objects} objects came, ${ideal} are new`);
    assert.ok(bytes < 20_000, `${bytes} bytes came`);
    const read = await ok(client, "read_file", { path: "@large/src/part7/f777.ts" });
    assert.match(String(read["content"]), /return 7/);

    await ok(client, "ingest_repository", { operation: "remove", name: "@large" });
    await until(() => threads() <= before);
    assert.deepEqual(traces("large"), []);
    assert.deepEqual(await readdir(path.join(data, "repositories")), []);
    const gone = await fails(client, "read_file", { path: "@large/src/part7/f777.ts" }, "NOT_FOUND");
    assert.ok(!JSON.stringify(gone).includes(data));
    await client.close();
  });

  it("goes on after a kill -9 of the server, whose gits end as well", async () => {
    const { client, server: killed } = await start();
    const stopped = client.call(
      "ingest_repository",
      { url: daemon.url("large"), wait: 100 },
      { onprogress: ({ progress }) => void (progress >= 8_000 && killed.kill("SIGKILL")) },
    );
    // Its client would try to connect again for as long as the test runs.
    stopped.catch(() => undefined);
    await until(() => !isAlive(killed.pid), 60_000);
    await client.close().catch(() => undefined);
    for (let waited = 0; processesNaming(data).length > 0; waited += 500) {
      assert.ok(waited < 10_000, processesNaming(data).join("\n"));
      await sleep(500);
    }
    const second = await start();
    const listed = await ok(second.client, "ingest_repository", { operation: "list" });
    assert.deepEqual(
      (listed["repositories"] as { name: string; state: string }[]).map(({ name, state }) => [name, state]),
      [["@large", "incomplete"]],
    );
    const totals: number[] = [];
    const answer = await second.client.call(
      "ingest_repository",
      { url: daemon.url("large"), wait: 100 },
      { onprogress: ({ total }) => void (total !== undefined && totals.push(total)) },
    );
    assert.equal(answer.isError, false, JSON.stringify(answer.value));
    assert.ok((totals[0] ?? files) <= files - 8_000, `${String(totals[0])} files were missing`);
    const [hash = ""] = await readdir(path.join(data, "repositories"));
    const copy = path.join(data, "repositories", hash, "large/files");
    large.git("-C", copy, "fsck", "--connectivity-only");
    assert.equal(large.git("-C", copy, "status", "--porcelain"), "");
    assert.equal(large.git("-C", copy, "rev-parse", "HEAD^{tree}"), large.git("rev-parse", "main^{tree}"));
    await second.client.close();
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
