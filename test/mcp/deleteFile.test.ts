import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

overEveryClient("delete_file", { "twice.txt": "x=1\nx=1\n" }, (bench) => {
  const at = (file: string) => path.join(bench.workspace.folder, file);

  it("delete_file takes an etag, and undo_edits brings the file back", async () => {
    await fails(bench.client, "delete_file", { path: "twice.txt", ifMatch: sha256("other") }, "CONFLICT");
    const { undoId } = await ok(bench.client, "delete_file", { path: "twice.txt", ifMatch: sha256("x=1\nx=1\n") });
    await assert.rejects(stat(at("twice.txt")), { code: "ENOENT" });
    await ok(bench.client, "undo_edits", { undoId });
    assert.equal(await readFile(at("twice.txt"), "utf8"), "x=1\nx=1\n");
    await fails(bench.client, "undo_edits", { undoId }, "NOT_FOUND");
  });
});
