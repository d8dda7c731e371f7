import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "../../support/cli.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

describe("the docs command", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let data: string;
  before(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-docs-"));
    workspace = await scratchWorkspace({
      "tsconfig.json": "{}\n",
      "src/pear.ts": "/** A pear. */\nexport const pear = 1;\n",
      "src/plum.ts": "export const plum = 1;\n",
    });
  });
  after(async () => {
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  });

  const docs = (...args: string[]) => runCli(["docs", ...args, "--workspace", workspace.folder, "--data", data]);

  it("prints the pages of a file", async () => {
    const { code, stdout } = await docs("src/pear.ts");
    assert.equal(code, 0);
    assert.match(stdout, /^# src\/pear\.ts[\s\S]*### pear[\s\S]*A pear\./);
  });

  it("writes pages, and checks them against the code with an exit code for CI", async () => {
    const missing = await docs("--check", "--to", "docs/api");
    assert.deepEqual([missing.code, missing.stdout.split("\n")[0]], [1, "docs/api/README.md: missing"]);
    const written = await docs("--write", "--to", "docs/api");
    assert.equal(written.code, 0, written.stderr);
    const page = path.join(workspace.folder, "docs/api/src/pear.ts.md");
    assert.match(await readFile(page, "utf8"), /A pear\./);
    assert.equal((await docs("--check")).code, 0);
    await writeFile(path.join(workspace.folder, "src/pear.ts"), "\n\n/** A pear. */\nexport const pear = 1;\n");
    assert.equal((await docs("--check")).code, 0, "a line above changes no page");
    await writeFile(path.join(workspace.folder, "src/pear.ts"), "/** Two pears. */\nexport const pear = 2;\n");
    await rm(path.join(workspace.folder, "src/plum.ts"));
    const stale = await docs("--check", "--json");
    const { files } = JSON.parse(stale.stdout) as { files: { path: string; change: string }[] };
    assert.equal(stale.code, 1);
    assert.deepEqual(files, [
      { path: "docs/api/README.md", change: "edit" },
      { path: "docs/api/src/pear.ts.md", change: "edit" },
      { path: "docs/api/src/plum.ts.md", change: "delete" },
    ]);
    await writeFile(page, (await readFile(page, "utf8")).replace("A pear.", "My pear."));
    const refused = await docs("--write");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /was edited[\s\S]*Nothing was written/);
  });

  it("refuses both of its verbs at once", async () => {
    assert.equal((await docs("--check", "--write")).code, 2);
  });
});
