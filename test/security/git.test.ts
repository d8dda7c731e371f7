import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startPathTarget } from "./pathTarget.ts";
import type { PathTarget } from "./pathTarget.ts";
import { bytesOf, sample } from "./sample.ts";
import type { Generated, GitEntry } from "./sample.ts";

/** Names of the sample → operations of ours; what we have none for is refused as an unknown one. */
const operations: Readonly<Record<string, string>> = {
  git_diff: "diff",
  git_log: "log",
  git_show: "show",
  git_checkout: "checkout",
  git_blame: "blame",
  git_add: "stage",
  git_restore: "restore",
  git_init: "init",
  git_status: "status",
  git_commit: "commit",
  git_branch: "create_branch",
  git_reset: "reset",
};
const reading: readonly Record<string, unknown>[] = [
  { operation: "status" },
  { operation: "diff" },
  { operation: "diff", staged: true },
  { operation: "diff", ref: "HEAD~1" },
  { operation: "log" },
  { operation: "log", path: "README.md" },
  { operation: "show" },
  { operation: "blame", path: "README.md" },
  { operation: "branches" },
  { operation: "stashes" },
  { operation: "worktrees" },
];
const writing: readonly Record<string, unknown>[] = [
  { operation: "stage", path: "README.md" },
  { operation: "unstage", path: "README.md" },
  { operation: "stage", path: "README.md" },
  { operation: "commit", message: "m" },
  { operation: "restore", path: "src/a.ts" },
  { operation: "stash" },
  { operation: "unstash" },
  { operation: "create_branch", name: "made" },
  { operation: "checkout", ref: "other" },
  { operation: "checkout", ref: "main" },
  { operation: "add_worktree", folder: "tree", ref: "HEAD" },
  { operation: "remove_worktree", folder: "tree" },
  { operation: "delete_branch", name: "made" },
];

