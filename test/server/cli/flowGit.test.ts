import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { runCli } from "../../support/cli.ts";
import { serverMain } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

const run = promisify(execFile);

/** Two components with a value and a place each. */
function flow(values: { one?: number; two?: string; x?: number; extra?: readonly string[] } = {}): string {
  const { one = 1, two = "a", x = 0, extra = [] } = values;
  const node = (id: string, value: unknown) => ({
    id,
    position: { x, y: 0 },
    data: { type: "Model", node: { template: { value: { type: "str", value } } } },
  });
  const nodes = [node("One-1", one), node("Two-2", two), ...extra.map((id) => node(id, "new"))];
  const id = "0d1d4d40-0000-4000-8000-000000000001";
  return `${JSON.stringify({ id, name: "Cider", data: { nodes, edges: [] } }, null, 2)}\n`;
}

describe("flow files in Git", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: workspace.folder });
  const file = () => path.join(workspace.folder, "flows", "Cider.json");

  /** Our change on one branch and another one on the other, then their merge. */
  async function merged(mine: string, theirs: string): Promise<{ code: number | null; text: string; said: string }> {
    await git("checkout", "-q", "-b", "theirs");
    await writeFile(file(), theirs);
    await git("commit", "-qam", "theirs");
    await git("checkout", "-q", "main");
    await writeFile(file(), mine);
    await git("commit", "-qam", "mine");
    const merge = ["-c", "user.name=a", "-c", "user.email=a@example.org", "merge", "-q", "theirs"];
    const { status, stdout, stderr } = spawnSync("git", merge, { cwd: workspace.folder, encoding: "utf8" });
    return { code: status, said: stdout + stderr, text: await readFile(file(), "utf8") };
  }

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "flows/Cider.json": flow() });
    await git("init", "-q", "-b", "main");
    const { code, stdout } = await runCli(["flow", "git", "--workspace", workspace.folder]);
    assert.deepEqual([code, stdout], [0, "Git merges and compares flows/*.json by components now.\n"]);
    await git("add", ".");
    await git("commit", "-qm", "start");
  });
  afterEach(() => workspace.remove());

  it("are merged by components, also where lines would conflict", async () => {
    const { code, text } = await merged(
      flow({ one: 2, x: 5, extra: ["Mine-3"] }),
      flow({ two: "b", x: 7, extra: ["Theirs-4"] }),
    );
    assert.equal(code, 0);
    const { data } = JSON.parse(text) as { data: { nodes: { id: string; position: { x: number } }[] } };
    assert.deepEqual(data.nodes.map(({ id }) => id).sort(), ["Mine-3", "One-1", "Theirs-4", "Two-2"]);
    assert.deepEqual(
      [...text.matchAll(/"value": ([^{\n]+)/g)].map(([, value]) => value),
      ["2", '"b"', '"new"', '"new"'],
    );
    assert.equal(data.nodes[0]?.position.x, 5);
  });

  it("are left to a person, with marks, where both sides changed one field", async () => {
    const { code, text, said } = await merged(flow({ one: 2 }), flow({ one: 3, two: "b" }));
    assert.equal(code, 1);
    assert.match(said, /Both changed One-1\.value\./);
    assert.match(
      text,
      /<<<<<<< here\n\s*"value": 2\n\|\|\|\|\|\|\| before\n\s*"value": 1\n=======\n\s*"value": 3\n>>>>>>> /,
    );
    assert.match(text, /"value": "b"/);
    const { stdout } = await git("diff", "--name-only", "--diff-filter=U");
    assert.equal(stdout.trim(), "flows/Cider.json");
  });

  it("are compared by what people see, without positions", async () => {
    await writeFile(file(), flow({ one: 2, x: 99 }));
    const { stdout } = await git("diff");
    const changed = stdout.split("\n").filter((line) => /^[-+] /.test(line));
    assert.deepEqual(changed, ["-  value: 1", "+  value: 2"]);
  });

  it("that are no flows are merged as Git does", async () => {
    const { code, text } = await merged('{"not a flow": 1}\n', '{"not a flow": 2}\n');
    assert.equal(code, 1);
    assert.match(text, /<<<<<<<[^]*"not a flow": 1[^]*=======[^]*"not a flow": 2[^]*>>>>>>>/);
  });

  it("are merged and compared by Git alone when our program is gone", async () => {
    for (const key of ["merge.langflow-flow.driver", "diff.langflow-flow.textconv"]) {
      const { stdout } = await git("config", key);
      await git("config", key, stdout.trim().replaceAll(serverMain, "/nowhere/main.mjs"));
    }
    const { code, text } = await merged(flow({ one: 2 }), flow({ one: 3 }));
    assert.equal(code, 1);
    assert.match(text, /<<<<<<<[^]*"value": 2[^]*=======[^]*"value": 3[^]*>>>>>>>/);
    await git("checkout", "-q", "--ours", "flows/Cider.json");
    await writeFile(file(), flow({ one: 4 }));
    assert.match((await git("diff")).stdout, /\+\s+"value": 4/);
  });

  it("are set up once: a second time adds no line, and a folder without Git is told", async () => {
    await runCli(["flow", "git", "--workspace", workspace.folder]);
    const attributes = await readFile(path.join(workspace.folder, ".gitattributes"), "utf8");
    assert.equal(attributes, "flows/*.json merge=langflow-flow diff=langflow-flow\n");
    const bare = await mkdtemp(path.join(tmpdir(), "lfc-bare-"));
    const { code, stderr } = await runCli(["flow", "git", "--workspace", bare]);
    await rm(bare, { recursive: true });
    assert.equal(code, 1);
    assert.match(stderr, /is not in a Git repository\. Run `git init`/);
  });
});
