import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { cloneLimits } from "../../../src/server/repositories/clone.ts";
import type { CloneLimits } from "../../../src/server/repositories/gitRun.ts";
import { createRepositories } from "../../../src/server/repositories/repositories.ts";
import { createMutex } from "../../../src/server/platform/mutex.ts";
import { startGitDaemon } from "../../support/gitDaemon.ts";
import type { GitDaemon } from "../../support/gitDaemon.ts";
import { fastImport, importedCommit, plantRepository, servesParts } from "../../support/plantedRepository.ts";

describe("A repository beyond a limit", function () {
  this.timeout(120_000);
  let daemon: GitDaemon;
  let data: string;

  before(async () => {
    daemon = await startGitDaemon();
    const files = Array.from({ length: 300 }, (_, at) => [`f${at}.txt`, randomText(4_000)] as const);
    for (const name of ["parts", "whole"]) {
      const planted = plantRepository(path.join(daemon.folder, name));
      if (name === "parts") servesParts(planted);
      fastImport(planted, importedCommit("one", files));
    }
  });
  after(() => daemon.stop());
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  function repositories(limits: Partial<CloneLimits>) {
    return createRepositories({
      folder: path.join(data, "repositories"),
      mutex: createMutex(path.join(data, "locks")),
      allow: () => Promise.resolve(["-c", "protocol.git.allow=always"]),
      isTaken: () => Promise.resolve(false),
      limits: { ...cloneLimits, ...limits },
      now: () => new Date(),
    });
  }

  const quiet = () => ({ signal: new AbortController().signal, progress: () => undefined });
  const left = async () =>
    (await readdir(data, { recursive: true })).filter((name) => !["locks", "repositories"].includes(name));

  for (const [limit, value, said] of [
    ["files", 299, "It has 300 files; the limit is 299."],
    ["packBytes", 100_000, "It is larger than 1 MB, which is the limit."],
    ["fileBytes", 1_000_000, "Its files have 2 MB; the limit is 1 MB."],
  ] as const) {
    for (const name of ["parts", "whole"]) {
      it(`is refused with the limit of ${limit}, and leaves nothing behind (${name})`, async () => {
        const url = daemon.url(name);
        const refused = repositories({ [limit]: value }).ingest({ url, ...quiet() });
        await assert.rejects(refused, { code: "TOO_LARGE", message: said });
        assert.deepEqual(await left(), []);
        assert.deepEqual(await repositories({}).list(), []);
      });
    }
  }

  it("is refused with the limit of time, and leaves nothing behind", async () => {
    // Takes the connection, and never says a word.
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    assert.ok(address !== null && typeof address === "object");
    const url = `git://127.0.0.1:${String(address.port)}/r`;
    const began = performance.now();
    await assert.rejects(repositories({ totalMs: 1_000 }).ingest({ url, ...quiet() }), {
      code: "TOO_LARGE",
      message: "It takes longer than 1 seconds, which is the limit.",
    });
    assert.ok(performance.now() - began < 5_000);
    assert.deepEqual(await left(), []);
    silent.close();
  });

  it("keeps the copy that was there before a refresh that is beyond the limit", async () => {
    const planted = plantRepository(path.join(daemon.folder, "grows"));
    servesParts(planted);
    const first = planted.commit({ "a.txt": "a\n" }, "one");
    const url = daemon.url("grows");
    await repositories({}).ingest({ url, ...quiet() });
    const files = path.join(data, "repositories/grows/files");
    const packs = path.join(files, ".git/objects/pack");
    const before = (await readdir(packs)).sort();
    planted.commit({ "a.txt": "b\n", "b.bin": randomText(3_000_000) }, "two");
    for (const limits of [{ packBytes: 1_000_000 }, { fileBytes: 1_000_000 }, { files: 1 }]) {
      await assert.rejects(repositories(limits).refresh("grows", quiet()), { code: "TOO_LARGE" });
      const [kept] = await repositories({}).list();
      assert.deepEqual([kept?.state, kept?.commit], ["ready", first]);
      assert.equal(await readFile(path.join(files, "a.txt"), "utf8"), "a\n");
      assert.deepEqual((await readdir(packs)).sort(), before);
    }
    assert.equal((await repositories({}).refresh("grows", quiet())).files, 2);
  });

  it("has its limit counted for each refresh, and old commits do not pile up", async () => {
    const planted = plantRepository(path.join(daemon.folder, "often"));
    servesParts(planted);
    planted.commit({ "a.txt": "0\n" }, "0");
    const ours = repositories({ packBytes: 200_000 });
    await ours.ingest({ url: daemon.url("often"), ...quiet() });
    const packs = path.join(data, "repositories/often/files/.git/objects/pack");
    for (let turn = 1; turn <= 30; turn++) {
      planted.commit({ "a.txt": randomText(20_000) }, String(turn));
      await ours.refresh("often", quiet());
      const names = (await readdir(packs)).filter((name) => name.endsWith(".pack"));
      assert.ok(names.length <= 50, `${names.length} packs`);
    }
    assert.equal((await ours.refresh("often", quiet())).changed, false);
  });
});

/** Text that no compression makes much smaller. */
function randomText(length: number): string {
  return Array.from({ length: Math.ceil(length / 10) }, () => Math.random().toString(36).slice(2, 12)).join("");
}
