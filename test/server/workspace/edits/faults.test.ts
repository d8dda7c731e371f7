import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ToolError } from "../../../../src/server/platform/errors.ts";
import type { FileChange } from "../../../../src/server/workspace/edits/changes.ts";
import { createDiskTarget } from "../../../../src/server/workspace/edits/diskTarget.ts";
import { realDisk } from "../../../../src/server/workspace/edits/disk.ts";
import type { Disk } from "../../../../src/server/workspace/edits/disk.ts";
import { createEdits } from "../../../../src/server/workspace/edits/editService.ts";
import type { Edits } from "../../../../src/server/workspace/edits/edits.ts";
import { createJournal } from "../../../../src/server/workspace/edits/journal.ts";
import type { Journal } from "../../../../src/server/workspace/edits/journal.ts";
import { recover } from "../../../../src/server/workspace/edits/recovery.ts";
import { createUndoStore } from "../../../../src/server/workspace/edits/undoStore.ts";
import type { UndoStore } from "../../../../src/server/workspace/edits/undoStore.ts";
import { applyOptions, editBench, filesBelow, treeOf } from "../../../support/edits.ts";
import type { EditBench } from "../../../support/edits.ts";

const start = { "a.ts": "a\n", "b.ts": "b\n", "old/c.ts": "c\n", "d.ts": "d\n" };
let wanted: string;

before(async () => {
  const bench = await editBench(start, { git: false });
  const calls = counter(1, "never", "");
  assert.equal(await apply(bench, editsOver(bench, calls).edits, calls), "done");
  wanted = treeOf(bench.folder);
  for (const file of ["./new/deep/e.ts", "./c.ts"]) assert.ok(wanted.includes(file));
  for (const file of ["./d.ts", "./old"]) assert.ok(!wanted.includes(file));
  await bench.remove();
});

function onWarning(event: string, error: unknown): void {
  throw new Error(event, { cause: error });
}

/** A folder that a move left empty may stay when removing it fails: the change itself is whole. */
function withoutOld(tree: string): string {
  return tree.replace(/^.* \.\/old .*\n/m, "");
}

/** No process has this number. */
const gone = () => Promise.resolve({ pid: 2 ** 30, started: "1" });

describe("a change that the disk fails in the middle", function () {
  this.timeout(90_000);
  it("leaves the tree before or after, says so, and the next call works", async () => {
    let failures = 0;
    for (let failing = 1; ; failing++) {
      const bench = await editBench(start, { git: false });
      const calls = counter(failing, "once", "ENOSPC");
      const { edits } = editsOver(bench, calls);
      const before = treeOf(bench.folder);
      const outcome = await apply(bench, edits, calls);
      if (calls.seen() < failing) {
        await bench.remove();
        break;
      }
      failures++;
      const tree = treeOf(bench.folder);
      if (outcome === "done") assert.equal(withoutOld(tree), withoutOld(wanted), `call ${failing}`);
      else assert.deepEqual([outcome, tree], ["NOT_READY", before], `call ${failing}`);
      assert.deepEqual(await leftovers(bench), [], `call ${failing}`);
      if (outcome !== "done") assert.equal(await apply(bench, edits, calls), "done");
      await bench.remove();
    }
    assert.ok(failures > 20, `${failures} calls failed`);
  });
});

describe("a change whose folder is deleted while it is made", () => {
  it("is refused, and the next one makes the folder anew", async () => {
    const bench = await editBench(start, { git: false });
    let deleted = false;
    const real: Disk = {
      ...realDisk,
      async writeNew(folder, ...rest) {
        if (!deleted) rmSync(folder.path, { recursive: true });
        deleted = true;
        return realDisk.writeNew(folder, ...rest);
      },
    };
    const { edits } = editsOver(bench, counter(1, "never", ""), { real });
    const add = async () => {
      const changes: FileChange[] = [{ kind: "create", path: bench.at("new/deep/e.ts"), text: "e\n" }];
      return edits.apply(await edits.plan("Test", changes), applyOptions);
    };
    await assert.rejects(add, { code: "NOT_READY", message: /no longer exists; nothing was changed/ });
    assert.deepEqual(await leftovers(bench), []);
    await add();
    assert.equal(readFileSync(bench.at("new/deep/e.ts"), "utf8"), "e\n");
    await bench.remove();
  });
});

describe("a change that is cut off at any call", function () {
  this.timeout(90_000);
  it("is before or after once the next server has started, with nothing left", async () => {
    const outcomes = { before: 0, after: 0 };
    for (let last = 1; ; last++) {
      const bench = await editBench(start, { git: false });
      const calls = counter(last, "all", "EIO");
      const { edits, journal } = editsOver(bench, calls);
      const before = treeOf(bench.folder);
      await apply(bench, edits, calls);
      calls.stop();
      const cut = calls.seen() >= last;
      await recover({
        disk: realDisk,
        journal,
        undoStore: undoStoreOf(bench),
        roots: bench.workspace.roots,
        onWarning,
      });
      const tree = treeOf(bench.folder);
      if (tree !== before) assert.equal(tree, wanted, `call ${last}`);
      outcomes[tree === before ? "before" : "after"]++;
      assert.deepEqual(await leftovers(bench), [], `call ${last}`);
      await bench.remove();
      if (!cut) break;
    }
    assert.ok(outcomes.before > 5 && outcomes.after > 5, JSON.stringify(outcomes));
  });

  it("leaves the work of a server that still runs alone", async () => {
    const bench = await editBench(start, { git: false });
    const calls = counter(1, "never", "EIO");
    const owner = () => Promise.resolve({ pid: process.ppid, started: "" });
    const { journal } = editsOver(bench, calls, { owner });
    assert.deepEqual(await journal.abandoned(), []);
    await bench.remove();
  });
});

