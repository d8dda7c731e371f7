import assert from "node:assert/strict";
import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import type { FileChange } from "../../../../src/server/workspace/edits/changes.ts";
import { applyOptions, editBench, filesBelow, treeOf } from "../../../support/edits.ts";
import type { EditBench } from "../../../support/edits.ts";

const start = {
  "src/a.ts": "export const a = 1;\n",
  "src/b.ts": "import { a } from './a';\r\nexport const b = a;\r\n",
  "latin1.txt": Buffer.from("caf\xe9\nb\n", "latin1"),
  "utf16.txt": Buffer.from("\uFEFFa\r\nb\n", "utf16le"),
  "old/deep/c.txt": "c\n",
  "bin.dat": Buffer.from([0, 1, 2, 255]),
  "package.json": "{}\n",
};

describe("edits", () => {
  let bench: EditBench;
  beforeEach(async () => {
    bench = await editBench(start);
  });
  afterEach(() => bench.remove());

  async function apply(...changes: FileChange[]) {
    return bench.edits.apply(await bench.edits.plan("Test", changes), applyOptions);
  }

  it("makes all changes of a plan, and undo brings every byte, mode and folder back", async () => {
    await chmod(bench.at("src/a.ts"), 0o754);
    const before = treeOf(bench.folder);
    const { undoId, files } = await apply(
      { kind: "edit", path: bench.at("src/a.ts"), edits: [{ start: 0, end: 6, newText: "EXPORT" }] },
      { kind: "create", path: bench.at("new/folder/d.ts"), text: "d\n" },
      {
        kind: "rename",
        path: bench.at("old/deep/c.txt"),
        to: bench.at("moved/c.txt"),
        edits: [{ start: 0, end: 1, newText: "C" }],
      },
      { kind: "rename", path: bench.at("bin.dat"), to: bench.at("moved/bin.dat"), edits: [] },
      { kind: "delete", path: bench.at("src/b.ts") },
    );
    assert.equal(files.length, 7);
    assert.equal(await readFile(bench.at("src/a.ts"), "utf8"), "EXPORT const a = 1;\n");
    assert.equal((await stat(bench.at("src/a.ts"))).mode & 0o777, 0o754);
    assert.equal(await readFile(bench.at("moved/c.txt"), "utf8"), "C\n");
    assert.deepEqual(await readFile(bench.at("moved/bin.dat")), start["bin.dat"]);
    await assert.rejects(stat(bench.at("src/b.ts")), { code: "ENOENT" });
    await assert.rejects(stat(bench.at("old/deep")), { code: "ENOENT" });
    await bench.edits.undo(undoId, applyOptions);
    assert.equal(treeOf(bench.folder), before);
  });

  it("leaves the bytes outside an edit as they are, whatever the encoding and the line endings", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0))),
          fc.string({ unit: "grapheme" }).map((text) => Buffer.from(`\uFEFF${text}\r\n`, "utf8")),
          fc.string({ unit: "grapheme" }).map((text) => Buffer.from(`\uFEFF${text}\n`, "utf16le")),
        ),
        fc.nat(),
        fc.nat({ max: 10 }),
        async (bytes, from, length) => {
          const file = bench.at("random.txt");
          await writeFile(file, bytes);
          const { text } = await bench.workspace.documents.read(file);
          const edgeAt = from % (text.length + 1);
          const edit = { start: edgeAt, end: Math.min(text.length, edgeAt + length), newText: "ÿ!" };
          if (splitsPair(text, edit.start) || splitsPair(text, edit.end)) return;
          await apply({ kind: "edit", path: file, edits: [edit] });
          const after = await readFile(file);
          const prefix = commonPrefix(bytes, after);
          const suffix = commonPrefix(Buffer.from(bytes).reverse(), Buffer.from(after).reverse());
          // What differs lies within the edited characters: at most 4 bytes each, and the new ones.
          assert.ok(bytes.length - Math.min(bytes.length, prefix + suffix) <= (edit.end - edit.start) * 4);
          assert.ok(after.length - Math.min(after.length, prefix + suffix) <= 4 + 4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps encoding, byte order mark and link", async () => {
    await symlink("latin1.txt", bench.at("link.txt"));
    await apply(
      { kind: "edit", path: bench.at("link.txt"), edits: [{ start: 5, end: 6, newText: "\xfc" }] },
      { kind: "edit", path: bench.at("utf16.txt"), edits: [{ start: 0, end: 1, newText: "é" }] },
    );
    assert.deepEqual(await readFile(bench.at("latin1.txt")), Buffer.from("caf\xe9\n\xfc\n", "latin1"));
    assert.deepEqual(await readFile(bench.at("utf16.txt")), Buffer.from("\uFEFFé\r\nb\n", "utf16le"));
  });

  it("changes nothing when one of the files changed since the plan", async () => {
    const plan = await bench.edits.plan("Test", [
      { kind: "delete", path: bench.at("src/a.ts") },
      { kind: "edit", path: bench.at("src/b.ts"), edits: [{ start: 0, end: 0, newText: "x" }] },
    ]);
    await writeFile(bench.at("src/b.ts"), "other\n");
    const before = treeOf(bench.folder);
    await assert.rejects(bench.edits.apply(plan, applyOptions), { code: "CONFLICT" });
    assert.equal(treeOf(bench.folder), before);
  });

  it("applies a plan once", async () => {
    const plan = await bench.edits.plan("Test", [{ kind: "delete", path: bench.at("src/a.ts") }]);
    assert.equal(bench.edits.find(plan.id).title, "Test");
    await bench.edits.apply(plan, applyOptions);
    await assert.rejects(bench.edits.apply(plan, applyOptions), { code: "NOT_FOUND" });
    assert.throws(() => bench.edits.find(plan.id), { code: "NOT_FOUND" });
  });

  it("does not undo over a later change, and undoes once", async () => {
    const { undoId } = await apply({
      kind: "edit",
      path: bench.at("src/a.ts"),
      edits: [{ start: 0, end: 0, newText: "x" }],
    });
    const ours = await readFile(bench.at("src/a.ts"));
    await writeFile(bench.at("src/a.ts"), "foreign\n");
    await assert.rejects(bench.edits.undo(undoId, applyOptions), { code: "CONFLICT" });
    await writeFile(bench.at("src/a.ts"), ours);
    await bench.edits.undo(undoId, applyOptions);
    assert.equal(await readFile(bench.at("src/a.ts"), "utf8"), start["src/a.ts"]);
    await assert.rejects(bench.edits.undo(undoId, applyOptions), { code: "NOT_FOUND" });
    await assert.rejects(bench.edits.undo("../../etc", applyOptions), { code: "NOT_FOUND" });
  });

  it("brings 50 changes of the same file back one by one", async () => {
    const states: string[] = [];
    const undoIds: string[] = [];
    for (let round = 0; round < 50; round++) {
      const text = await readFile(bench.at("src/a.ts"), "utf8");
      states.push(text);
      const at = (round * 7) % text.length;
      const { undoId } = await apply({
        kind: "edit",
        path: bench.at("src/a.ts"),
        edits: [{ start: at, end: at + 1, newText: `${round}\n` }],
      });
      undoIds.push(undoId);
    }
    for (const undoId of undoIds.reverse()) {
      await bench.edits.undo(undoId, applyOptions);
      assert.equal(await readFile(bench.at("src/a.ts"), "utf8"), states.pop());
    }
  });

  it("refuses protected files in every kind of change, unless they were allowed at start", async () => {
    const target = bench.at("package.json");
    const changes: FileChange[] = [
      { kind: "edit", path: target, edits: [{ start: 0, end: 0, newText: " " }] },
      { kind: "delete", path: target },
      { kind: "rename", path: target, to: bench.at("x.json"), edits: [] },
      { kind: "rename", path: bench.at("src/a.ts"), to: bench.at(".vscode/tasks.json"), edits: [] },
      { kind: "create", path: bench.at(".GIT/hooks/x"), text: "x" },
      { kind: "create", path: bench.at("id_rsa"), text: "x" },
    ];
    const before = treeOf(bench.folder);
    for (const change of changes) {
      const plan = await bench.edits.plan("Test", [change]);
      assert.equal(plan.protectedFiles.length, 1);
      await assert.rejects(bench.edits.apply(plan, applyOptions), { code: "PROTECTED_PATH" });
    }
    assert.equal(treeOf(bench.folder), before);
    const allowing = await editBench(start, { allowProtected: ["package.json"] });
    const plan = await allowing.edits.plan("Test", [{ kind: "delete", path: allowing.at("package.json") }]);
    await allowing.edits.apply(plan, applyOptions);
    await allowing.remove();
  });

  it("refuses a file with credentials in words of its own, unless it was allowed at start", async () => {
    const write = (edits: EditBench["edits"]) => edits.files.write({ path: ".env", content: "A=1\n", overwrite: true });
    await assert.rejects(write(bench.edits), { code: "PROTECTED_PATH", message: /^\.env is a file with credentials/ });
    const allowing = await editBench(start, { allowProtected: [".env", "secrets.json"] });
    await allowing.edits.apply(await write(allowing.edits), applyOptions);
    assert.equal(await readFile(allowing.at(".env"), "utf8"), "A=1\n");
    await assert.rejects(allowing.edits.resolve("other.pem"), { code: "PROTECTED_PATH" });
    await allowing.remove();
  });

  it("leaves no empty folders behind a moved one, and undo brings them back", async () => {
    const before = treeOf(bench.folder);
    const { undoId } = await apply({
      kind: "rename",
      path: bench.at("old/deep/c.txt"),
      to: bench.at("new/deep/c.txt"),
      edits: [],
    });
    await assert.rejects(stat(bench.at("old")), { code: "ENOENT" });
    await bench.edits.undo(undoId, applyOptions);
    assert.equal(treeOf(bench.folder), before);
  });

  it("refuses a text that nobody could read back before anything is written", async () => {
    const before = treeOf(bench.folder);
    const write = (content: string) => bench.edits.files.write({ path: "new.txt", content, overwrite: true });
    await assert.rejects(write("a\0b"), { code: "INVALID_ARGUMENT", message: /NUL/ });
    await assert.rejects(write("x".repeat(10 * 1024 * 1024 + 1)), { code: "TOO_LARGE" });
    await writeFile(bench.at("many.txt"), "ab".repeat(3 * 1024 * 1024));
    const grow = [{ oldText: "a", newText: "aaaa", all: true }];
    await assert.rejects(bench.edits.files.replace({ path: "many.txt", replacements: grow }), { code: "TOO_LARGE" });
    await rm(bench.at("many.txt"));
    assert.equal(treeOf(bench.folder), before);
  });

  it("keeps plans by their bytes, and none for a delete with another etag", async () => {
    const large = Buffer.alloc(60 * 1024 * 1024, 0x61);
    await writeFile(bench.at("one.txt"), large);
    await writeFile(bench.at("two.txt"), large);
    const plan = (file: string) => bench.edits.plan("Test", [{ kind: "delete", path: bench.at(file) }]);
    const first = await plan("one.txt");
    const refused = bench.edits.files.remove({ path: "two.txt", ifMatch: "other" });
    await assert.rejects(refused, { code: "CONFLICT" });
    assert.equal(bench.edits.find(first.id).id, first.id);
    const second = await plan("two.txt");
    assert.throws(() => bench.edits.find(first.id), { code: "NOT_FOUND" });
    assert.equal(bench.edits.find(second.id).id, second.id);
  });

  it("moves nothing in from or out to the outside", async () => {
    for (const to of ["../outside/a.ts", "/etc/a.ts", "src/../../a.ts"]) {
      const change: FileChange = { kind: "rename", path: bench.at("src/a.ts"), to, edits: [] };
      await assert.rejects(bench.edits.plan("Test", [change]), { code: "PATH_OUTSIDE_WORKSPACE" });
      const back: FileChange = { kind: "rename", path: to, to: bench.at("in.ts"), edits: [] };
      await assert.rejects(bench.edits.plan("Test", [back]), { code: "PATH_OUTSIDE_WORKSPACE" });
    }
  });

  it("refuses everything while edits are off", async () => {
    bench.policy = "off";
    await assert.rejects(apply({ kind: "delete", path: bench.at("src/a.ts") }), { code: "PROTECTED_PATH" });
    await assert.rejects(bench.edits.createFolder(await bench.workspace.resolve("x"), applyOptions), {
      code: "PROTECTED_PATH",
    });
  });

  it("refuses a read-only file and a path below a file", async () => {
    await chmod(bench.at("src/a.ts"), 0o444);
    const before = treeOf(bench.folder);
    await assert.rejects(
      apply(
        { kind: "create", path: bench.at("x/y.ts"), text: "y" },
        { kind: "edit", path: bench.at("src/a.ts"), edits: [{ start: 0, end: 0, newText: "x" }] },
      ),
      { code: "NOT_READY" },
    );
    await assert.rejects(apply({ kind: "create", path: bench.at("src/a.ts/x/y"), text: "y" }), {
      code: "INVALID_ARGUMENT",
    });
    assert.equal(treeOf(bench.folder), before);
  });

  it("leaves nothing behind but the way back", async () => {
    await apply({ kind: "create", path: bench.at("d.ts"), text: "d\n" });
    assert.deepEqual(await filesBelow(path.join(bench.data, "journal")), []);
    assert.ok((await filesBelow(bench.folder)).every((file) => !file.includes(".lfc-")));
  });

  it("makes folders with their parents and says whether there was one already", async () => {
    const location = () => bench.workspace.resolve("one/two");
    assert.equal(await bench.edits.createFolder(await location(), applyOptions), true);
    assert.equal(await bench.edits.createFolder(await location(), applyOptions), false);
    await mkdir(bench.at("x"));
    await assert.rejects(bench.edits.createFolder(await bench.workspace.resolve("src/a.ts"), applyOptions), {
      code: "CONFLICT",
    });
    await assert.rejects(bench.edits.createFolder(await bench.workspace.resolve(".git/hooks/x"), applyOptions), {
      code: "PROTECTED_PATH",
    });
  });
});

function commonPrefix(first: Buffer, second: Buffer): number {
  let at = 0;
  while (at < first.length && at < second.length && first[at] === second[at]) at++;
  return at;
}

function splitsPair(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text.charAt(at - 1));
}
