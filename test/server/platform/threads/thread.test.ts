import assert from "node:assert/strict";
import { createAnalysis } from "../../../../src/server/analysis/analysis.ts";
import type { Analysis } from "../../../../src/server/analysis/analysis.ts";

describe("the analysis", () => {
  let analysis: Analysis;

  beforeEach(() => {
    analysis = createAnalysis({
      workerFile: new URL("../../../support/unrulyWorker.ts", import.meta.url),
      roots: [],
      overlays: () => new Map(),
      heapMb: 64,
      graceMs: 300,
    });
  });
  afterEach(() => analysis.dispose());

  const ask = (how: string, signal = new AbortController().signal, progress: () => void = () => undefined) =>
    analysis.repository({ roots: [], folder: { absolute: how, displayPath: how } }, { signal, progress });
  const works = async () => assert.equal((await ask("ok")).files, 1);

  it("answers", works);

  it("ends a cancelled call at once and keeps the thread when it heeds the flag", async () => {
    const controller = new AbortController();
    const call = ask("looks", controller.signal, () => controller.abort());
    const queued = ask("ok");
    await assert.rejects(call, { code: "CANCELLED" });
    assert.equal((await queued).files, 1);
  });

  it("replaces a thread that does not heed a cancel; its other calls say so and the next works", async () => {
    const controller = new AbortController();
    await works();
    const call = ask("never looks", controller.signal);
    const other = ask("ok");
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(call, { code: "CANCELLED" });
    await assert.rejects(other, { code: "NOT_READY", remedy: /Call again/ });
    await works();
  });

  it("does not replace a thread for a cancelled call that another one keeps waiting", async () => {
    const first = new AbortController();
    const second = new AbortController();
    await works();
    const busy = ask("looks", first.signal);
    const waiting = ask("ok", second.signal);
    second.abort();
    await assert.rejects(waiting, { code: "CANCELLED" });
    const last = ask("ok");
    setTimeout(() => first.abort(), 600);
    await assert.rejects(busy, { code: "CANCELLED" });
    assert.equal((await last).files, 1);
  });

  it("replaces a thread whose call was cancelled before it started and then does not heed it", async () => {
    const first = new AbortController();
    const second = new AbortController();
    await works();
    const busy = ask("looks", first.signal);
    const waiting = ask("never looks", second.signal);
    const last = ask("ok");
    second.abort();
    await assert.rejects(waiting, { code: "CANCELLED" });
    first.abort();
    await assert.rejects(busy, { code: "CANCELLED" });
    await assert.rejects(last, { code: "NOT_READY" });
    await works();
  });

  it("cancels asynchronous work by its signal", async () => {
    const controller = new AbortController();
    const call = ask("waits", controller.signal);
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(call, { code: "CANCELLED" });
    await works();
  });

  it("tells a full heap from other ends, and works afterwards", async () => {
    await assert.rejects(ask("heap"), { code: "INTERNAL", message: /64 MB of memory/ });
    await works();
    await assert.rejects(ask("exit"), { code: "INTERNAL", message: /crashed and was restarted/ });
    await works();
  });

  it("passes a fault on with its stack and keeps the thread", async () => {
    await assert.rejects(ask("fault"), { message: "unexpected fault", stack: /unrulyWorker/ });
    await works();
  });

  it("refuses a call that is cancelled before it starts", async () => {
    await assert.rejects(ask("ok", AbortSignal.abort()), { code: "CANCELLED" });
  });
});
