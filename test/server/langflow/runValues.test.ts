import assert from "node:assert/strict";
import { runLogs, runValues } from "../../../src/server/langflow/client/runValues.ts";

describe("what Langflow recorded that a component got and gave", () => {
  const textsOf = (recorded: unknown) => Object.fromEntries(runValues(recorded).map(({ name, text }) => [name, text]));

  it("is the text of a message and of Data, the names of tools, and JSON of all else", () => {
    const message = { text: "Cider", sender: "AI", session_id: "s", data: { text: "Cider" } };
    const tools = [{ name: "press", args_schema: "x", description: "long" }];
    assert.deepEqual(textsOf({ message, wrapped: { text_key: "text", data: message }, tools, count: 3, on: false }), {
      message: "Cider",
      wrapped: "Cider",
      tools: "Tools: press",
      count: "3",
      on: "false",
    });
    assert.deepEqual(textsOf({ data: { text_key: "text", data: { pears: 3 } } }), { data: '{\n  "pears": 3\n}' });
    // No message of Langflow's, though it has a text.
    assert.deepEqual(textsOf({ row: { text: "a", price: 2 } }), { row: '{\n  "text": "a",\n  "price": 2\n}' });
  });

  it("leaves out what is empty, and cuts what is long", () => {
    const long = "x".repeat(5_000);
    assert.deepEqual(runValues({ a: "", b: null, c: [], d: {}, long }), [
      { name: "long", text: "x".repeat(4_000), isCut: true },
    ]);
    assert.deepEqual(runValues(undefined), []);
    assert.deepEqual(runValues("text"), []);
    assert.equal(runValues(Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`f${at}`, at]))).length, 50);
  });

  it("has no secret, by its form, its name or its header", () => {
    const values = runValues({
      note: `key sk-${"b2".repeat(20)}`,
      bot_token: "plain words",
      max_tokens: 100,
      headers: [{ key: "X-Api-Key", value: "pear-tree-0123" }],
      settings: { auth: { access_token: "plain words", name: "kept" } },
    });
    const text = JSON.stringify(values);
    for (const secret of ["b2b2", "plain words", "pear-tree"]) assert.ok(!text.includes(secret), text);
    assert.ok(text.includes("kept"));
    assert.equal(values.find(({ name }) => name === "max_tokens")?.text, "100");
  });

  it("has the lines of a log", () => {
    const logs = [{ name: "Chain", message: { type: "start" } }, { message: "words" }, "none"];
    assert.deepEqual(runLogs({ logs: logs.slice(0, 2) }), [
      { name: "Chain", text: '{\n  "type": "start"\n}', isCut: false },
      { name: "Log", text: "words", isCut: false },
    ]);
    assert.deepEqual(runLogs({ logs }), []);
  });
});
