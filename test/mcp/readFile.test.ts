import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { overEveryClient } from "../support/everyClient.ts";

const text = "one\ntwo\nthree\n";

overEveryClient("read_file", { "notes.txt": text }, (bench) => {
  it("is listed", async () => {
    assert.ok((await bench.client.listTools()).some((tool) => tool.name === "read_file"));
  });

  it("gives the text with the SHA-256 of its bytes as etag", async () => {
    const { value, isError } = await bench.client.call("read_file", { path: "notes.txt" });
    assert.equal(isError, false);
    assert.deepEqual(value, {
      content: text,
      etag: createHash("sha256").update(text).digest("hex"),
      lines: 3,
      unsaved: false,
      complete: true,
    });
  });

  it("refuses a path outside the workspace with a remedy", async () => {
    const { value, isError } = await bench.client.call("read_file", { path: "../outside.txt" });
    assert.equal(isError, true);
    assert.equal((value.error as { code: string }).code, "PATH_OUTSIDE_WORKSPACE");
  });
});
