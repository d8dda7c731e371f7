import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createGitHead } from "../../../src/server/platform/gitHead.ts";

describe("What is checked out", () => {
  let folder: string;
  const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" }).trim();
  const read = (at = folder) => createGitHead(at)();
  /** By git itself. */
  const byGit = (at = folder) => ({
    branch: git(at, "branch", "--show-current"),
    commit: git(at, "rev-parse", "--verify", "HEAD"),
  });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lfc-head-"));
    git(folder, "init", "-q", "-b", "orchard/plums");
    git(folder, "config", "user.email", "a@example.com");
    git(folder, "config", "user.name", "A");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function commit(): Promise<void> {
    await writeFile(path.join(folder, "a"), String(Math.random()));
    git(folder, "add", "a");
    git(folder, "commit", "-qm", "a");
  }

  it("is what git says, in a folder below too, packed, detached and in a worktree", async () => {
    assert.deepEqual(read(), { branch: "orchard/plums", commit: "" });
    await commit();
    await mkdir(path.join(folder, "deep", "er"), { recursive: true });
    assert.deepEqual(read(path.join(folder, "deep", "er")), byGit());
    git(folder, "branch", "orchard/plums-2");
    await commit();
    git(folder, "pack-refs", "--all");
    assert.deepEqual(read(), byGit());
    const tree = path.join(folder, "tree");
    git(folder, "worktree", "add", "-q", "-b", "other", tree);
    await commit();
    assert.deepEqual(read(tree), byGit(tree));
    assert.notEqual(read(tree).commit, read().commit);
    git(folder, "checkout", "-q", "--detach");
    assert.deepEqual(read(), { branch: "", commit: byGit().commit });
  });

  it("is nothing without a repository, and of what is no repository's head", async () => {
    await commit();
    await writeFile(path.join(folder, ".git", "HEAD"), "ref: ../../../../../../../../etc/hostname\n");
    assert.equal(read().commit, "");
    await rm(path.join(folder, ".git", "HEAD"));
    execFileSync("mkfifo", [path.join(folder, ".git", "HEAD")]);
    assert.deepEqual(read(), { branch: "", commit: "" });
    await rm(path.join(folder, ".git"), { recursive: true });
    assert.deepEqual(read(), { branch: "", commit: "" });
  });

  it("is read again after a second", async () => {
    let now = 0;
    const head = createGitHead(folder, () => now);
    assert.equal(head().commit, "");
    await commit();
    now = 999;
    assert.equal(head().commit, "");
    now = 1000;
    assert.equal(head().commit, byGit().commit);
  });
});
