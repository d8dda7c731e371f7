import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

describe("the command of the npm package", () => {
  it("says which Node it needs under an older one", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "lfc-bin-"));
    try {
      cpSync(fileURLToPath(new URL("../../bin", import.meta.url)), path.join(folder, "bin"), { recursive: true });
      const older = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.11.0'}})";
      const args = [
        "--import",
        `data:text/javascript,${older}`,
        path.join(folder, "bin", "langflow-connect.mjs"),
        "tools",
      ];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 });
      assert.equal(status, 1);
      assert.equal(stderr, "langflow-connect needs Node 22.19 or newer, and this is Node 20.11.0. Install Node 24.\n");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
