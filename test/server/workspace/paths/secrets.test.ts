import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isProtected } from "../../../../src/server/workspace/paths/protected.ts";
import { isSecretFile } from "../../../../src/server/workspace/paths/secrets.ts";

const megabyte = 1024 * 1024;

describe("the tables of secret and protected files", () => {
  it("do not remember the paths that they were asked about", () => {
    setFlagsFromString("--expose-gc");
    const used = () => {
      runInNewContext("gc()");
      return process.memoryUsage().heapUsed / megabyte;
    };
    const before = used();
    for (let at = 0; at < 200_000; at++) {
      assert.equal(isSecretFile(`folder${at % 100}/file${at}.ts`), false);
      assert.equal(isProtected(`folder${at % 100}/file${at}.ts`), false);
    }
    const kept = used() - before;
    assert.ok(kept < 10, `${kept.toFixed(0)} MB`);
  });
});
