import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { checkNewNames } from "../../../../src/server/workspace/paths/paths.ts";
import { isProtected } from "../../../../src/server/workspace/paths/protected.ts";
import { isSecretFile } from "../../../../src/server/workspace/paths/secrets.ts";
import { checkNewPath } from "../../../../src/server/workspace/edits/transitions.ts";
import { openWorkspace } from "../../../../src/server/workspace/workspace.ts";
import type { Workspace } from "../../../../src/server/workspace/workspace.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../../support/workspaces.ts";

describe("paths", () => {
  let scratch: ScratchWorkspace;
  let workspace: Workspace;

  before(async () => {
    scratch = await scratchWorkspace({ "src/a.ts": "export const a = 1;\n", "aux.c": "int a;\n" }, { git: false });
    await writeFile(path.join(scratch.folder, "..", "outside.txt"), "CANARY");
    workspace = await openWorkspace([scratch.folder]);
  });
  after(() => scratch.remove());

  it("takes relative paths and absolute ones inside a root", async () => {
    for (const input of ["src/a.ts", "./src//a.ts", path.join(scratch.folder, "src/a.ts")]) {
      assert.equal((await workspace.resolve(input)).displayPath, "src/a.ts");
    }
  });

  it("takes a dollar or a tilde literally where it can be meant, and refuses what a shell would expand", async () => {
    assert.equal((await workspace.resolve("src/$types.ts")).exists, false);
    assert.equal((await workspace.resolve("$id.tsx")).exists, false);
    for (const input of ["~/.ssh/id_rsa", "$HOME/.ssh/id_rsa", "${HOME}/x", "%USERPROFILE%/x"]) {
      await assert.rejects(workspace.resolve(input), { code: "INVALID_ARGUMENT" });
    }
  });

  it("refuses Windows' bad names for new files only", async () => {
    checkNewNames(await workspace.resolve("aux.c"));
    for (const input of ["src/aux.c", "CON", "a:b", "a\\b", "x. ", "PROGRA~1", "\u202Ex"]) {
      const location = await workspace.resolve(input);
      assert.throws(() => checkNewNames(location), { code: "INVALID_ARGUMENT" }, input);
    }
  });

  it("says that a folder is gone when it goes between the look at a path and the write", async () => {
    await mkdir(path.join(scratch.folder, "short"));
    const location = await workspace.resolve("short/new.ts");
    await rm(path.join(scratch.folder, "short"), { recursive: true });
    await assert.rejects(checkNewPath(location), { code: "NOT_FOUND" });
  });

  it("names the root first when there are several", async () => {
    const two = await scratchWorkspace({ "b.txt": "b\n" }, { git: false, name: "lib" });
    const both = await openWorkspace([scratch.folder, two.folder]);
    assert.equal((await both.resolve("lib/b.txt")).absolute, path.join(two.folder, "b.txt"));
    assert.equal((await both.resolve(path.join(two.folder, "b.txt"))).displayPath, "lib/b.txt");
    await assert.rejects(both.resolve("b.txt"), { code: "NOT_FOUND" });
    await two.remove();
  });

  it("never reads outside while a folder is swapped for a link to the outside", async () => {
    const folder = path.join(scratch.folder, "sub");
    const aside = path.join(scratch.folder, "aside");
    await mkdir(folder);
    await writeFile(path.join(folder, "outside.txt"), "inside");
    const over = new AbortController();
    const swapper = (async () => {
      while (!over.signal.aborted) {
        await rename(folder, aside);
        await symlink("..", folder);
        await rm(folder);
        await rename(aside, folder);
        // Long enough for some reads to succeed, so that the others are not refused for another reason.
        await setTimeout(Math.random() * 2);
      }
    })();
    let inside = 0;
    for (let round = 0; round < 1000; round++) {
      const text = await workspace.read("sub/outside.txt").then(
        ({ document }) => document.text,
        () => undefined,
      );
      assert.notEqual(text, "CANARY");
      if (text === "inside") inside++;
    }
    over.abort();
    await swapper;
    assert.ok(inside > 0, "some reads met the real folder");
  });
});

describe("protected files", () => {
  const cases: readonly [string, boolean][] = [
    [".git/hooks/pre-commit", true],
    ["sub/.git", true],
    [".GIT/config", true],
    [".git /config", true],
    [".git./config", true],
    [".git::$INDEX_ALLOCATION/config", true],
    ["GIT~1/config", true],
    [".g\u200Cit/config", true],
    [".vscode/ta\u017Fks.json", true],
    ["packages/a/package.json", true],
    ["yarn.lock", true],
    [".env.local", true],
    [".env.example", false],
    ["src/git.ts", false],
    [".gitignore", false],
    [".github/ISSUE_TEMPLATE/bug.md", false],
    ["src/lock.ts", false],
    ["tsconfig.json", false],
  ];
  for (const [file, expected] of cases) {
    it(`${expected ? "protects" : "leaves"} ${JSON.stringify(file)}`, () => {
      assert.equal(isProtected(file), expected);
    });
  }
});

describe("roots", () => {
  it("get names of their own, also where another folder has the name that a number gives", async () => {
    const scratch = await scratchWorkspace({}, { git: false });
    const folders = ["x/a", "y/a", "z/a-2", "w/a"].map((name) => path.join(scratch.folder, name));
    for (const folder of folders) await mkdir(folder, { recursive: true });
    const roots = (await openWorkspace(folders)).roots.map((root) => root.name);
    assert.deepEqual(roots, ["a", "a-2", "a-2-2", "a-3"]);
    await scratch.remove();
  });
});

describe("secret files", () => {
  const cases: readonly [string, boolean][] = [
    [".env", true],
    ["sub/.ENV.local", true],
    ["id_rsa", true],
    ["id_rsa.pub", false],
    [".ssh/config", true],
    ["certs/server.KEY", true],
    [".aws/credentials", true],
    ["secrets.yaml", true],
    [".env.example", false],
    ["src/credentials/index.ts", false],
    ["src/secrets.ts", false],
    ["src/env.ts", false],
    ["keys/monkey.ts", false],
  ];
  for (const [file, expected] of cases) {
    it(`${expected ? "hides" : "shows"} ${file}`, () => {
      assert.equal(isSecretFile(file), expected);
    });
  }
});
