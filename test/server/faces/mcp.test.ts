import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineTool } from "../../../src/server/tools/runner/defineTool.ts";
import { getJob } from "../../../src/server/tools/getJob.ts";
import { connect } from "../../support/clients.ts";
import { serveTools } from "../../support/inProcess.ts";
import type { InProcessServer } from "../../support/inProcess.ts";

let started: AbortSignal | undefined;

const waitForever = defineTool({
  name: "wait_forever",
  title: "Wait",
  toolset: "code",
  effect: "read",
  long: true,
  description: "Waits until it is cancelled.",
  needs: [],
  input: z.strictObject({ wait: z.int().optional() }),
  output: z.object({}),
  handler(_input, { signal }) {
    started = signal;
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        reject(new Error("stopped"));
      });
    });
  },
});

const countToThree = defineTool({
  name: "count_to_three",
  title: "Count",
  toolset: "code",
  effect: "read",
  description: "Reports progress three times.",
  needs: [],
  input: z.strictObject({}),
  output: z.object({ done: z.boolean() }),
  async handler(_input, { progress }) {
    for (const done of [1, 2, 3]) {
      progress({ done, total: 3, message: `step ${done}` });
      await sleep(20);
    }
    return { done: true };
  },
});

const breaks = defineTool({
  name: "break_inside",
  title: "Break",
  toolset: "code",
  effect: "read",
  description: "Fails with a foreign error.",
  needs: [],
  input: z.strictObject({}),
  output: z.object({}),
  handler: () => Promise.reject(new Error("secret inner text at /home/someone")),
});

for (const kind of ["2025-11-25 http", "2026-07-28 http"] as const) {
  describe(`the MCP face over ${kind}`, () => {
    let server: InProcessServer;
    beforeEach(async () => {
      started = undefined;
      server = await serveTools([waitForever, countToThree, breaks, getJob]);
    });
    afterEach(() => server.close());

    it("cancels the tool when the response stream is closed, and writes one CANCELLED row", async () => {
      const client = await connect(kind, server, []);
      const giveUp = new AbortController();
      const call = client.call("wait_forever", {}, { signal: giveUp.signal });
      await until(() => started !== undefined);
      giveUp.abort();
      await assert.rejects(call);
      // A 2025-era client only sends notifications/cancelled, which over stateless HTTP could name anybody's request.
      await client.close();
      await until(() => server.records.length === 1);
      assert.equal(started?.aborted, true);
      assert.deepEqual(
        server.records.map(({ tool, outcome }) => ({ tool, outcome })),
        [{ tool: "wait_forever", outcome: "CANCELLED" }],
      );
    });

    it("reports progress to a client that asked for it", async () => {
      const client = await connect(kind, server, []);
      const seen: number[] = [];
      const { value } = await client.call("count_to_three", {}, { onprogress: ({ progress }) => seen.push(progress) });
      assert.deepEqual(value, { done: true });
      assert.deepEqual(seen, [1, 2, 3]);
      await client.close();
    });

    it("hands a slow call over and cancels it through get_job", async () => {
      const client = await connect(kind, server, []);
      const { value } = await client.call("wait_forever", { wait: 0 });
      assert.equal(value.state, "running");
      const cancelled = await client.call("get_job", { jobId: value.jobId, cancel: true });
      assert.equal(cancelled.value.state, "cancelled");
      assert.equal(started?.aborted, true);
      await client.close();
    });

    it("answers an internal fault with a reference and keeps its text for the log", async () => {
      const client = await connect(kind, server, []);
      const { value, isError } = await client.call("break_inside");
      const { code, message } = value.error as { code: string; message: string };
      assert.equal(isError, true);
      assert.equal(code, "INTERNAL");
      assert.doesNotMatch(message, /secret|home/);
      const reference = /reference (\w+)/.exec(message)?.[1] ?? "none";
      assert.ok(server.logged.some((line) => line.includes(reference) && line.includes("secret inner text")));
      await client.close();
    });
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 200; round++) {
    if (condition()) return;
    await sleep(10);
  }
  throw new Error("It did not happen within 2 s.");
}
