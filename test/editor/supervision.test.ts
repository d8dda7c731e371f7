import assert from "node:assert/strict";
import { openEditor, until } from "../support/editor.ts";
import type { Editor } from "../support/editor.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

describe("a server that fails", function () {
  this.timeout(90_000);
  let workspace: ScratchWorkspace;
  let editor: Editor;

  before(async () => {
    workspace = await scratchWorkspace({ "a.txt": "one\n" });
    editor = await openEditor({ workspace: workspace.folder });
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
  });

  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    it(`answers again within 15 s of ${signal}, on the same port with the same token`, async () => {
      const before = await editor.endpoint();
      process.kill(before.pid, signal);
      const struck = Date.now();
      const headers = { authorization: `Bearer ${before.token}`, "content-type": "application/json" };
      const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "api/v1/tools/list" });
      const url = new URL("/api/v1/tools/list", before.url);
      await until(
        "the same address answers",
        async () => {
          const now = await editor.endpoint().catch(() => undefined);
          if (!now || now.pid === before.pid) return false;
          const request = { method: "POST", headers, body: list, signal: AbortSignal.timeout(1_000) };
          const status = await fetch(url, request).then(
            (response) => response.status,
            () => 0,
          );
          return status !== 0 && status !== 401;
        },
        15_000,
      );
      assert.ok(Date.now() - struck < 15_000);
      const after = await editor.endpoint();
      assert.deepEqual([after.url, after.token], [before.url, before.token]);
      const client = await editor.mcp();
      assert.equal((await client.call("read_file", { path: "a.txt" })).value.content, "one\n");
    });
  }
});
