import assert from "node:assert/strict";
import { timeOrderedId } from "../../../src/server/platform/ids.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { localUser } from "../../../src/server/platform/call.ts";
import { createJobs } from "../../../src/server/tools/runner/jobs.ts";
import { createRegistry } from "../../../src/server/tools/runner/registry.ts";
import { createToolRunner } from "../../../src/server/tools/runner/runTool.ts";

describe("an id of a ledger row", () => {
  it("is a UUID of version 7 that tells its millisecond", () => {
    const at = new Date("2026-11-20T22:00:00.123Z");
    const id = timeOrderedId(at);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16), at.getTime());
    assert.notEqual(timeOrderedId(at), id);
  });

  it("sorts by the time of its call, refused ones included", async () => {
    const ids: string[] = [];
    let time = Date.UTC(2026, 0, 1);
    const [jobs, log] = [createJobs(), createLogger(() => undefined, "debug")];
    const runner = createToolRunner({
      registry: createRegistry({ sources: [], services: { jobs } }),
      services: { jobs },
      log,
      observers: [({ id }) => void ids.push(id)],
      now: () => new Date(time++),
    });
    const caller = { face: "mcp", client: "tester", principal: localUser } as const;
    for (let call = 0; call < 8; call++) {
      await runner.run({ name: "none", args: {}, caller, signal: new AbortController().signal });
      await runner.refused({ caller });
    }
    assert.equal(ids.length, 16);
    assert.deepEqual(ids.toSorted(), ids);
  });
});
