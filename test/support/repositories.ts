import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Every kind of repository in one folder; each file's text is its name. */
export function severalRepositories(): string {
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
