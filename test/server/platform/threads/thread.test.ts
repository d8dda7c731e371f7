import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ToolError } from "../../../../src/server/platform/errors.ts";
import { createThread } from "../../../../src/server/platform/threads/thread.ts";
import type { Thread } from "../../../../src/server/platform/threads/thread.ts";
import type { UnrulyMethods } from "../../../support/unrulyWorker.ts";

const workerFile = new URL("../../../support/unrulyWorker.ts", import.meta.url);

describe("a worker thread", () => {
  let thread: Thread<UnrulyMethods>;

  beforeEach(() => {
    thread = createThread({ workerFile, name: "work", heapMb: 64, graceMs: 300 });
  });
  afterEach(() => thread.dispose());

  const ask = (how: string, signal = new AbortController().signal, progress: () => void = () => undefined) =>
    thread.call("act", how, { signal, progress });
  const works = async () => assert.equal(await ask("ok"), 1);

  it("answers", works);

  it("ends a cancelled call at once and keeps the thread when it heeds the flag", async () => {
    const controller = new AbortController();
    const call = ask("looks", controller.signal, () => controller.abort());
    const queued = ask("ok");
    await assert.rejects(call, { code: "CANCELLED" });
    assert.equal(await queued, 1);
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
    assert.equal(await last, 1);
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
    await assert.rejects(ask("heap"), { code: "INTERNAL", message: /work needed more than its 64 MB of memory/ });
    await works();
    await assert.rejects(ask("exit"), { code: "INTERNAL", message: /work worker crashed and was restarted/ });
    await works();
  });

  it("passes a fault on with its stack and keeps the thread", async () => {
    await assert.rejects(ask("fault"), { message: "unexpected fault", stack: /unrulyWorker/ });
    await works();
  });

  it("refuses a call that is cancelled before it starts", async () => {
    await assert.rejects(ask("ok", AbortSignal.abort()), { code: "CANCELLED" });
  });

  it("passes a refusal on whole", async () => {
    const refusal = { code: "TOO_LARGE", message: "It is too large.", remedy: "Narrow it.", details: { limit: 7 } };
    await assert.rejects(ask("refuses"), (error) => {
      assert.ok(error instanceof ToolError);
      const { code, message, remedy, details } = error;
      assert.deepEqual({ code, message, remedy, details }, refusal);
      return true;
    });
  });

  it("reports what is known by now", async () => {
    const { signal } = new AbortController();
    const partials: string[] = [];
    assert.equal(await thread.call("act", "reports", { signal, partial: (known) => partials.push(known) }), 4);
    assert.deepEqual(partials, ["half"]);
  });

  it("fails what a replaced thread owes with the reason, and starts another", async () => {
    assert.equal(await ask("count"), 1);
    assert.equal(thread.start(), false);
    const call = ask("never looks");
    thread.replace(new ToolError("INVALID_ARGUMENT", "It never ends.", "Ask for less."));
    await assert.rejects(call, { code: "INVALID_ARGUMENT", message: "It never ends." });
    assert.equal(thread.start(), true);
    assert.equal(await ask("count"), 1);
  });

  it("is idle once a cancelled call has ended, and the same thread goes on", async () => {
    assert.equal(await ask("count"), 1);
    const controller = new AbortController();
    const call = ask("looks", controller.signal, () => controller.abort());
    await assert.rejects(call, { code: "CANCELLED" });
    await thread.idle();
    assert.equal(await ask("count"), 2);
  });

  it("says what it has to say outside of its answers", async () => {
    const events: string[] = [];
    const speaker = createThread<UnrulyMethods, string>({
      workerFile,
      name: "work",
      onEvent: (one) => events.push(one),
    });
    assert.equal(await speaker.call("act", "speaks"), 5);
    assert.deepEqual(events, ["news"]);
    await speaker.dispose();
  });

  it("reports its end once with the cause, before what it owed fails, and not when it is ended on purpose", async () => {
    const ends: string[] = [];
    const onLost = (error: ToolError, cause: Error | undefined) =>
      void ends.push(`${error.message} ${cause?.message ?? ""}`);
    const mortal = createThread<UnrulyMethods>({ workerFile, name: "work", onLost });
    const failed = mortal.call("act", "dies").catch(() => ends.push("failed"));
    await failed;
    assert.deepEqual(ends, ["The work worker crashed and was restarted. the cause", "failed"]);
    assert.equal(await mortal.call("act", "ok"), 1);
    await mortal.dispose();
    assert.equal(ends.length, 2);
  });

  it("owes nothing for a query that cannot be sent", async () => {
    const query = (() => undefined) as unknown as string;
    await assert.rejects(thread.call("act", query), { name: "DataCloneError" });
    await thread.idle();
    await works();
  });

  it("keeps a process alive while it works, and no longer", async () => {
    const program = fileURLToPath(new URL("../../../support/oneCall.ts", import.meta.url));
    const run = async (...args: string[]) =>
      (await promisify(execFile)(process.execPath, [program, ...args], { timeout: 20_000 })).stdout.trim();
    assert.deepEqual([await run("ask"), await run()], ["1", ""]);
  });
});
