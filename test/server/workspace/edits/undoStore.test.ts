import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createUndoStore } from "../../../../src/server/workspace/edits/undoStore.ts";

const day = 24 * 60 * 60_000;

describe("the undo store", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-undo-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const store = () => createUndoStore(folder);

  async function keep(id: string, bytes: number, ageMs: number): Promise<void> {
    const before = { bytes: Buffer.alloc(bytes, 0x61), mode: 0o640 };
    await store().keep(id, { title: id, transitions: [{ path: `/w/${id}`, before }], madeFolders: [] });
    const then = new Date(Date.now() - ageMs);
    await utimes(path.join(folder, id), then, then);
  }

  it("gives back what was kept, readable by this user only", async () => {
    await keep("u1", 5, 0);
    const record = await store().read("u1");
    assert.deepEqual(record.files, [{ path: "/w/u1", before: { bytes: Buffer.from("aaaaa"), mode: 0o640 } }]);
    assert.equal((await stat(path.join(folder, "u1"))).mode & 0o777, 0o700);
    assert.equal((await stat(path.join(folder, "u1", "0"))).mode & 0o777, 0o600);
  });

  it("keeps changes for 7 days", async () => {
    await keep("old", 5, 7 * day + 60_000);
    await keep("young", 5, 7 * day - 60_000);
    await store().prune();
    assert.deepEqual(await readdir(folder), ["young"]);
  });

  it("keeps the newest, whatever its size", async () => {
    await keep("small", 5, day);
    await keep("large", 201 * 1024 * 1024, 0);
    await store().prune();
    assert.deepEqual(await readdir(folder), ["large"]);
  });

  it("drops the oldest beyond 200 MB", async () => {
    const part = 70 * 1024 * 1024;
    await keep("first", part, 3 * day);
    await keep("second", part, 2 * day);
    await keep("third", part, day);
    await store().prune();
    assert.deepEqual((await readdir(folder)).sort(), ["second", "third"]);
  });

  it("looks at each kept change once, so that thousands of them slow no later change", async function () {
    const one = store();
    for (let index = 0; index < 1000; index++) {
      await one.keep(`u${index}`, { title: "", transitions: [{ path: "/w/a" }], madeFolders: [] });
    }
    const timed = async () => {
      const start = performance.now();
      await one.prune();
      return performance.now() - start;
    };
    const first = await timed();
    const again = Math.min(await timed(), await timed(), await timed());
    assert.ok(again < first / 5, `${again} of ${first} ms`);
  });

  it("drops what another server kept meanwhile, and does not count what it took away", async () => {
    const one = store();
    const part = 110 * 1024 * 1024;
    await keep("first", part, 2 * day);
    await one.prune();
    await store().remove("first");
    await keep("second", part, day);
    await one.prune();
    assert.deepEqual(await readdir(folder), ["second"]);
    await keep("third", part, 0);
    await one.prune();
    assert.deepEqual(await readdir(folder), ["third"]);
  });
});
