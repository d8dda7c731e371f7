import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("recall", { "notes.txt": "one" }, (bench) => {
  const texts = async (args: Record<string, unknown>) => {
    const { value, isError } = await bench.client.call("recall", args);
    assert.equal(isError, false, JSON.stringify(value));
    return (value.memories as { text: string }[]).map(({ text }) => text);
  };

  before(async () => {
    for (const [text, more] of [
      ["pears ripen in october", {}],
      ["plums ripen in august", {}],
      ["the cider flow needs a key", { scope: "flow", flow: "Cider" }],
    ] as const) {
      assert.equal((await bench.client.call("remember", { text, ...more })).isError, false);
    }
  });

  it("answers the newest first, and by words the best first", async () => {
    assert.deepEqual(await texts({ scope: "workspace" }), ["plums ripen in august", "pears ripen in october"]);
    assert.deepEqual(await texts({ query: "October ripen", scope: "workspace" }), [
      "pears ripen in october",
      "plums ripen in august",
    ]);
    assert.deepEqual(await texts({ query: "quince" }), []);
  });

  it("answers those of a flow to who names it", async () => {
    assert.deepEqual(await texts({ query: "cider" }), []);
    assert.deepEqual(await texts({ query: "cider", flow: "Cider" }), ["the cider flow needs a key"]);
  });

  it("says whose words they are, and pages", async () => {
    const { value } = await bench.client.call("recall", { scope: "workspace", limit: 1 });
    const [memory] = value.memories as Record<string, unknown>[];
    assert.match(String(memory?.["from"]), /^an agent: /);
    assert.deepEqual([memory?.["ageDays"], value.total, value.left], [0, 2, 1]);
    assert.deepEqual(await texts({ scope: "workspace", limit: 1, cursor: value.cursor }), ["pears ripen in october"]);
  });

  it("needs the flow of the scope flow", async () => {
    const { value, isError } = await bench.client.call("recall", { scope: "flow" });
    assert.equal(isError, true);
    assert.match(JSON.stringify(value), /INVALID_ARGUMENT.*needs a flow/);
  });
});
