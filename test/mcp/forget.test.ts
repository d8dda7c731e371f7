import assert from "node:assert/strict";
import { connect } from "../support/clients.ts";
import { overEveryClient } from "../support/everyClient.ts";
import { startServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";

overEveryClient("forget", { "notes.txt": "one" }, (bench) => {
  it("deletes a memory, once", async () => {
    const { value } = await bench.client.call("remember", { text: "pears" });
    const { id } = value.memory as { id: string };
    assert.deepEqual((await bench.client.call("forget", { id })).value, { forgotten: id });
    assert.deepEqual((await bench.client.call("recall", { query: "pears" })).value.memories, []);
    const again = await bench.client.call("forget", { id });
    assert.equal(again.isError, true);
    assert.match(JSON.stringify(again.value), /NOT_FOUND.*memory list/);
  });

  it("leaves those of another workspace of the same user, which nobody else sees", async () => {
    const other = await scratchWorkspace({ "notes.txt": "two" });
    const server = await startServer({ folders: [other.folder], data: bench.server.data });
    const client = await connect("2026-07-28 http", server, [other.folder]);
    try {
      const { id } = (await client.call("remember", { text: "plums" })).value.memory as { id: string };
      assert.equal((await bench.client.call("forget", { id })).isError, true);
      assert.deepEqual((await bench.client.call("recall", { query: "plums" })).value.memories, []);
      assert.equal(((await client.call("recall", { query: "plums" })).value.memories as unknown[]).length, 1);
    } finally {
      await client.close();
      await server.stop();
      await other.remove();
    }
  });
});
