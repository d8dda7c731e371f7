import assert from "node:assert/strict";
import { z } from "zod";
import { operations } from "../../src/protocol/operations.ts";
import { allOperations, createOperations } from "../../src/server/operations/index.ts";
import { localUser } from "../../src/server/platform/call.ts";
import { langflowUsage } from "../../src/server/cli/langflowCommands.ts";

const call = {
  caller: { face: "cli", client: "test", principal: localUser },
  signal: new AbortController().signal,
  progress: () => undefined,
} as const;

describe("operations", () => {
  it("are all implemented, once each", () => {
    assert.deepEqual(allOperations.map(({ name }) => name).toSorted(), Object.keys(operations).toSorted());
  });

  it("offer no secret as a flag of the command line", () => {
    const usage = langflowUsage.join("\n");
    assert.match(usage, /^connect --url URL \[--key-file FILE\]$/m);
    assert.match(usage, /^push TEMPLATE \[--overwrite\]$/m);
    assert.doesNotMatch(usage, /api/i);
  });

  it("name as their argument a param that they have", () => {
    for (const { name, command } of allOperations) {
      const params = Object.keys(operations[name].params.shape);
      if (command?.argument !== undefined) assert.ok(params.includes(command.argument), name);
    }
  });

  it("check params before anything runs, and do not know another name", async () => {
    const services = new Proxy({}, { get: () => assert.fail("no service may be used") });
    const operate = createOperations(services as Parameters<typeof createOperations>[0]);
    await assert.rejects(async () => operate("flows.push", { template: 7 }, call), z.ZodError);
    await assert.rejects(async () => operate("link.connect", { url: "x", more: true }, call), z.ZodError);
    assert.equal(operate("flows.publish", {}, call), undefined);
  });
});
