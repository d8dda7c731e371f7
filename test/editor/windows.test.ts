import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";

describe("two windows of one user", function () {
  this.timeout(120_000);
  let data: string;
  const open: Editor[] = [];
  const removers: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  });
  afterEach(async () => {
    for (const editor of open.splice(0)) await editor.close().catch(() => undefined);
    for (const remove of removers.splice(0)) await remove();
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  });

  async function folder(text: string): Promise<string> {
    const workspace = await scratchWorkspace({ "a.txt": text });
    removers.push(workspace.remove);
    return workspace.folder;
  }
  async function window(workspace: string): Promise<Editor> {
    const editor = await openEditor({ workspace, data });
    open.push(editor);
    return editor;
  }
  async function textIn(editor: Editor): Promise<unknown> {
    const client = await editor.mcp();
    return (await client.call("read_file", { path: "a.txt" })).value.content;
  }

  it("on one folder both work; closing the first hands its port over within 15 s", async () => {
    const shared = await folder("shared\n");
    const first = await window(shared);
    const held = await first.endpoint();
    const second = await window(shared);
    const own = await second.endpoint();
    assert.deepEqual([held.owner, own.owner], [true, false]);
    assert.notEqual(held.url, own.url);
    assert.deepEqual([await textIn(first), await textIn(second)], ["shared\n", "shared\n"]);

    await first.close();
    const closed = Date.now();
    const taken = await until("the second window holds the port", async () => {
      const now = await second.endpoint();
      return now.owner && now;
    });
    assert.ok(Date.now() - closed < 15_000);
    assert.deepEqual([taken.url, taken.token], [held.url, held.token]);
    assert.equal(await textIn(second), "shared\n");
  });

  it("on two folders of one name each answers for its own", async () => {
    const [one, two] = [await window(await folder("one\n")), await window(await folder("two\n"))];
    assert.deepEqual([await textIn(one), await textIn(two)], ["one\n", "two\n"]);
    const [a, b] = [await one.endpoint(), await two.endpoint()];
    assert.ok(a.owner && b.owner && a.token !== b.token);
  });
});
