import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { mostFiles, readExamples } from "../../scripts/lib/examples.ts";

const root = path.resolve(import.meta.dirname, "../..");
const examples = readExamples(root);

/** A copy of the sources in which a contributor's change can be tried. */
function copyOfTheSources(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "lfc-contributing-"));
  const files = run(root, "git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  execFileSync("tar", ["-cf", `${folder}/all.tar`, "--null", "--ignore-failed-read", "-T", "-"], {
    cwd: root,
    input: files,
    stdio: ["pipe", "pipe", "pipe"],
  });
  run(folder, "tar", ["-xf", "all.tar"]);
  rmSync(path.join(folder, "all.tar"));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  run(folder, "git", ["init", "-q"]);
  run(folder, "git", ["add", "-A"]);
  run(folder, "git", ["-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-qm", "as it is"]);
  return folder;
}

function run(cwd: string, command: string, args: readonly string[], input?: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe", ...(input !== undefined && { input }) });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed.\n${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`, {
      cause: error,
    });
  }
}

const node = (cwd: string, ...args: string[]) => run(cwd, process.execPath, ["scripts/node.mjs", ...args]);

describe("adding to the product", function () {
  this.timeout(600_000);
  let folder: string;
  before(() => {
    folder = copyOfTheSources();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("works as docs/adding-*.md show, within the files that they name", () => {
    const touched = new Map<string, number>();
    for (const { kind, patch } of examples) {
      run(folder, "git", ["apply", "--recount", "-C1", "-"], patch);
      const changed = run(folder, "git", ["status", "--porcelain", "--untracked-files=all"]);
      touched.set(kind, changed.split("\n").filter((line) => line.slice(3).startsWith("src/")).length);
      run(folder, "git", ["add", "-A"]);
      run(folder, "git", ["-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-qm", kind]);
    }
    for (const [kind, most] of Object.entries(mostFiles)) {
      const files = touched.get(kind);
      assert.ok(files !== undefined && files > 0 && files <= most, `${kind}: ${String(files)} files, at most ${most}`);
    }
  });

  it("starts by `npm run new`", () => {
    node(folder, "scripts/new.ts", "tool", "weigh_files");
    node(folder, "scripts/new.ts", "operation", "link.weight");
    node(folder, "scripts/new.ts", "topic", "weight");
  });

  it("leaves npm run check green, and its own tests", () => {
    node(folder, "scripts/gen.ts");
    node(folder, "scripts/check.ts");
    node(folder, "esbuild.mjs");
    const started = ["test/mcp/weighFiles.test.ts", "test/server/operations/linkWeight.test.ts"];
    node(folder, "--bin", "mocha", ...started, ...examples.flatMap(({ tests }) => tests));
  });
});
