import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

interface StatusEntry {
  readonly path: string;
  readonly staged?: string;
  readonly unstaged?: string;
}

const settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "core.quotePath=false"];

overEveryClient(
  "git_operations",
  { "a.txt": "one\ntwo\nthree\n", "src/b.ts": "export const b = 1;\n", "docs/ü b.md": "text\n" },
  (bench) => {
    const git = (...args: string[]) =>
      execFileSync("git", [...settings, ...args], { cwd: bench.workspace.folder, encoding: "utf8" });
    const write = (file: string, text: string) => writeFile(path.join(bench.workspace.folder, file), text);
    const read = (file: string) => readFile(path.join(bench.workspace.folder, file), "utf8");
    const ask = (operation: string, args: Record<string, unknown> = {}) =>
      ok(bench.client, "git_operations", { operation, ...args });
    const undo = (value: Record<string, unknown>) => {
      const { tool = "git_operations", ...args } = value["undo"] as Record<string, unknown>;
      return ok(bench.client, String(tool), args);
    };
    const status = async () => (await ask("status"))["entries"] as StatusEntry[];

    before(() => {
      git("config", "user.name", "Ann Ash");
      git("config", "user.email", "ann@example.com");
    });
    beforeEach(() => {
      git("checkout", "-q", "-f", "main");
      git("reset", "-q", "--hard", git("rev-list", "--max-parents=0", "HEAD").trim());
      git("clean", "-fdq");
      git("stash", "clear");
    });

    it("git_operations status says what git says, by words", async () => {
      await write("a.txt", "one\n2\nthree\n");
      await write("new é.txt", "new\n");
      git("mv", "src/b.ts", "src/c.ts");
      await rm(path.join(bench.workspace.folder, "docs/ü b.md"));
      assert.deepEqual(await status(), [
        { path: "a.txt", unstaged: "modified" },
        { path: "docs/ü b.md", unstaged: "deleted" },
        { path: "src/c.ts", from: "src/b.ts", staged: "renamed" },
        { path: "new é.txt", unstaged: "untracked" },
      ]);
      const inFolder = await ask("status", { path: "src" });
      assert.equal(inFolder["total"], 1);
      assert.equal(inFolder["branch"], "main");
      assert.equal(inFolder["head"], git("rev-parse", "HEAD").trim());
    });

    it("git_operations diff has the patch of git, in pages, and no lines of files with credentials", async () => {
      const long = Array.from({ length: 2_000 }, (_, at) => `line ${String(at)}\n`).join("");
      await write("long.txt", long);
      git("add", "long.txt");
      git("commit", "-qm", "long");
      const changed = long.replaceAll(/line (\d*5)\n/g, "changed $1\n");
      await write("long.txt", changed);
      await write(".env", "KEY=1\n");
      git("add", "-f", ".env");
      let patch = "";
      let pages = 0;
      for (let cursor: unknown; ; pages++) {
        const page = await ask("diff", { path: "long.txt", ...(cursor !== undefined && { cursor }) });
        const [file] = page["files"] as { patch: string; added: number; removed: number }[];
        assert.deepEqual([file?.added, file?.removed], [200, 200]);
        patch += file?.patch ?? "";
        ({ cursor } = page);
        if (cursor === undefined) break;
      }
      const theirs = git("diff", "long.txt");
      assert.equal(patch, theirs.slice(theirs.indexOf("@@")));
      assert.ok(pages > 3, `${String(pages)} pages`);
      const staged = await ask("diff", { staged: true });
      assert.deepEqual(staged["files"], [{ path: ".env", change: "added", added: 1, removed: 0 }]);
      assert.deepEqual(staged["incomplete"], [{ path: ".env", reason: "It contains credentials." }]);
      git("reset", "-q", "--", ".env");
      await rm(path.join(bench.workspace.folder, ".env"));
    });

    it("git_operations log, show and blame name who did what", async () => {
      await write("a.txt", "one\ntwo\nthree\nfour\n");
      git(
        "commit",
        "-qam",
        "Add four\n\nIt was not there.",
        "--author=Bo Birch <bo@example.com>",
        "--date=2026-03-04T05:06:07+02:00",
      );
      const { commits, total } = await ask("log");
      assert.equal(total, 2);
      const [newest] = commits as Record<string, unknown>[];
      assert.deepEqual(newest, {
        id: git("rev-parse", "--short", "HEAD").trim(),
        author: "Bo Birch <bo@example.com>",
        date: "2026-03-04T05:06:07+02:00",
        subject: "Add four",
        body: "It was not there.",
        refs: ["HEAD -> main"],
      });
      assert.equal((await ask("log", { author: "birch" }))["total"], 1);
      assert.equal((await ask("log", { query: "FOUR" }))["total"], 1);
      assert.equal((await ask("log", { path: "src" }))["total"], 1);
      assert.equal((await ask("log", { ref: "HEAD~1..HEAD" }))["total"], 1);
      assert.partialDeepStrictEqual(await ask("log", { since: "last tag" }), { total: 2 });
      git("tag", "v1", "HEAD~1");
      assert.partialDeepStrictEqual(await ask("log", { since: "last tag" }), { total: 1, tag: "v1" });
      assert.partialDeepStrictEqual(await ask("log", { since: "last tag", ref: "HEAD~1" }), { total: 0, tag: "v1" });
      git("tag", "-d", "v1");
      const shown = await ask("show", { ref: newest.id });
      assert.deepEqual(shown["files"], [
        {
          path: "a.txt",
          change: "modified",
          added: 1,
          removed: 0,
          patch: "@@ -1,3 +1,4 @@\n one\n two\n three\n+four\n",
        },
      ]);
      const { lines } = await ask("blame", { path: "a.txt", startLine: 3 });
      assert.deepEqual(
        (lines as Record<string, unknown>[]).map(({ author, startLine, endLine }) => [author, startLine, endLine]),
        [
          ["t <t@example.com>", 3, 3],
          ["Bo Birch <bo@example.com>", 4, 4],
        ],
      );
      await write("a.txt", "one\nTWO\nthree\nfour\n");
      const now = await ask("blame", { path: "a.txt", startLine: 2, endLine: 2 });
      assert.equal((now["lines"] as Record<string, unknown>[])[0]?.["commit"], undefined);
    });

    it("git_operations stages and commits, and each answer takes it back", async () => {
      await write("a.txt", "1\n");
      await write("new.txt", "new\n");
      const before = git("status", "--porcelain");
      const staged = await ask("stage", { paths: ["a.txt", "new.txt"] });
      assert.equal(git("status", "--porcelain"), "M  a.txt\nA  new.txt\n");
      await undo(staged);
      assert.equal(git("status", "--porcelain"), before);
      await undo(staged);
      await ask("stage", { path: "." });
      const head = git("rev-parse", "HEAD").trim();
      const message = "-F/etc/passwd\n\n# not a comment\n$(touch x)";
      const committed = await ask("commit", { message });
      assert.equal(committed["commit"], git("rev-parse", "HEAD").trim());
      assert.equal(git("log", "-1", "--format=%B").trim(), message);
      assert.equal(git("log", "-1", "--format=%an"), "Ann Ash\n");
      await undo(committed);
      assert.equal(git("rev-parse", "HEAD").trim(), head);
      assert.equal(git("status", "--porcelain"), "M  a.txt\nA  new.txt\n");
      const again = await ask("commit", { message: "first" });
      await ask("commit", { message: "second", amend: true });
      assert.equal(git("log", "-1", "--format=%B").trim(), "second");
      await fails(bench.client, "git_operations", again["undo"] as Record<string, unknown>, "CONFLICT");
      await fails(bench.client, "git_operations", { operation: "commit", message: "empty" }, "CONFLICT");
    });

    it("git_operations stashes, checks out and restores, and each answer takes it back", async () => {
      await write("a.txt", "changed\n");
      const stashed = await ask("stash", { message: "later" });
      assert.equal(await read("a.txt"), "one\ntwo\nthree\n");
      assert.match(git("stash", "list"), /later/);
      await undo(stashed);
      assert.equal(await read("a.txt"), "changed\n");
      assert.equal(git("stash", "list"), "");
      const restored = await ask("restore", { path: "a.txt" });
      assert.equal(await read("a.txt"), "one\ntwo\nthree\n");
      await undo(restored);
      assert.equal(await read("a.txt"), "changed\n");
      await ask("restore", { path: "." });
      git("checkout", "-q", "-b", "fix");
      await write("src/b.ts", "export const b = 2;\n");
      git("commit", "-qam", "two");
      const checkedOut = await ask("checkout", { ref: "main" });
      assert.equal(await read("src/b.ts"), "export const b = 1;\n");
      assert.equal(git("branch", "--show-current"), "main\n");
      await undo(checkedOut);
      assert.equal(git("branch", "--show-current"), "fix\n");
      await write("src/b.ts", "export const b = 3;\n");
      await fails(bench.client, "git_operations", { operation: "checkout", ref: "main" }, "CONFLICT");
      assert.equal(await read("src/b.ts"), "export const b = 3;\n");
      git("checkout", "-q", "-f", "main");
      const deleted = await ask("delete_branch", { name: "fix" });
      assert.equal(git("branch", "--list", "fix"), "");
      await undo(deleted);
      assert.match(git("log", "-1", "--format=%s", "fix"), /two/);
      git("branch", "-q", "-D", "fix");
    });

    it("git_operations leaves both sides of a stash that meets another change, and says so", async () => {
      await write("a.txt", "mine\n");
      await ask("stash");
      await write("a.txt", "theirs\n");
      git("commit", "-qam", "theirs");
      const brought = await ask("unstash");
      assert.deepEqual(brought["notes"], ["In conflict: a.txt. Both sides are in the files, and the stash is kept."]);
      assert.equal(brought["undo"], undefined);
      assert.match(await read("a.txt"), /^<{7}.*\ntheirs\n={7}\nmine\n>{7}/);
      assert.match(git("stash", "list"), /stash@\{0\}/);
      assert.deepEqual(await status(), [{ path: "a.txt", conflict: "both modified" }]);
    });

    it("git_operations adds and removes worktrees inside of the workspace only", async () => {
      const added = await ask("add_worktree", { folder: "trees/one", name: "one" });
      assert.match(git("worktree", "list"), /trees\/one/);
      const { worktrees } = await ask("worktrees");
      assert.deepEqual(
        (worktrees as Record<string, unknown>[]).map(({ path: at, branch }) => [at, branch]),
        [
          [".", "main"],
          ["trees/one", "one"],
        ],
      );
      await write("trees/one/a.txt", "there\n");
      const inside = await ask("status", { path: "trees/one" });
      assert.deepEqual(inside["entries"], [{ path: "trees/one/a.txt", unstaged: "modified" }]);
      await fails(bench.client, "git_operations", added["undo"] as Record<string, unknown>, "CONFLICT");
      await write("trees/one/a.txt", "one\ntwo\nthree\n");
      await undo(added);
      assert.doesNotMatch(git("worktree", "list"), /trees/);
      git("branch", "-q", "-D", "one");
      const outside = { operation: "add_worktree", folder: "../beside" };
      await fails(bench.client, "git_operations", outside, "PATH_OUTSIDE_WORKSPACE");
    });

    it("git_operations refuses arguments that an operation has no use for, and what cannot be taken back", async () => {
      const wrong = [
        [{ operation: "status", ref: "HEAD" }, "INVALID_ARGUMENT"],
        [{ operation: "commit" }, "INVALID_ARGUMENT"],
        [{ operation: "stage" }, "INVALID_ARGUMENT"],
        [{ operation: "blame", path: "none.txt" }, "NOT_FOUND"],
        [{ operation: "show", ref: "none" }, "NOT_FOUND"],
        [{ operation: "reset", ref: "HEAD", hard: true }, "PROTECTED_PATH"],
        [{ operation: "create_branch", name: "a..b" }, "INVALID_ARGUMENT"],
      ] as const;
      for (const [args, code] of wrong) await fails(bench.client, "git_operations", args, code);
      await mkdir(path.join(bench.workspace.folder, "secrets"), { recursive: true });
      await write("secrets/id_rsa", "key\n");
      const stage = { operation: "stage", path: "." };
      await fails(bench.client, "git_operations", stage, "SECRET_FILE");
    });
  },
);
