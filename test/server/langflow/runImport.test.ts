import assert from "node:assert/strict";
import { createRunImport } from "../../../src/server/langflow/runImport.ts";
import { parseVersion } from "../../../src/server/langflow/client/version.ts";
import type { OpenLink } from "../../../src/server/langflow/connection.ts";
import { memoryLangflow } from "../../support/memoryLangflow.ts";

describe("runs that others start", () => {
  const start = Date.parse("2026-05-20T08:00:00Z");
  const minutes = (count: number) => count * 60_000;
  const days = (count: number) => minutes(count * 24 * 60);

  /** A Langflow whose runs all are in the ledger as ours, so that it knows none of others. */
  function ours(begun: readonly number[]) {
    const server = memoryLangflow("http://one");
    const asked: string[] = [];
    server.before(({ path }) => {
      const since = new URL(path, server.http.base).searchParams.get("start_time") ?? "";
      asked.push(since);
      const traces = begun.filter((at) => at >= Date.parse(since));
      const facts = { name: "push", status: "ok", flowId: "f", sessionId: "s" };
      return { traces: traces.map((at) => ({ ...facts, id: String(at), startTime: new Date(at).toISOString() })) };
    });
    const unexpected = (event: string) => {
      throw new Error(event);
    };
    let link: OpenLink = { http: server.http, version: parseVersion({ version: "1.13.0" }), serverName: "" };
    let now = start;
    const runImport = createRunImport({
      connection: { tryUse: () => link, onStatus: () => ({ dispose: () => undefined }) },
      knownRuns: { unrecorded: () => Promise.resolve([]), lastOfOthers: () => Promise.resolve(undefined) },
      recordRun: () => Promise.reject(new Error("nothing is to be recorded")),
      log: { debug: unexpected, info: unexpected, warn: unexpected, error: unexpected },
      now: () => new Date(now),
    });
    return {
      /** From when on a reading after so long a time asks. */
      async since(ms: number): Promise<number> {
        now = start + ms;
        await runImport.refresh();
        return Date.parse(asked.at(-1) ?? "");
      },
      reconnect: () => (link = { ...link, http: { ...link.http } }),
    };
  }

  it("are looked for behind the newest run, also where all runs are ours", async () => {
    const run = start - minutes(20);
    const { since, reconnect } = ours([start - days(20), run]);
    assert.equal(await since(0), start - days(30));
    assert.equal(await since(minutes(1)), run - minutes(10));
    // Long runs, every hour.
    assert.equal(await since(minutes(61)), run - days(1));
    assert.equal(await since(minutes(62)), run - minutes(10));
    // Another login may see other runs.
    reconnect();
    assert.equal(await since(minutes(63)), start + minutes(63) - days(30));
  });
});
