import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Memory } from "../../../src/protocol/memory.ts";
import { runCli } from "../../support/cli.ts";
import { startServer } from "../../support/server.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

describe("The command memory", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let data: string;
  const memory = (...args: string[]) => runCli(["memory", ...args, "--workspace", workspace.folder, "--data", data]);

  beforeEach(async () => {
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(async () => {
    await workspace.remove();
    await rm(data, { recursive: true, force: true });
  });

  async function addsListsAndRemoves() {
    assert.deepEqual(await memory("list"), { code: 0, stdout: "No memories.\n", stderr: "" });
    const added = await memory("add", "--text", "pears in october\nand later", "--tag", "fruit", "--expires", "30d");
    assert.match(added.stdout, /^Remembered: m_[\w-]{22}\n$/, added.stderr);
    const id = added.stdout.trim().split(" ")[1] ?? "";
    assert.equal((await memory("add", "--text", "pears in october\nand later")).stdout, `Renewed: ${id}\n`);
    await memory("add", "--text", "slow", "--scope", "flow", "--flow", "Cider");
    await memory("add", "--text", "no emoji", "--scope", "user");
    const { stdout } = await memory("list");
    assert.deepEqual(
      stdout
        .replaceAll(/\d{4}-[\d:.T-]+Z/g, "TIME")
        .replaceAll(/m_[\w-]{22}/g, "ID")
        .split("\n"),
      [
        "ID  user, from the user, TIME",
        "  no emoji",
        "ID  flow Cider, from the user, TIME",
        "  slow",
        "ID  workspace, from the user, TIME",
        "  pears in october",
        "  and later",
        "",
      ],
    );
    assert.match((await memory("list", "--query", "emoji")).stdout, /^m_\S+ {2}user, .*\n {2}no emoji\n$/);
    const exported = Memory.array().parse(JSON.parse((await memory("export")).stdout));
    assert.deepEqual(
      exported.map(({ scope, text }) => [scope, text]),
      [
        ["user", "no emoji"],
        ["flow", "slow"],
        ["workspace", "pears in october\nand later"],
      ],
    );
    assert.deepEqual(await memory("edit", id, "--tag", "tree", "--expires", "2d"), {
      code: 0,
      stdout: `Changed: ${id}\n`,
      stderr: "",
    });
    const { stdout: tagged } = await memory("list", "--scope", "workspace");
    assert.match(
      tagged,
      /^m_\S+ {2}workspace, from the user, \S+, until \S+, #tree\n {2}pears in october\n {2}and later\n$/,
    );
    assert.deepEqual(await memory("remove", id), { code: 0, stdout: "Forgotten.\n", stderr: "" });
    const again = await memory("remove", id);
    assert.deepEqual([again.code, again.stdout], [1, ""]);
    assert.match(again.stderr, /^There is no memory "m_.*memory list` shows\.\n$/);
  }

  it("adds, lists, exports and removes without a server", addsListsAndRemoves);

  it("does the same through the running server", async () => {
    const server = await startServer({ folders: [workspace.folder], data });
    try {
      await addsListsAndRemoves();
    } finally {
      await server.stop();
    }
  });

  it("ends with 2 on wrong use and with 1 on a secret", async () => {
    for (const [args, said] of [
      [[], /^Use: memory list/],
      [["add"], /add needs --text/],
      [["add", "--text", "a", "--scope", "world"], /scope: /],
      [["add", "--text", "a", "--expires", "soon"], /expires: must be a time such as 12h or 30d/],
      [["remove"], /^Use: memory list/],
      [["list", "--text", "a"], /memory list has no --text/],
    ] as const) {
      const { code, stdout, stderr } = await memory(...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, said);
    }
    const secret = await memory("add", "--text", `ghp_${"k".repeat(36)}`);
    assert.deepEqual([secret.code, secret.stdout], [1, ""]);
    assert.match(secret.stderr, /which is not stored\. Leave the value out/);
    assert.equal((await memory("export")).stdout, "[]\n");
  });
});
