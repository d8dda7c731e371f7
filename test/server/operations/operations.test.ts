import assert from "node:assert/strict";
import { z } from "zod";
import { operations } from "../../../src/protocol/operations.ts";
import { allOperations } from "../../../src/server/operations/index.ts";
import { runOperation } from "../../support/operations.ts";
import { langflowUsage } from "../../../src/server/cli/langflowCommands.ts";

describe("operations", () => {
  it("are all implemented, once each", () => {
    assert.deepEqual(allOperations.map(({ name }) => name).toSorted(), Object.keys(operations).toSorted());
  });

  it("offer no secret as a flag of the command line", () => {
    const usage = langflowUsage.join("\n");
    assert.match(usage, /^connect --url URL \[--user USER\] \[--key-file FILE\]$/m);
    assert.match(usage, /^push TEMPLATE \[--overwrite\] \[--set SET\]…$/m);
    assert.doesNotMatch(usage, /api/i);
  });

  it("name as their argument a param that they have", () => {
    for (const { name, command } of allOperations) {
      const params = Object.keys(operations[name].params.shape);
      if (command?.argument !== undefined) assert.ok(params.includes(command.argument), name);
    }
  });

  it("check params before anything runs, and do not know another name", async () => {
    await assert.rejects(runOperation("flows.push", { template: 7 }, {}), z.ZodError);
    await assert.rejects(runOperation("link.connect", { url: "x", more: true }, {}), z.ZodError);
    assert.equal(await runOperation("flows.publish", {}, {}), undefined);
  });
});
