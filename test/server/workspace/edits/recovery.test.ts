import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLogger } from "../../../../src/server/platform/logger.ts";
import { etagOf } from "../../../../src/server/workspace/texts/documents.ts";
import { createJournal } from "../../../../src/server/workspace/edits/journal.ts";
import { openEdits } from "../../../../src/server/workspace/edits/openEdits.ts";
import { rootsHash } from "../../../../src/server/workspace/paths/roots.ts";
import { openWorkspace } from "../../../../src/server/workspace/workspace.ts";
import { filesBelow } from "../../../support/edits.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";

describe("recovery", () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  /** What a server over one folder leaves when it is killed between "committed" and the first rename. */
  async function cutOff(folder: string, owner: { pid: number; started: string }): Promise<void> {
    const { roots } = await openWorkspace([folder]);
    await writeFile(path.join(folder, ".lfc-u1-0.tmp"), "new\n");
    const journal = createJournal(path.join(data, "journal", rootsHash(roots)), () => Promise.resolve(owner));
    await journal.write({
      id: "u1",
      state: "committed",
      steps: [
        {
          path: path.join(folder, "a.txt"),
          temporary: ".lfc-u1-0.tmp",
          before: etagOf("old\n"),
          after: etagOf("new\n"),
        },
      ],
      madeFolders: [],
      emptyFolders: [],
    });
  }

  async function open(folders: readonly string[]): Promise<void> {
    const workspace = await openWorkspace(folders);
    await openEdits({ workspace, data, log: createLogger(() => undefined), policy: () => "auto" });
  }

  it("ends what was begun when the folder was open alone, now that it is open with others", async () => {
    const [one, other] = [
      await scratchWorkspace({ "a.txt": "old\n" }, { git: false }),
      await scratchWorkspace({}, { git: false }),
    ];
    await cutOff(one.folder, { pid: 2 ** 30, started: "1" });
    await open([other.folder]);
    assert.equal(await readFile(path.join(one.folder, "a.txt"), "utf8"), "old\n", "not its folder");
    await open([other.folder, one.folder]);
    assert.equal(await readFile(path.join(one.folder, "a.txt"), "utf8"), "new\n");
    assert.deepEqual(await filesBelow(one.folder), [path.join(one.folder, "a.txt")]);
    assert.deepEqual(await filesBelow(path.join(data, "journal")), []);
    await one.remove();
    await other.remove();
  });

  it("leaves what a living server does alone", async () => {
    const one = await scratchWorkspace({ "a.txt": "old\n" }, { git: false });
    const stat = await readFile("/proc/self/stat", "utf8");
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    await cutOff(one.folder, { pid: process.pid, started });
    await open([one.folder]);
    assert.equal(await readFile(path.join(one.folder, "a.txt"), "utf8"), "old\n");
    await one.remove();
  });

  it("starts although another server removes its journal entry at that moment", async () => {
    const one = await scratchWorkspace({}, { git: false });
    const { roots } = await openWorkspace([one.folder]);
    const journal = path.join(data, "journal", rootsHash(roots));
    await mkdir(journal, { recursive: true });
    // Listed, but gone when it is read.
    await symlink("gone.json", path.join(journal, "u2.json"));
    await open([one.folder]);
    await one.remove();
  });
});
