import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("edit_file", {}, (bench) => {
  const at = (file: string) => path.join(bench.workspace.folder, file);
  beforeEach(async () => {
    await writeFile(at("crlf.txt"), "one\r\ntwo\r\nthree\r\n");
    await writeFile(at("twice.txt"), "x=1\nx=1\n");
  });

  it("edit_file replaces pieces written with LF in a file with CRLF", async () => {
    await ok(bench.client, "edit_file", {
      path: "crlf.txt",
      edits: [
        { oldText: "three", newText: "3" },
        { oldText: "one\ntwo", newText: "1\n2" },
      ],
    });
    assert.equal(await readFile(at("crlf.txt"), "utf8"), "1\r\n2\r\n3\r\n");
  });

  it("edit_file says the lines of an ambiguous text, and takes `all`", async () => {
    const edits = [{ oldText: "x=1", newText: "x=2" }];
    const error = await fails(bench.client, "edit_file", { path: "twice.txt", edits }, "AMBIGUOUS");
    assert.deepEqual(error.lines, [1, 2]);
    await fails(bench.client, "edit_file", { path: "twice.txt", edits: [{ oldText: "y", newText: "" }] }, "NOT_FOUND");
    await ok(bench.client, "edit_file", { path: "twice.txt", edits: [{ oldText: "x=1", newText: "x=2", all: true }] });
    assert.equal(await readFile(at("twice.txt"), "utf8"), "x=2\nx=2\n");
  });

  it("edit_file refuses edits that overlap and changes nothing", async () => {
    const edits = [
      { oldText: "one\ntwo", newText: "" },
      { oldText: "two\nthree", newText: "" },
    ];
    await fails(bench.client, "edit_file", { path: "crlf.txt", edits }, "INVALID_ARGUMENT");
    assert.equal(await readFile(at("crlf.txt"), "utf8"), "one\r\ntwo\r\nthree\r\n");
  });
});
