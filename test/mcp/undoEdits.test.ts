import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("undo_edits", { "notes.txt": "one\n" }, (bench) => {
  const at = (file: string) => path.join(bench.workspace.folder, file);

  it("takes a change back byte for byte, once", async () => {
    const { undoId } = await ok(bench.client, "edit_file", {
      path: "notes.txt",
      edits: [{ oldText: "one", newText: "two" }],
    });
    assert.equal(await readFile(at("notes.txt"), "utf8"), "two\n");
    assert.deepEqual(await ok(bench.client, "undo_edits", { undoId }), {
      outcome: "accepted",
      files: ["notes.txt"],
    });
    assert.equal(await readFile(at("notes.txt"), "utf8"), "one\n");
    await fails(bench.client, "undo_edits", { undoId }, "NOT_FOUND");
  });

  it("takes away a new file with the folders that it needed", async () => {
    const { undoId } = await ok(bench.client, "write_file", { path: "new/a.txt", content: "a\n" });
    await ok(bench.client, "undo_edits", { undoId });
    await assert.rejects(stat(at("new")), { code: "ENOENT" });
  });

  it("refuses to overwrite what was changed since", async () => {
    const { undoId } = await ok(bench.client, "write_file", { path: "later.txt", content: "a\n" });
    await writeFile(at("later.txt"), "by somebody else\n");
    await fails(bench.client, "undo_edits", { undoId }, "CONFLICT");
    assert.equal(await readFile(at("later.txt"), "utf8"), "by somebody else\n");
  });
});