describe("hostile git", function () {
  this.timeout(120_000);
  let target: PathTarget;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: target.folder,
      stdio: "pipe",
      env: { ...process.env, GIT_CONFIG_NOSYSTEM: "1" },
    }).toString();

  before(async () => {
    target = await startPathTarget("2026-07-28");
    rmSync(path.join(target.folder, "fifo"), { force: true });
    git("config", "user.name", "t");
    git("config", "user.email", "t@example.com");
    git("add", "README.md", "src");
    git("commit", "-qm", "one");
    git("branch", "other");
    writeFileSync(path.join(target.folder, "src/a.ts"), "export const a = 2;\n");
    git("commit", "-qam", "two");
  });
  after(() => target.stop());

  const marker = () => path.join(target.up, "PWNED");

  async function outcomesOf(entry: GitEntry): Promise<[string, string][]> {
    const { ref, url, paths, path: at, repo_path: repository, name, message, hard } = entry.args;
    const text = (value: unknown) => target.fill(bytesOf(value as Generated).toString("utf8"));
    const answers: [string, string][] = [];
    for (const tool of entry.tool.split("|")) {
      const operation = operations[tool];
      const args = {
        operation: operation ?? tool,
        ...(ref !== undefined && { ref: text(ref) }),
        ...(paths !== undefined && { paths: (paths as string[]).map(text) }),
        ...(at !== undefined && { path: text(at) }),
        ...(repository !== undefined && { path: text(repository) }),
        ...(name !== undefined && { name: text(name) }),
        ...(message !== undefined && { message: text(message) }),
        ...(hard === true && { hard, ref: "HEAD" }),
        ...(operation === "blame" && { path: "README.md" }),
      };
      const { outcome } =
        url === undefined
          ? await target.call("git_operations", args)
          : await target.call("ingest_repository", { url: text(url).replace("{PORT}", "9") });
      answers.push([tool, outcome]);
    }
    return answers;
  }

  for (const entry of sample.git) {
    if ("repo_config" in entry.args || "with" in entry.args) continue;
    it(`${entry.id} ${entry.tool} ${JSON.stringify(entry.args).slice(0, 60)}`, async () => {
      if (entry.tool === "git_commit") {
        writeFileSync(path.join(target.folder, "README.md"), "hello again\n");
        git("add", "README.md");
      }
      for (const [tool, outcome] of await outcomesOf(entry)) {
        assert.ok(entry.expect.includes(outcome), `${tool}: ${outcome} is none of ${entry.expect.join()}`);
      }
      assert.ok(!existsSync(marker()));
    });
  }

  for (const entry of sample.git) {
    if (!("repo_config" in entry.args)) continue;
    const { repo_config: planted, gitattributes } = entry.args as {
      repo_config: Record<string, string>;
      gitattributes: string;
    };
    it(`${entry.id} nothing runs that ${Object.keys(planted).join()} of the repository names`, async () => {
      const config = path.join(target.folder, ".git/config");
      const before = readFileSync(config);
      const attributes = path.join(target.folder, ".gitattributes");
      const program = path.join(target.folder, "x");
      try {
        writeFileSync(program, `#!/bin/sh\ntouch ${marker()}\n`);
        chmodSync(program, 0o755);
        for (const [name, value] of Object.entries(planted)) git("config", name, target.fill(value));
        git("config", "commit.gpgSign", "true");
        writeFileSync(attributes, `${gitattributes}\n`);
        mkdirSync(path.join(target.folder, ".git/hooks"), { recursive: true });
        for (const hook of ["pre-commit", "post-checkout", "post-index-change", "reference-transaction"]) {
          const file = path.join(target.folder, ".git/hooks", hook);
          writeFileSync(file, `#!/bin/sh\ntouch ${marker()}\n`);
          chmodSync(file, 0o755);
        }
        writeFileSync(path.join(target.folder, "README.md"), `hello ${entry.id}\n`);
        for (const args of [...reading, ...writing]) {
          const { outcome, value } = await target.call("git_operations", args);
          const isWrite = writing.includes(args);
          // A step after one that was refused has nothing to do.
          const allowed = isWrite ? [...entry.expect, "reject_conflict", "not_found"] : entry.expect;
          assert.ok(allowed.includes(outcome), `${JSON.stringify(args)}: ${outcome} ${JSON.stringify(value)}`);
          assert.ok(!existsSync(marker()), `${JSON.stringify(args)} ran the program`);
        }
      } finally {
        writeFileSync(config, before);
        rmSync(attributes, { force: true });
        rmSync(program, { force: true });
        rmSync(path.join(target.folder, ".git/hooks"), { recursive: true, force: true });
        rmSync(path.join(target.folder, ".git/index.lock"), { force: true });
        git("checkout", "-q", "-f", "main");
        git("stash", "clear");
      }
    });
  }

  it("a folder that says that its repository is elsewhere leads nowhere", async () => {
    const beside = path.join(target.up, "outside", "other");
    const run = (...args: string[]) => execFileSync("git", args, { stdio: "pipe" });
    run("init", "-q", beside);
    const folder = path.join(target.folder, "planted");
    mkdirSync(folder);
    try {
      writeFileSync(path.join(folder, ".git"), `gitdir: ${beside}/.git\n`);
      assert.equal((await target.raw("git_operations", { operation: "log", path: "planted" })).isError, true);
      rmSync(path.join(folder, ".git"));
      symlinkSync(`${beside}/.git`, path.join(folder, ".git"));
      const { value } = await target.raw("git_operations", { operation: "status", path: "planted" });
      assert.equal((value["error"] as { code: string }).code, "PATH_OUTSIDE_WORKSPACE");
    } finally {
      rmSync(folder, { recursive: true });
      rmSync(beside, { recursive: true });
    }
  });

  it("an embedded bare repository runs nothing", async () => {
    const bare = path.join(target.folder, "sub/bare");
    execFileSync("git", ["init", "-q", "--bare", bare], { stdio: "pipe" });
    execFileSync("git", ["config", "core.fsmonitor", `touch ${marker()}`], { cwd: bare });
    execFileSync("git", ["config", "core.bare", "false"], { cwd: bare });
    execFileSync("git", ["config", "core.worktree", "."], { cwd: bare });
    try {
      for (const args of reading.slice(0, 3)) await target.raw("git_operations", { ...args, path: "sub/bare" });
      assert.ok(!existsSync(marker()));
    } finally {
      rmSync(bare, { recursive: true });
    }
  });

  for (const kind of ["a submodule", "a repository within that git does not know"]) {
    it(`runs nothing that ${kind} names`, async () => {
      const inner = path.join(target.folder, "inner");
      const within = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
          cwd: inner,
          stdio: "pipe",
        });
      const config = readFileSync(path.join(target.folder, ".git/config"));
      const head = git("rev-parse", "HEAD").trim();
      const exclude = path.join(target.folder, ".git/info/exclude");
      mkdirSync(inner);
      mkdirSync(path.dirname(exclude), { recursive: true });
      // The other files of the workspace are not staged with it.
      writeFileSync(exclude, "/*\n!/inner\n");
      try {
        within("init", "-q", "-b", "main");
        writeFileSync(path.join(inner, "a.txt"), "a\n");
        within("add", "-A");
        within("commit", "-qm", "inner");
        if (kind === "a submodule") {
          const entry = ['[submodule "inner"]', "path = inner", "url = ./inner", "update = !touch PWNED", ""];
          writeFileSync(path.join(target.folder, ".gitmodules"), entry.join("\n"));
          git("add", "-f", "inner");
          git("config", "submodule.inner.url", "./inner");
          git("config", "submodule.inner.update", `!touch ${marker()}`);
          git("commit", "-qm", "with a submodule");
        }
        // Another commit, and changed files whose time alone does not show it.
        within("commit", "-q", "--allow-empty", "-m", "newer");
        const run = `touch ${marker()}`;
        for (const name of ["core.fsmonitor", "filter.x.clean", "filter.x.smudge", "diff.external", "core.pager"]) {
          within("config", name, run);
        }
        within("config", "core.hooksPath", path.join(inner, "hooks"));
        mkdirSync(path.join(inner, "hooks"));
        for (const hook of ["post-checkout", "post-index-change", "pre-commit", "reference-transaction"]) {
          writeFileSync(path.join(inner, "hooks", hook), `#!/bin/sh\n${run}\n`, { mode: 0o755 });
        }
        writeFileSync(path.join(inner, ".gitattributes"), "* filter=x diff=x\n");
        writeFileSync(path.join(inner, "a.txt"), "b\n");
        const changing: readonly Record<string, unknown>[] = [
          { operation: "stage", path: "." },
          { operation: "commit", message: "newer" },
          { operation: "diff", ref: "HEAD~1" },
          { operation: "show" },
          { operation: "checkout", ref: head },
          { operation: "checkout", ref: "main" },
          { operation: "add_worktree", folder: "tree", ref: "HEAD" },
          { operation: "remove_worktree", folder: "tree" },
          { operation: "reset", ref: head },
          { operation: "unstage", path: "." },
          { operation: "stash" },
        ];
        const done: string[] = [];
        for (const args of [...reading, ...changing]) {
          const { isError } = await target.raw("git_operations", args);
          if (!isError) done.push(String(args["operation"]));
          assert.ok(!existsSync(marker()), `${JSON.stringify(args)} ran a program`);
        }
        for (const operation of ["stage", "commit", "checkout", "add_worktree"]) assert.ok(done.includes(operation));
        // The test can see it: git itself runs it, once it asks the repository within.
        execFileSync("git", ["status"], { cwd: inner, stdio: "pipe" });
        assert.ok(existsSync(marker()));
      } finally {
        rmSync(marker(), { force: true });
        rmSync(inner, { recursive: true, force: true });
        rmSync(path.join(target.folder, ".gitmodules"), { force: true });
        rmSync(exclude);
        rmSync(path.join(target.folder, "tree"), { recursive: true, force: true });
        writeFileSync(path.join(target.folder, ".git/config"), config);
        git("worktree", "prune");
        git("symbolic-ref", "HEAD", "refs/heads/main");
        git("reset", "-q", "--hard", head);
        git("clean", "-fdq");
        git("stash", "clear");
      }
    });
  }

  it("leaves the server unharmed", () => target.assertUnharmed());
});
