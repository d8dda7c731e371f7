import assert from "node:assert/strict";
import { createAnalysisThread } from "../../../src/server/analysis/thread.ts";

const workerFile = new URL("../../support/unrulyAnalysisWorker.ts", import.meta.url);

describe("the analysis thread", () => {
  it("asks again what it owed when it was replaced because of another call", async () => {
    const data = { kind: "project" } as never;
    const thread = createAnalysisThread({ workerFile, data, overlays: () => new Map() });
    const ask = thread.ask("diagnostics");
    const about = (path: string) => ({ path }) as never;
    try {
      const options = { signal: new AbortController().signal, progress: () => undefined };
      await ask(about("/first"), options);
      const slow = new AbortController();
      const cancelled = ask(about("/slow"), { ...options, signal: slow.signal });
      const waiting = ask(about("/other"), options);
      setTimeout(() => slow.abort(), 200);
      await assert.rejects(cancelled, { code: "CANCELLED" });
      assert.deepEqual(await waiting, { diagnostics: [], incomplete: [] });
    } finally {
      await thread.dispose();
    }
  });
});
