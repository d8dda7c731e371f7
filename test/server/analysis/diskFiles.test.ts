import assert from "node:assert/strict";
import fs from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { createDiskFiles } from "../../../src/server/analysis/typescript/diskFiles.ts";
import type { DiskFiles } from "../../../src/server/analysis/typescript/diskFiles.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

describe("the files that the compiler reads", () => {
  let workspace: ScratchWorkspace;
  let files: DiskFiles;
  const at = (file: string) => path.join(workspace.folder, file);
  const text = (file: string) => {
    files.refresh(new Map());
    return files.text(at(file));
  };

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "src/a.ts": "a" }, { git: false });
    files = createDiskFiles();
  });
  afterEach(() => workspace.remove());

  /** What one refresh looks at. */
  function looksOf(): readonly string[] {
    const looks: string[] = [];
    const { statSync } = fs;
    const counted = (file: string, options: undefined) => {
      looks.push(file);
      return statSync(file, options);
    };
    Object.assign(fs, { statSync: counted });
    syncBuiltinESMExports();
    try {
      files.refresh(new Map());
    } finally {
      Object.assign(fs, { statSync });
      syncBuiltinESMExports();
    }
    return looks;
  }

  it("are looked at as long as they are there, with their folders", async () => {
    assert.equal(text("src/a.ts"), "a");
    const looks: number[] = [];
    for (let turn = 0; turn < 20; turn++) {
      const chunk = `src/chunk${String(turn)}`;
      await mkdir(at(chunk));
      await writeFile(at(`${chunk}/b.ts`), "b");
      assert.equal(text(`${chunk}/b.ts`), "b");
      await rm(at(chunk), { recursive: true });
      assert.equal(text(`${chunk}/b.ts`), undefined);
      looks.push(looksOf().length);
    }
    assert.equal(looks.at(-1), looks[0]);
    assert.ok(looksOf().includes(at("src/a.ts")));
  });

  it("are seen again when they come back, also by a link", async () => {
    await mkdir(at("built"));
    await writeFile(at("built/c.ts"), "c");
    await symlink(at("built"), at("src/link"));
    for (let turn = 0; turn < 3; turn++) {
      assert.equal(text("src/a.ts"), "a");
      assert.equal(text("src/link/c.ts"), "c");
      const { generation } = files;
      await rm(at("src/a.ts"));
      await rm(at("built"), { recursive: true });
      assert.equal(text("src/a.ts"), undefined);
      assert.equal(text("src/link/c.ts"), undefined);
      assert.ok(files.generation > generation);
      const gone = files.generation;
      await writeFile(at("src/a.ts"), "a");
      await mkdir(at("built"));
      await writeFile(at("built/c.ts"), "c");
      files.refresh(new Map());
      assert.ok(files.generation > gone);
    }
  });
});
