import assert from "node:assert/strict";
import { readRunPrompt, runPrompt } from "../../../../src/extension/features/chat/prompt.ts";

const names = ["Press", "Press: large", "Page translator"];

describe("what /run is asked", () => {
  it("is a flow by its name and its input; the longest name counts", () => {
    assert.deepEqual(readRunPrompt("press: What do we press?", names), { name: "Press", input: "What do we press?" });
    assert.deepEqual(readRunPrompt("Press: large: 3 boxes", names), { name: "Press: large", input: "3 boxes" });
    assert.deepEqual(readRunPrompt("Page translator", names), { name: "Page translator", input: "" });
  });

  it("is a task where no name stands before a colon", () => {
    for (const input of ["Pressing matters: which flow?", "Press the fruit", "Pressure: high"]) {
      assert.deepEqual(readRunPrompt(input, names), { input });
    }
  });

  it("takes the values that a draft proposed, whatever stands in them", () => {
    const tweaks = JSON.stringify({ "ChatInput-a": { text: "a: {b} with {c}: d" } });
    const prompt = { name: "Press", tweaks, input: "hello" };
    assert.deepEqual(readRunPrompt(runPrompt(prompt), names), prompt);
  });
});
