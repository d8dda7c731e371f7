import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { realParts } from "../../../scripts/lib/realParts.ts";
import { createFileLister, listFiles } from "../../../src/server/platform/listFiles.ts";
import { severalRepositories } from "../../support/repositories.ts";

/** The ripgrep of the real VS Code, where that is installed. */
const program = path.join(
  path.dirname(realParts().vscode.server),
  `../node_modules/@vscode/ripgrep-universal/bin/${process.platform}-${process.arch}/rg`,
);

/** As VS Code asks for all files, links not followed. */
function ripgrep(folder: string, flags?: readonly string[]): string[] {
  const excluded = [
    ".git",
    ".svn",
    ".hg",
    ".DS_Store",
    "Thumbs.db",
    "node_modules",
    "bower_components",
    "*.code-search",
  ];
  const settings =
    "--files --hidden --case-sensitive --no-require-git --no-ignore-parent --no-ignore-global --no-config";
  const args = [...settings.split(" "), ...(flags ?? excluded.flatMap((name) => ["-g", `!**/${name}`]))];
  const found = execFileSync(program, args, { cwd: folder, encoding: "utf8" });
  return found
    .split("\n")
    .filter((name) => name !== "")
    .sort();
}

describe("the workspace's files", () => {
  let root: string;
  before(() => {
    root = severalRepositories();
  });
  after(() => rmSync(root, { recursive: true }));

  const names = async (folder: string, at = folder) =>
    (await listFiles(path.join(root, at), { root: path.join(root, folder), signal: new AbortController().signal }))
      .files;

  it("include nested repositories, submodules and worktrees, and leave out tracked files that are ignored", async () => {
    assert.deepEqual(await names("main"), [
      ...[".gitignore", ".gitmodules", ".ignore", "nested/.gitignore"],
      ...["src/.gitignore", "src/app.ts", "src/deep/one.ts", "src/kept.log", "src/tracked.log"],
      ...["submodule/.gitignore", "submodule/part.ts", "tree/.gitignore", "tree/.gitmodules", "tree/.ignore"],
      ...["tree/src/.gitignore", "tree/src/app.ts", "tree/src/deep/one.ts", "tree/src/kept.log"],
      ...["tree/src/tracked.log"],
    ]);
  });

  it("of a folder in the root follow the rules of the folders around it", async () => {
    assert.deepEqual(await names("main", "main/src/deep"), ["one.ts"]);
    assert.deepEqual(await names("main", "main/out"), ["built.js"]);
  });

  if (!existsSync(program)) return;
  for (const folder of ["", "main", "main/tree", "main/nested", "main/submodule", "main/src", "plain"]) {
    it(`are those of ripgrep in ${folder || "the whole folder"}`, async () => {
      assert.deepEqual(await names(folder), ripgrep(path.join(root, folder)));
    });
  }

  // VS Code hands such a pattern to ripgrep with "/" in front, so that it counts from the root.
  for (const exclude of [
    ["**/.git", "**/*.log"],
    ["main/src", "**/{tree,nested}/**", "plain/*.ts"],
    ["*/src/{deep,none}", "**/out/*.{js,map}", "**/[a-b]pp.ts"],
    ["**/app.t?", "main/tree/src/deep/one.ts", "{main,plain}/.ignore"],
  ]) {
    for (const useIgnoreFiles of [true, false]) {
      it(`are those of ripgrep without ${exclude.join(" ")}, ignore files ${useIgnoreFiles ? "read" : "not read"}`, async () => {
        const globs = exclude.flatMap((pattern) => ["-g", `!/${pattern}`]);
        const expected = ripgrep(root, useIgnoreFiles ? globs : ["--no-ignore", ...globs]);
        const list = createFileLister({ exclude, useIgnoreFiles });
        const options = { root, signal: new AbortController().signal };
        assert.deepEqual((await list(root, options)).files, expected);
        const below = expected.flatMap((name) => (name.startsWith("main/") ? [name.slice(5)] : []));
        assert.deepEqual((await list(path.join(root, "main"), options)).files, below);
      });
    }
  }
});

describe("a lister that remembers the last walk", () => {
  let root: string;
  before(() => {
    root = mkdtempSync(path.join(tmpdir(), "lister-"));
    for (const folder of ["a/deep", "b/.git/info"]) mkdirSync(path.join(root, folder), { recursive: true });
    for (const name of ["a/one.ts", "a/deep/two.log", "b/three.log", "b/four.ts"]) write(name, "");
    write(".gitignore", "*.tmp\n");
  });
  after(() => rmSync(root, { recursive: true }));

  const write = (name: string, text: string) => writeFileSync(path.join(root, name), text);
  const options = () => ({ root, signal: new AbortController().signal });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 2300));

  it("gives the same list while nothing changed, and sees every change of files, folders and ignore files", async function () {
    this.timeout(60_000);
    const list = createFileLister();
    const changes = [
      () => write("a/deep/new.ts", ""),
      () => write(".gitignore", "*.tmp\n*.log\n"),
      () => write("a/.ignore", "!two.log\n"),
      () => write("b/.git/info/exclude", "four.ts\n"),
      () => renameSync(path.join(root, "a/deep"), path.join(root, "a/moved")),
      () => rmSync(path.join(root, "b/.git"), { recursive: true }),
      () => rmSync(path.join(root, ".gitignore")),
    ];
    let last = await list(root, options());
    for (const change of changes) {
      await pause();
      const before = await list(root, options());
      assert.equal(await list(root, options()), before);
      change();
      const after = await list(root, options());
      assert.notDeepEqual(after, before);
      assert.deepEqual(after, await listFiles(root, options()));
      last = after;
    }
    assert.deepEqual(last.files, [
      "a/.ignore",
      "a/moved/new.ts",
      "a/moved/two.log",
      "a/one.ts",
      "b/four.ts",
      "b/three.log",
    ]);
  });
});
