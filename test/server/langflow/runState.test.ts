import assert from "node:assert/strict";
import type { LiveRun } from "../../../src/protocol/flowRuns.ts";
import { runEvent } from "../../../src/server/langflow/client/runEvents.ts";
import { afterEvent, begun, ended } from "../../../src/server/langflow/running/runState.ts";

const startedAt = new Date("2026-11-30T10:00:00Z");
const started = () =>
  begun({
    run: "run-1",
    flow: { id: "flow-1", name: "Press" },
    session: "s",
    input: "pears",
    startedAt,
    components: [
      { id: "In-1", name: "Input" },
      { id: "Agent-1", name: "Agent" },
      { id: "Out-1", name: "Output" },
      { id: "Alone-1", name: "Alone" },
    ],
  });

/** Each line as Langflow 1.13 sends it, a second after the one before. */
function after(...events: readonly { event: string; data: unknown }[]) {
  return events.reduce((progress, event, at) => {
    const parsed = runEvent(`data: ${JSON.stringify(event)}`);
    return parsed ? afterEvent(progress, parsed, startedAt.getTime() + at * 1000) : progress;
  }, started());
}

const planned = { event: "vertices_sorted", data: { ids: ["In-1"], to_run: ["In-1", "Agent-1", "Out-1"] } };
const vertex = (id: string, next: readonly string[], more: object = {}) => ({
  event: "end_vertex",
  data: { build_data: { id, valid: true, next_vertices_ids: next, inactivated_vertices: [], ...more } },
});
const message = (id: string, text: string, state: string, sender = "Machine") => ({
  event: "add_message",
  data: { id, sender, text, properties: { state, source: { id: "Agent-1" } } },
});
const states = ({ components }: LiveRun) => components.map(({ id, state }) => `${id} ${state}`);

describe("the state of a run, by what Langflow says of it", () => {
  it("shows which components run, are done, wait, and will not run", () => {
    const { live } = after(planned, vertex("In-1", ["Agent-1"], { data: { timedelta: 0.25 } }));
    assert.deepEqual(states(live), ["In-1 ok", "Agent-1 running", "Out-1 waiting", "Alone-1 skipped"]);
    assert.equal(live.components[0]?.ms, 250);
  });

  it("takes a component's time by the clock where Langflow says none, and its tokens where it says them", () => {
    const usage = { data: { token_usage: { total_tokens: 123 } } };
    const { live } = after(planned, vertex("In-1", ["Agent-1"]), vertex("Agent-1", ["Out-1"], usage));
    assert.deepEqual(
      live.components.map(({ ms, tokens }) => [ms, tokens]),
      [
        [1000, null],
        [1000, 123],
        [null, null],
        [null, null],
      ],
    );
  });

  it("puts the parts of an answer together, and takes the whole when it comes", () => {
    const token = (chunk: string) => ({ event: "token", data: { id: "m", chunk } });
    const partial = after(planned, message("m", "", "partial"), token("Ci"), token("der"));
    assert.deepEqual(
      partial.live.messages.map(({ text, isPartial }) => [text, isPartial]),
      [["Cider", true]],
    );
    const whole = after(planned, message("m", "", "partial"), token("Ci"), message("m", "Cider.", "complete"));
    assert.deepEqual(
      whole.live.messages.map(({ text, isPartial }) => [text, isPartial]),
      [["Cider.", false]],
    );
  });

  it("begins anew when a lost stream is read again", () => {
    const progress = after(planned, message("m", "Cider", "partial"), vertex("In-1", ["Agent-1"]));
    const again = afterEvent(progress, { kind: "again" }, 0);
    assert.deepEqual(again.live.messages, []);
    assert.deepEqual(new Set(again.live.components.map(({ state }) => state)), new Set(["waiting"]));
  });

  it("names the component that failed with its own words, and what did not come to run", () => {
    const error = { event: "error", data: { text: "no press", properties: { source: { id: "Agent-1" } } } };
    const failed = vertex("Agent-1", [], { valid: false, params: "Error building Component Agent" });
    const { live } = after(planned, vertex("In-1", ["Agent-1"]), error, failed);
    const last = ended(
      { live, began: new Map() },
      { state: "failed", error: "no press" },
      new Date("2026-11-30T10:00:05Z"),
    );
    assert.deepEqual(states(last), ["In-1 ok", "Agent-1 failed", "Out-1 skipped", "Alone-1 skipped"]);
    assert.equal(last.components[1]?.error, '"no press"');
    assert.deepEqual([last.state, last.ms, last.error], ["failed", 5000, "no press"]);
  });

  it("waits with the question of the run until it is answered", () => {
    const asked = {
      event: "human_input_required",
      data: { request_id: "q", prompt: "Press?", options: [{ action_id: "yes", label: "Yes" }, { action_id: "no" }] },
    };
    const waiting = after(planned, vertex("In-1", ["Agent-1"]), asked);
    const options = [
      { action: "yes", label: "Yes" },
      { action: "no", label: "no" },
    ];
    assert.deepEqual([waiting.live.state, waiting.live.question], ["waiting", { id: "q", prompt: "Press?", options }]);
    const { live } = afterEvent(waiting, { kind: "answered" }, 0);
    assert.deepEqual([live.state, live.question], ["running", undefined]);
    const last = ended(waiting, { state: "waiting", error: "It waits." }, startedAt);
    assert.deepEqual(states(last), ["In-1 ok", "Agent-1 running", "Out-1 waiting", "Alone-1 skipped"]);
  });

  it("leaves out what a branch did not take", () => {
    const { live } = after(planned, vertex("In-1", ["Agent-1"], { inactivated_vertices: ["Out-1"] }));
    assert.deepEqual(states(live), ["In-1 ok", "Agent-1 running", "Out-1 skipped", "Alone-1 skipped"]);
  });

  it("says of no component that it was skipped when Langflow said nothing of any", () => {
    const { live } = after(message("m", "Cider", "complete"));
    const last = ended({ live, began: new Map() }, { state: "ok" }, startedAt);
    assert.deepEqual(new Set(last.components.map(({ state }) => state)), new Set(["unknown"]));
  });

  it("cuts a long message, and says so", () => {
    const { live } = after(planned, message("m", "x".repeat(30_000), "complete"));
    assert.deepEqual([live.messages[0]?.text.length, live.messages[0]?.isCut], [20_000, true]);
  });

  it("takes no notice of lines that are no events", () => {
    for (const line of [
      "",
      "id: 3",
      ": ping",
      "data: {",
      'data: {"event": "odd", "data": 1}',
      '{"event":"token","data":{}}',
    ]) {
      assert.equal(runEvent(line), undefined, line);
    }
  });
});
