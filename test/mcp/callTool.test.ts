import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("call_tool", { "a.txt": "one\ntwo\n" }, (bench) => {
  it("answers as the tool itself does", async () => {
    const args = { path: "a.txt", startLine: 2 };
    const direct = await ok(bench.client, "read_file", args);
    assert.deepEqual(await ok(bench.client, "call_tool", { name: "read_file", arguments: args }), direct);
    assert.equal(direct.content, "two\n");
  });

  it("fails as the tool itself does", async () => {
    await fails(bench.client, "call_tool", { name: "read_file", arguments: { path: "none.txt" } }, "NOT_FOUND");
    const { message } = await fails(
      bench.client,
      "call_tool",
      { name: "read_file", arguments: { file: "a.txt" } },
      "INVALID_ARGUMENT",
    );
    assert.match(String(message), /read_file has no argument "file"/);
    const none = await fails(bench.client, "call_tool", { name: "no_such_tool" }, "INVALID_ARGUMENT");
    assert.match(String(none.message), /There is no tool "no_such_tool"/);
  });

  it("passes no check that the tool itself has", async () => {
    const args = { path: "../out.txt", content: "x" };
    await fails(bench.client, "call_tool", { name: "write_file", arguments: args }, "PATH_OUTSIDE_WORKSPACE");
    const stale = { path: "a.txt", content: "x", ifMatch: "0" };
    await fails(bench.client, "call_tool", { name: "write_file", arguments: stale }, "CONFLICT");
    assert.equal(readFileSync(path.join(bench.workspace.folder, "a.txt"), "utf8"), "one\ntwo\n");
  });

  it("does not call itself", async () => {
    const inner = { name: "call_tool", arguments: { name: "read_file", arguments: { path: "a.txt" } } };
    await fails(bench.client, "call_tool", inner, "INVALID_ARGUMENT");
  });
});
