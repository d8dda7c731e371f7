import assert from "node:assert/strict";
import { rename, symlink } from "node:fs/promises";
import path from "node:path";
import { countLines } from "../../../src/server/analysis/files/countLines.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

describe("a file that a scan reads", () => {
  it("is not read through a folder that was swapped for a link after the listing", async () => {
    const { folder, remove } = await scratchWorkspace({ "src/a.ts": "one\ntwo\n", "elsewhere/a.ts": "secret\n" });
    try {
      const file = path.join(folder, "src/a.ts");
      assert.equal(countLines(file, 100).lines, 2);
      await rename(path.join(folder, "src"), path.join(folder, "src-before"));
      await symlink("elsewhere", path.join(folder, "src"));
      assert.throws(() => countLines(file, 100), { code: "PATH_OUTSIDE_WORKSPACE" });
    } finally {
      await remove();
    }
  });
});
