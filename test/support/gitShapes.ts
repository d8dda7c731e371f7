import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { besideGit } from "./besideGit.ts";
import type { Comparison } from "./besideGit.ts";
import type { TestClient } from "./clients.ts";
import { plantRepository } from "./plantedRepository.ts";

/** A repository of a kind that git prints in its own way. */
export interface Shape {
  readonly name: string;
  /** Below the folder of all shapes. */
  readonly path: string;
}

const plant: Readonly<Record<string, (folder: string) => void>> = {
  sha256(folder) {
    const { commit, git } = plantRepository(folder, ["--object-format=sha256"]);
    commit({ "a.txt": "1\n2\n3\n", "src/b.ts": "export const b = 1;\n" }, "one");
    commit({ "a.txt": "1\n2\n3\n4\n" }, "two");
    git("stash", "list");
    write(folder, { "a.txt": "1\n2\n", "new.txt": "new\n" });
    git("add", "a.txt");
    git("stash", "push", "--quiet");
    write(folder, { "a.txt": "0\n1\n2\n3\n4\n" });
  },
  submodules(folder) {
    const library = plantRepository(`${folder}-library`);
    library.commit({ "l.txt": "1\n" }, "first of the library");
    const { commit, git } = plantRepository(folder);
    commit({ "a.txt": "a\n" }, "one");
    // Its path is relative: no answer names a folder of the machine.
    git("submodule", "--quiet", "add", `../${path.basename(library.folder)}`, "lib");
    commit({}, "with a submodule");
    library.commit({ "l.txt": "2\n" }, "second of the library");
    git("-C", "lib", "pull", "--quiet");
    commit({}, "the submodule is newer");
    git("-C", "lib", "checkout", "--quiet", "HEAD~1");
    git("submodule", "--quiet", "add", `../${path.basename(library.folder)}`, "other");
    write(folder, { "lib/l.txt": "changed inside\n", "lib/new.txt": "new\n" });
  },
  worktrees(folder) {
    const { commit, git } = plantRepository(folder);
    commit({ "a.txt": "a\n", "b.txt": "b\n" }, "one");
    git("worktree", "add", "--quiet", "-b", "beside", `${folder}-linked`);
    git("worktree", "add", "--quiet", "--detach", "trees/within");
    write(`${folder}-linked`, { "a.txt": "changed\n", "new.txt": "new\n" });
    execFileSync("git", ["add", "a.txt"], { cwd: `${folder}-linked` });
    write(folder, { "trees/within/b.txt": "changed\n" });
  },
  merges(folder) {
    const { commit, git } = plantRepository(folder);
    commit({ "a.txt": "1\n2\n3\n4\n5\n6\n7\n8\n9\n" }, "one");
    for (const name of ["left", "middle", "right"]) {
      git("checkout", "--quiet", "-b", name, "main");
      commit({ [`${name}.txt`]: `${name}\n` }, name);
    }
    git("checkout", "--quiet", "main");
    git("merge", "--quiet", "--no-edit", "left", "middle", "right");
    git("checkout", "--quiet", "-b", "top", "main");
    commit({ "a.txt": "one\n2\n3\n4\n5\n6\n7\n8\n9\n" }, "top");
    git("checkout", "--quiet", "-b", "end", "main");
    commit({ "a.txt": "1\n2\n3\n4\n5\n6\n7\n8\nnine\n" }, "end");
    git("merge", "--quiet", "--no-edit", "top");
    git("checkout", "--quiet", "-b", "clash", "main");
    commit({ "a.txt": "uno\n2\n3\n4\n5\n6\n7\n8\n9\n" }, "clash");
    git("checkout", "--quiet", "end");
    try {
      git("merge", "--quiet", "clash");
    } catch {
      // Both changed the first line.
    }
  },
  renames(folder) {
    const { commit, git } = plantRepository(folder);
    const long = Array.from({ length: 40 }, (_, at) => `line ${at}\n`).join("");
    commit(
      { "a.txt": long, "dir/b.txt": `b\n${long}`, "c.bin": "\0\u0001\u0002", "exact.txt": `exact\n${long}` },
      "one",
    );
    mkdirSync(path.join(folder, "moved"));
    renameSync(path.join(folder, "a.txt"), path.join(folder, "moved/ü a.txt"));
    renameSync(path.join(folder, "dir/b.txt"), path.join(folder, "B.txt"));
    renameSync(path.join(folder, "exact.txt"), path.join(folder, 'moved/exact "quoted".txt'));
    commit({ "moved/ü a.txt": long.replace("line 7", "changed"), "B.txt": `b\n${long}end\n` }, "moved");
    git("rm", "--quiet", "c.bin");
    commit({ "B.txt": "another text altogether\n" }, "rewritten");
    git("mv", "B.txt", "back.txt");
    git("update-index", "--chmod=+x", "back.txt");
  },
  shallow(folder) {
    const whole = plantRepository(`${folder}-whole`);
    for (const text of ["1\n", "1\n2\n", "1\n2\n3\n", "1\n2\n3\n4\n"]) whole.commit({ "a.txt": text }, text.trim());
    execFileSync("git", ["clone", "--quiet", "--depth=2", `file://${whole.folder}`, folder]);
    write(folder, { "a.txt": "1\n2\n3\n4\n5\n" });
  },
};

/** Makes a repository of each shape below a folder. */
export function gitShapes(folder: string): Shape[] {
  const shapes = Object.entries(plant).map(([name, make]) => {
    make(path.join(folder, name));
    return { name, path: name };
  });
  return [
    ...shapes,
    { name: "a linked worktree", path: "worktrees-linked" },
    { name: "a worktree within", path: "worktrees/trees/within" },
    { name: "a submodule", path: "submodules/lib" },
  ];
}

/** Everything that can be asked about a small repository. */
export async function* compareAll(client: TestClient, scratch: string, shape: Shape): AsyncGenerator<Comparison> {
  const beside = besideGit({ client, folder: path.join(scratch, shape.path), path: shape.path });
  const commits = beside.git("rev-list", "--all").split("\n").filter(Boolean);
  const files = beside
    .git("ls-tree", "-r", "-z", "HEAD")
    .split("\0")
    .flatMap((entry) => {
      const [, name] = entry.split("\t");
      const isFile = name !== undefined && entry.startsWith("100") && existsSync(path.join(scratch, shape.path, name));
      return isFile ? [name] : [];
    });
  yield beside.log();
  yield beside.status();
  yield beside.branches();
  yield beside.stashes();
  yield beside.worktrees((at) => {
    const relative = path.relative(scratch, at);
    return relative.startsWith("..") ? undefined : relative;
  });
  yield beside.unstaged();
  yield beside.staged();
  for (const commit of commits) {
    yield beside.show(commit);
    yield beside.between(commits[0] ?? "", commit);
  }
  for (const file of files) {
    yield beside.log({ path: file });
    yield beside.blame(file);
  }
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
}
