import assert from "node:assert/strict";
import { createLiveRuns } from "../../../src/server/langflow/running/liveRuns.ts";
import { until } from "../../support/until.ts";

const question = { id: "q", prompt: "Press?", options: [{ action: "yes", label: "Yes" }] };
const begun = (run: string) => ({
  run,
  flow: { id: "f", name: "Press" },
  session: run,
  input: "",
  startedAt: new Date(),
  components: [],
});

describe("the runs of a server", () => {
  it("take the answer to their question, and no other", async () => {
    const live = createLiveRuns(() => new Date());
    const handle = live.begin(begun("one"));
    const answer = handle.ask(question, new AbortController().signal);
    assert.throws(() => live.answer("two", "yes"), { code: "NOT_FOUND" });
    assert.throws(() => live.answer("one", "no"), { code: "INVALID_ARGUMENT", remedy: "Give one of yes." });
    live.answer("one", "yes");
    assert.equal(await answer, "yes");
    assert.throws(() => live.answer("one", "yes"), { code: "NOT_FOUND" });
  });

  it("wait no longer once they are cancelled", async () => {
    const live = createLiveRuns(() => new Date());
    const stop = new AbortController();
    const answer = live.begin(begun("one")).ask(question, stop.signal);
    stop.abort();
    await assert.rejects(answer, { code: "CANCELLED" });
    assert.throws(() => live.answer("one", "yes"), { code: "NOT_FOUND" });
  });

  it("are the newest twenty, and all that still run", () => {
    const live = createLiveRuns(() => new Date());
    live.begin(begun("runs on"));
    for (let at = 0; at < 30; at++) live.begin(begun(`run ${at}`)).end({ state: "ok" });
    const ids = live.list().map(({ run }) => run);
    assert.equal(ids.length, 20);
    assert.deepEqual([ids[0], ids.at(-1)], ["runs on", "run 29"]);
  });

  it("are given to listeners together, and the last state in any case", async () => {
    const live = createLiveRuns(() => new Date());
    const seen: string[] = [];
    live.onChange((runs) => seen.push(runs.map(({ state }) => state).join()));
    const handle = live.begin(begun("one"));
    for (let at = 0; at < 50; at++) handle.event({ kind: "token", message: "m", text: "x" });
    handle.end({ state: "ok" });
    await until(() => seen.length > 0);
    assert.deepEqual(seen, ["ok"]);
  });
});
