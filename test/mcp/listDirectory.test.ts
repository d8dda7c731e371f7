import assert from "node:assert/strict";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

const files = {
  ".gitignore": "ignored/\n*.log\n",
  ".env": "needle=1\n",
  "bin.dat": Buffer.from("needle\0\n"),
  "docs/a.md": "no\n",
  "ignored/i.txt": "needle\n",
  "key.txt": "needle\n",
  "src/a.ts": "export const needle = 1;\n",
  "src/deep/b.ts": "needle\r\nnext\r\n",
};

overEveryClient("list_directory", files, (bench) => {
  before(async () => {
    await symlink("src/a.ts", path.join(bench.workspace.folder, "link.ts"));
    await mkdir(path.join(bench.workspace.folder, "empty"));
  });

  it("list_directory names links and enters no folder of ignored files", async () => {
    const flat = await ok(bench.client, "list_directory", {});
    assert.deepEqual(
      (flat.entries as { path: string; kind: string }[]).map((entry) => `${entry.path} ${entry.kind}`).slice(0, 8),
      [
        ".env file",
        ".git directory",
        ".gitignore file",
        "bin.dat file",
        "docs directory",
        "empty directory",
        "ignored directory",
        "key.txt file",
      ],
    );
    const deep = await ok(bench.client, "list_directory", { depth: 5, limit: 1000, maxTokens: 5000 });
    const paths = (deep.entries as { path: string }[]).map((entry) => entry.path);
    assert.ok(paths.includes("src/deep/b.ts") && paths.includes("link.ts"));
    assert.ok(!paths.includes("ignored/i.txt") && !paths.some((name) => name.startsWith(".git/")));
    const sizes = await ok(bench.client, "list_directory", { path: "docs" });
    assert.deepEqual(sizes.entries, [{ path: "docs/a.md", kind: "file", size: 3 }]);
    const ignored = await ok(bench.client, "list_directory", { path: "ignored" });
    assert.equal(ignored.total, 1);
  });

  it("list_directory pages, and says CONFLICT when the folder changed meanwhile", async () => {
    const first = await ok(bench.client, "list_directory", { limit: 3 });
    const second = await ok(bench.client, "list_directory", { limit: 3, cursor: first.cursor });
    assert.equal(Number(first.left) - Number(second.left), 3);
    const extra = path.join(bench.workspace.folder, "zz.txt");
    await writeFile(extra, "z");
    await fails(bench.client, "list_directory", { limit: 3, cursor: second.cursor }, "CONFLICT");
    await rename(extra, path.join(bench.workspace.folder, "..", "zz.txt"));
  });
});
