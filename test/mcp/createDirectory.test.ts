import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("create_directory", { "notes.txt": "one\n" }, (bench) => {
  const at = (file: string) => path.join(bench.workspace.folder, file);

  it("create_directory makes a folder and says when it was there", async () => {
    const folder = "made/inner";
    assert.deepEqual(await ok(bench.client, "create_directory", { path: folder }), { created: true });
    assert.deepEqual(await ok(bench.client, "create_directory", { path: folder }), { created: false });
    assert.equal((await stat(at(folder))).isDirectory(), true);
  });

  it("refuses a path that is a file, and one outside the workspace", async () => {
    await fails(bench.client, "create_directory", { path: "notes.txt" }, "CONFLICT");
    await fails(bench.client, "create_directory", { path: "../made" }, "PATH_OUTSIDE_WORKSPACE");
    await assert.rejects(stat(at("../made")), { code: "ENOENT" });
  });
});
