import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { RepositoryAnswer } from "../../../src/server/analysis/repository/answer.ts";
import { createScans } from "../../../src/server/analysis/repository/scans.ts";
import { createReaders } from "../../../src/server/analysis/syntax/reader.ts";
import { commitAll, scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const quiet = { overlays: new Map<string, string>(), signal: new AbortController().signal, progress: () => undefined };

async function overview(folder: string, asked?: string): Promise<RepositoryAnswer> {
  const folderQuery =
    asked === undefined ? {} : { target: { absolute: path.join(folder, asked), displayPath: asked, isFolder: true } };
  const query = { roots: [{ absolute: folder, displayPath: "" }], ...folderQuery };
  return createScans(createReaders()).repository(query, quiet);
}

/** The same numbers by git, head, grep and wc. */
function byShell(folder: string, list = "git ls-files -coz --exclude-standard"): { files: number; lines: number } {
  const script = `
    files=0; lines=0
    while IFS= read -r -d '' name; do
      [ -f "$name" ] && [ ! -L "$name" ] || continue
      files=$((files+1))
      if [ "$(head -c 8000 -- "$name" | tr -dc '\\000' | wc -c)" -eq 0 ]; then lines=$((lines + $(wc -l < "$name"))); fi
    done < <(${list} | sort -zu)
    echo "$files $lines"`;
  const [files, lines] = execFileSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" }).trim().split(" ");
  return { files: Number(files), lines: Number(lines) };
}

/** Root may read everything: the work is then done as the user nobody. */
async function asNobody<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  await chmod(folder, 0o755);
  await chmod(path.dirname(folder), 0o755);
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe("files and lines of a repository", () => {
  let workspace: ScratchWorkspace;
  const far = (offset: number) => Buffer.concat([Buffer.alloc(offset, "a\n"), Buffer.from([0]), Buffer.from("\nb\n")]);

  before(async () => {
    workspace = await scratchWorkspace({
      "src/app.ts": "export const a = 1;\nexport const b = 2;\n",
      "src/no end.ts": "const last = 1",
      "src/Übung\nzwei.py": "print(1)\r\nprint(2)\r\n",
      "empty.txt": "",
      "image.png": Buffer.from([137, 80, 78, 71, 0, 10, 10]),
      "nul-at-7999.txt": far(7999),
      "nul-at-8000.txt": far(8000),
      "gone.txt": "deleted\n",
      ".gitignore": "ignored/\n*.log\n",
      "ignored/out.js": "1\n2\n",
      "debug.log": "1\n",
      "long.csv": "a,b,c\n".repeat(1_500_000),
    });
    await rm(path.join(workspace.folder, "gone.txt"));
    await writeFile(path.join(workspace.folder, "untracked.md"), "one\ntwo\n");
    await symlink("src/app.ts", path.join(workspace.folder, "link.ts"));
    await symlink("src", path.join(workspace.folder, "linked"));
    const nested = path.join(workspace.folder, "nested");
    await mkdir(nested);
    await writeFile(path.join(nested, "inner.ts"), "1\n");
    commitAll(nested);
  });
  after(() => workspace.remove());

  it("are those of git and wc, with links, nested repositories, deleted, ignored and binary files", async () => {
    const { files, lines } = await overview(workspace.folder);
    const list = "{ git ls-files -coz --exclude-standard; git -C nested ls-files -coz | sed -z s,^,nested/,; }";
    assert.deepEqual({ files, lines }, byShell(workspace.folder, list));
  });

  it("are those of git and wc on this project", async function () {
    // Several processes for each file.
    this.timeout(90_000);
    const folder = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
    const { files, lines, languages } = await overview(folder);
    assert.deepEqual({ files, lines }, byShell(folder));
    assert.equal(
      languages.reduce((sum, one) => sum + one.lines, 0),
      lines,
    );
  });

  it("are those of a folder when one is asked for", async () => {
    const { files, lines } = await overview(workspace.folder, "src");
    assert.deepEqual({ files, lines }, byShell(path.join(workspace.folder, "src")));
  });

  it("are counted in a folder that git ignores, when it is asked for by name", async () => {
    const { files, lines } = await overview(workspace.folder, "ignored");
    assert.deepEqual({ files, lines }, { files: 1, lines: 2 });
  });

  it("without git are all files but installed packages and what .gitignore names", async () => {
    const plain = await scratchWorkspace(
      {
        "a.ts": "1\n",
        "node_modules/x/index.js": "1\n",
        ".gitignore": "/tmp\n*.log\n!keep.log\n",
        "tmp/x.ts": "1\n",
        "src/tmp/y.ts": "1\n2\n",
        "x.log": "1\n",
        "keep.log": "1\n2\n3\n",
        "__pycache__/a.pyc": Buffer.from([0]),
      },
      { git: false },
    );
    const { files, lines, churn } = await overview(plain.folder);
    await plain.remove();
    assert.deepEqual({ files, lines, churn }, { files: 5, lines: 9, churn: "none" });
  });

  it("of an empty folder are zero, and there is nothing to judge", async () => {
    const empty = await scratchWorkspace({}, { git: false });
    const { files, lines, health, languages } = await overview(empty.folder);
    await empty.remove();
    assert.deepEqual({ files, lines, languages }, { files: 0, lines: 0, languages: [] });
    assert.equal(health.score, undefined);
  });

  // Windows has no mode that keeps an owner from reading.
  if (process.platform !== "win32") {
    it("name what could not be read", async () => {
      const locked = await scratchWorkspace({ "a.ts": "1\n", "b.ts": "1\n" }, { git: false });
      await chmod(path.join(locked.folder, "b.ts"), 0);
      const { files, incomplete } = await asNobody(locked.folder, () => overview(locked.folder));
      await locked.remove();
      assert.equal(files, 2);
      assert.deepEqual(incomplete, [{ path: "b.ts", reason: "No permission to read the file." }]);
    });
  }

  it("say which code was too large or too deeply nested to parse", async () => {
    const huge = await scratchWorkspace({
      "big.js": `const x = "${"a".repeat(5 * 1024 * 1024)}";\n`,
      "deep.js": `${"[".repeat(100_000)}\n`,
      "ok.js": "x = 1;\n",
    });
    const { files, lines, incomplete } = await overview(huge.folder);
    await huge.remove();
    assert.deepEqual({ files, lines }, { files: 3, lines: 3 });
    assert.deepEqual(incomplete.map((one) => one.path).sort(), ["big.js", "deep.js"]);
  });

  it("stop being counted when the call is cancelled", async () => {
    const controller = new AbortController();
    const context = { ...quiet, signal: controller.signal };
    const query = { roots: [{ absolute: workspace.folder, displayPath: "" }] };
    const call = createScans(createReaders()).repository(query, context);
    controller.abort();
    await assert.rejects(call, { code: "CANCELLED" });
  });
});
