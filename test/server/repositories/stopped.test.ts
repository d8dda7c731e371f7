import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createMutex } from "../../../src/server/platform/mutex.ts";
import { createRepositories } from "../../../src/server/repositories/repositories.ts";
import { startGitDaemon } from "../../support/gitDaemon.ts";
import type { GitDaemon } from "../../support/gitDaemon.ts";
import { plantRepository, servesParts } from "../../support/plantedRepository.ts";
import type { PlantedRepository } from "../../support/plantedRepository.ts";

describe("A repository whose call was stopped", function () {
  let daemon: GitDaemon;
  let planted: PlantedRepository;
  let data: string;

  beforeEach(async () => {
    daemon = await startGitDaemon();
    planted = plantRepository(path.join(daemon.folder, "pears"));
    servesParts(planted);
    planted.commit({ "a.txt": "a\n", "b.txt": "b\n" }, "one");
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(async () => {
    await daemon.stop();
    await rm(data, { recursive: true, force: true });
  });

  const repositories = () =>
    createRepositories({
      folder: path.join(data, "repositories"),
      mutex: createMutex(path.join(data, "locks")),
      allow: () => Promise.resolve(["-c", "protocol.git.allow=always"]),
      isTaken: () => Promise.resolve(false),
      now: () => new Date(),
    });
  const quiet = () => ({ signal: new AbortController().signal, progress: () => undefined });
  const copy = (...parts: string[]) => path.join(data, "repositories/pears/files", ...parts);

  it("is not read while it has files of two commits, and is whole after the next call", async () => {
    const ours = repositories();
    await ours.ingest({ url: daemon.url("pears"), ...quiet() });
    planted.commit({ "a.txt": "new\n", "b.txt": "new\n" }, "two");
    const stop = new AbortController();
    const progress = ({ message }: { message: string }) => void (message === "Checking out" && stop.abort());
    await assert.rejects(ours.refresh("pears", { signal: stop.signal, progress }), { code: "CANCELLED" });
    await assert.rejects(ours.folderOf("@pears"), { code: "NOT_READY" });
    assert.equal((await ours.refresh("pears", quiet())).state, "ready");
    assert.equal(await ours.folderOf("@pears"), copy());
    for (const name of ["a.txt", "b.txt"]) assert.equal(await readFile(copy(name), "utf8"), "new\n");
  });

  it("has the locks and halves of packs that a killed git left removed", async () => {
    const ours = repositories();
    await ours.ingest({ url: daemon.url("pears"), ...quiet() });
    planted.commit({ "c.txt": "c\n" }, "two");
    const left = ["index.lock", "shallow.lock", "config.lock", "HEAD.lock", "refs/lfc/current.lock"];
    for (const name of [...left, "objects/pack/tmp_pack_x", "objects/pack/pack-x.pack"]) {
      writeFileSync(copy(".git", name), "");
      utimesSync(copy(".git", name), new Date(0), new Date(0));
    }
    const began = performance.now();
    assert.equal((await ours.refresh("pears", quiet())).files, 3);
    assert.ok(performance.now() - began < 10_000);
    const names = await readdir(copy(".git"), { recursive: true });
    assert.deepEqual(
      names.filter((name) => /\.lock$|tmp_|pack-x/.test(name)),
      [],
    );
  });

  it("is gone when its removal was killed, with the next removal", async () => {
    const ours = repositories();
    await ours.ingest({ url: daemon.url("pears"), ...quiet() });
    mkdirSync(path.join(data, "repositories/.plums-1/files"), { recursive: true });
    const facts = { name: "@plums", url: "git://x/plums", state: "ready" };
    writeFileSync(path.join(data, "repositories/.plums-1/repository.json"), JSON.stringify(facts));
    assert.deepEqual(
      (await ours.list()).map(({ name }) => name),
      ["@pears"],
    );
    await ours.remove("pears", quiet().signal);
    assert.deepEqual(await readdir(data), ["locks"]);
  });
});
