import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { realParts } from "../../../scripts/lib/realParts.mjs";
import { listFiles } from "../../../src/server/platform/listFiles.ts";

/** Every kind of repository in one folder; each file's text is its name. */
function severalRepositories(): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "langflow-files-")));
  const write = (name: string, text = `${name}\n`) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  const git = (folder: string, ...args: string[]) => {
    const settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"];
    execFileSync("git", [...settings, ...args], { cwd: path.join(root, folder), stdio: "pipe" });
  };
  write("library/part.ts");
  write("library/.gitignore", "*.tmp\n");
  git("library", "init", "-q");
  git("library", "add", ".");
  git("library", "commit", "-qm", "start");
  write("main/.gitignore", "*.log\n/out/\nnested/hidden.ts\n!kept.log\nignored-repository/\n");
  write("main/src/app.ts");
  write("main/src/kept.log");
  write("main/src/tracked.log");
  write("main/src/.gitignore", "deep/*\n!deep/one.ts\n");
  write("main/src/deep/one.ts");
  write("main/src/deep/two.ts");
  write("main/out/built.js");
  write("main/.ignore", "*.snap\n!tracked.log\n");
  write("main/a.snap");
  write("main/node_modules/pkg/index.js");
  write("main/src/x.code-search");
  git("main", "init", "-q");
  git("main", "add", ".");
  git("main", "add", "-f", "src/tracked.log", "out/built.js");
  git("main", "submodule", "--quiet", "add", path.join(root, "library"), "submodule");
  git("main", "commit", "-qm", "start");
  git("main", "worktree", "add", "-q", path.join(root, "main", "tree"));
  write("main/.git/info/exclude", "excluded.*\n");
  write("main/excluded.ts");
  write("main/tree/excluded.ts");
  write("main/tree/src/other.log");
  write("main/submodule/new.tmp");
  write("main/submodule/new.log");
  write("main/nested/hidden.ts");
  write("main/nested/.gitignore", "secret/\n");
  write("main/nested/secret/a.ts");
  write("main/nested/free.log");
  git("main/nested", "init", "-q");
  write("main/ignored-repository/a.ts");
  git("main/ignored-repository", "init", "-q");
  write("plain/.gitignore", "drop.*\n");
  write("plain/drop.ts");
  write("plain/keep.ts");
  write("plain/Keep.LOG");
  symlinkSync("../plain", path.join(root, "main", "link"));
  return root;
}

/** The ripgrep of the real VS Code, where that is installed. */
const program = path.join(
  path.dirname(realParts().vscode.server),
  `../node_modules/@vscode/ripgrep-universal/bin/${process.platform}-${process.arch}/rg`,
);

/** As VS Code asks for all files, links not followed. */
function ripgrep(folder: string): string[] {
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
  const args = [...settings.split(" "), ...excluded.flatMap((name) => ["-g", `!**/${name}`])];
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
});
