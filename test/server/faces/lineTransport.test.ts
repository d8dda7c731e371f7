import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { createLineTransport } from "../../../src/server/faces/mcp/lineTransport.ts";

describe("MCP over lines", () => {
  const call = (id: number) => ({ jsonrpc: "2.0", id, method: "tools/call", params: { name: `tool_${String(id)}` } });
  const cancel = (requestId: number) => ({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } });

  it("keeps nothing of a call that its client cancelled, which gets no answer", async () => {
    const input = new PassThrough();
    const refused: (string | undefined)[] = [];
    const transport = createLineTransport({ input, write: () => undefined, refused: (name) => refused.push(name) });
    await transport.start();
    for (const message of [call(1), call(2), cancel(1)]) input.write(`${JSON.stringify(message)}\n`);
    await new Promise((resolve) => setImmediate(resolve));
    for (const id of [1, 2]) await transport.send({ jsonrpc: "2.0", id, error: { code: -32602, message: "No." } });
    assert.deepEqual(refused, ["tool_2"]);
    await transport.close();
  });
});