describe("a change that fails in the middle on a disk that cannot take it back either", function () {
  this.timeout(90_000);
  const renames = 3;

  /** The last of the renames fails, and from the `after`-th call behind it all do, until the disk is mended. */
  function failing(after: number) {
    const state = { broken: true, seen: 0, failed: false };
    const calls: Counter = {
      start: () => undefined,
      stop: () => (state.broken = false),
      seen: () => state.seen,
      call(name) {
        if (!state.broken) return;
        if (state.failed) {
          if (++state.seen >= after) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        } else if (name === "rename" && ++state.seen === renames) {
          state.failed = true;
          state.seen = 0;
          throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        }
      },
    };
    return calls;
  }

  it("keeps what the files held, says so, and is ended by undo_edits once the disk works", async () => {
    const outcomes: string[] = [];
    for (let after = 1; ; after++) {
      const bench = await editBench(start, { git: false });
      const calls = failing(after);
      const { edits } = editsOver(bench, calls);
      const before = treeOf(bench.folder);
      const outcome = await attempt(bench, edits);
      const cut = calls.seen() >= after;
      calls.stop();
      if (outcome instanceof ToolError && typeof outcome.details["undoId"] === "string") {
        await edits.undo(outcome.details["undoId"], applyOptions);
        outcomes.push("undone");
      }
      assert.ok(outcome instanceof ToolError && outcome.code === "NOT_READY", `call ${after}`);
      assert.equal(treeOf(bench.folder), before, `call ${after}`);
      assert.equal(await attempt(bench, edits), undefined, "the next change works");
      assert.deepEqual(await leftovers(bench), [], `call ${after}`);
      await bench.remove();
      if (!cut) break;
    }
    assert.ok(outcomes.length > 5, outcomes.join());
  });

  it("is before or after once the next server has started, when the server is killed while taking it back", async () => {
    for (let after = 1; ; after++) {
      const bench = await editBench(start, { git: false });
      const calls = failing(after);
      const { edits, journal } = editsOver(bench, calls);
      const before = treeOf(bench.folder);
      await attempt(bench, edits);
      const cut = calls.seen() >= after;
      calls.stop();
      const undoStore = undoStoreOf(bench);
      await recover({ disk: realDisk, journal, undoStore, roots: bench.workspace.roots, onWarning });
      const tree = treeOf(bench.folder);
      if (tree !== before) assert.equal(tree, wanted, `call ${after}`);
      assert.deepEqual(await leftovers(bench), [], `call ${after}`);
      await bench.remove();
      if (!cut) break;
    }
  });
});

function undoStoreOf(bench: EditBench): UndoStore {
  return createUndoStore(path.join(bench.data, "undo"));
}

function editsOver(
  bench: EditBench,
  calls: Counter,
  { owner = gone, real = realDisk } = {},
): { edits: Edits; journal: Journal } {
  const folder = path.join(bench.data, "journal");
  const journal = counted(createJournal(folder, owner), calls);
  const disk = counted(real, calls);
  const { workspace } = bench;
  const edits = createEdits({
    workspace,
    disk,
    target: createDiskTarget({ disk, journal, onWarning: () => undefined }),
    undoStore: undoStoreOf(bench),
    isProtected: () => false,
    policy: () => "auto",
    now: () => new Date(),
    onWarning,
  });
  return { edits, journal: createJournal(folder, owner) };
}

async function apply(bench: EditBench, edits: Edits, calls: Counter): Promise<string> {
  const failure = await attempt(bench, edits, () => calls.start());
  if (failure === undefined) return "done";
  return failure instanceof ToolError ? failure.code : String(failure);
}

/** What the change fails with; undefined when it is made. */
async function attempt(bench: EditBench, edits: Edits, planned?: () => void): Promise<unknown> {
  const changes: FileChange[] = [
    { kind: "edit", path: bench.at("a.ts"), edits: [{ start: 0, end: 1, newText: "A" }] },
    { kind: "create", path: bench.at("new/deep/e.ts"), text: "e\n" },
    { kind: "rename", path: bench.at("old/c.ts"), to: bench.at("c.ts"), edits: [] },
    { kind: "delete", path: bench.at("d.ts") },
  ];
  try {
    const plan = await edits.plan("Test", changes);
    planned?.();
    await edits.apply(plan, applyOptions);
    return undefined;
  } catch (error) {
    return error;
  }
}

async function leftovers(bench: EditBench): Promise<string[]> {
  const journal = await filesBelow(path.join(bench.data, "journal"));
  return [...journal, ...(await filesBelow(bench.folder)).filter((file) => file.includes(".lfc-"))];
}

interface Counter {
  start(): void;
  stop(): void;
  seen(): number;
  /** Throws when this call is one that fails. */
  call(name: string): void;
}

/** Fails the n-th call only, or that one and all after it, as a killed process would. */
function counter(n: number, which: "once" | "all" | "never", code: string): Counter {
  let counting = false;
  let seen = 0;
  return {
    start: () => (counting = true),
    stop: () => (counting = false),
    seen: () => seen,
    call() {
      if (!counting) return;
      seen++;
      if (which === "never" || seen < n || (which === "once" && seen > n)) return;
      throw Object.assign(new Error(code), { code });
    },
  };
}

function counted<T extends Disk | Journal>(service: T, calls: Counter): T {
  const wrapped = Object.entries(service).map(([name, method]) => [
    name,
    async (...args: unknown[]): Promise<unknown> => {
      // A handle can be closed whatever the disk says, and a test must not run out of them.
      if (name !== "close") calls.call(name);
      return (method as (...args: unknown[]) => Promise<unknown>)(...args);
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
