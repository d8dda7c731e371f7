import assert from "node:assert/strict";
import type { LiveRun } from "../../../../src/protocol/flowRuns.ts";
import {
  answered,
  asked,
  newConversation,
  shownState,
} from "../../../../src/extension/features/playground/conversation.ts";
import type { Conversation } from "../../../../src/extension/features/playground/conversation.ts";

const live = (session: string, text: string, state: LiveRun["state"] = "running"): LiveRun => ({
  ...{ run: "r", flow: { id: "f", name: "Press" }, session, state, startedAt: "", ms: null, input: "" },
  messages: [
    { id: "u", from: "user", text: "pears", isPartial: false, isCut: false },
    { id: "m", from: "flow", text, isPartial: true, isCut: false },
  ],
  components: [{ id: "a", name: "Agent", state: "running", ms: null, tokens: null, cost: null }],
});
const words = (conversation: Conversation, runs?: readonly LiveRun[]) =>
  shownState(conversation, runs).messages.map(({ from, text }) => `${from}: ${text}`);

describe("the conversation of a playground", () => {
  it("shows what the flow says while its run goes on, and of no other run", () => {
    const question = asked(newConversation("Press"), "pears");
    const runs = [live("another", "Plum"), live(question.session, "Per")];
    assert.deepEqual(words(question, runs), ["user: pears", "flow: Per"]);
    assert.deepEqual(shownState(question, runs).run, {
      state: "running",
      components: [{ name: "Agent", state: "running" }],
    });
  });

  it("shows the whole answer once, when the run is over", () => {
    const question = asked(newConversation("Press"), "pears");
    const done = answered(question, { output: "Perry." });
    assert.deepEqual(words(done, [live(question.session, "Per")]), ["user: pears", "flow: Perry."]);
    assert.equal(shownState(done, []).isRunning, false);
  });

  it("shows why there is no answer", () => {
    const failed = answered(asked(newConversation("Press"), "pears"), { output: null, problem: "no press" });
    assert.deepEqual(words(failed), ["user: pears", "problem: no press"]);
  });

  it("begins each session with a name of its own", () => {
    assert.notEqual(newConversation("Press").session, newConversation("Press").session);
  });
});
