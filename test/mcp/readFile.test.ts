import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { clientKinds, connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const text = "one\ntwo\nthree\n";

for (const kind of clientKinds) {
  describe(`read_file over ${kind}`, () => {
    let workspace: ScratchWorkspace;
    let server: RunningServer;
    let client: TestClient;

    before(async () => {
      workspace = await scratchWorkspace({ "notes.txt": text });
      server = await startServer({ folders: [workspace.folder] });
      client = await connect(kind, server, [workspace.folder]);
    });
    after(async () => {
      await client.close();
      await server.stop();
      await workspace.remove();
    });

    it("is listed", async () => {
      assert.ok((await client.listTools()).some((tool) => tool.name === "read_file"));
    });

    it("gives the text with the SHA-256 of its bytes as etag", async () => {
      const { value, isError } = await client.call("read_file", { path: "notes.txt" });
      assert.equal(isError, false);
      assert.deepEqual(value, {
        content: text,
        etag: createHash("sha256").update(text).digest("hex"),
        lines: 3,
        unsaved: false,
        complete: true,
      });
    });

    it("refuses a path outside the workspace with a remedy", async () => {
      const { value, isError } = await client.call("read_file", { path: "../outside.txt" });
      assert.equal(isError, true);
      assert.equal((value.error as { code: string }).code, "PATH_OUTSIDE_WORKSPACE");
    });
  });
}
