import assert from "node:assert/strict";
import type { RunEvent } from "../../../src/server/langflow/client/runEvents.ts";
import { streamedText } from "../../../src/server/langflow/running/streamedText.ts";

function given(...events: readonly RunEvent[]): readonly string[] {
  const parts: string[] = [];
  const observe = streamedText((part) => parts.push(part));
  for (const event of events) observe(event);
  return parts;
}

const token = (message: string, text: string): RunEvent => ({ kind: "token", message, text });
const message = (id: string, text: string, from: "user" | "flow" = "flow"): RunEvent => {
  return { kind: "message", id, from, text, isPartial: false };
};

describe("the text of a run, as it comes", () => {
  it("is given once, though Langflow says each message whole after its parts", () => {
    assert.deepEqual(given(message("m", ""), token("m", "Ci"), token("m", "der"), message("m", "Cider")), [
      "Ci",
      "der",
    ]);
  });

  it("is given from a message without parts, and not from what the user said", () => {
    assert.deepEqual(given(message("u", "hello", "user"), message("m", "Cider")), ["Cider"]);
  });

  it("begins a line for each message", () => {
    assert.deepEqual(given(message("a", "one"), message("b", "two")), ["one", "\n", "two"]);
  });

  it("is not given twice when a lost stream is read again", () => {
    const again: RunEvent = { kind: "again" };
    assert.deepEqual(given(token("m", "Ci"), again, token("m", "Ci"), token("m", "der")), ["Ci", "der"]);
  });
});
