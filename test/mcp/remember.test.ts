import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("remember", { "notes.txt": "one" }, (bench) => {
  it("keeps a fact with its source, and renews the same", async () => {
    const text = `The build uses pnpm ${String(Math.random())}`;
    const first = await bench.client.call("remember", { text, tags: ["build"], expires: "30d" });
    assert.equal(first.isError, false, JSON.stringify(first.value));
    const { memory, renewed } = first.value as { memory: Record<string, string>; renewed: boolean };
    assert.deepEqual([renewed, memory.text, memory.scope, memory.tags], [false, text, "workspace", ["build"]]);
    assert.match(memory.from ?? "", /^an agent: .+, call [0-9a-f-]{36}$/);
    const days = (Date.parse(memory.expiresAt ?? "") - Date.parse(memory.createdAt ?? "")) / 86_400_000;
    assert.equal(days, 30);
    const again = await bench.client.call("remember", { text });
    const same = again.value as { memory: Record<string, string>; renewed: boolean };
    assert.deepEqual([same.renewed, same.memory.id, same.memory.from], [true, memory.id, memory.from]);
  });

  it("refuses a secret, and says what to remember instead", async () => {
    const { value, isError } = await bench.client.call("remember", { text: `use ghp_${"k".repeat(36)}` });
    assert.deepEqual(
      [isError, value.error],
      [
        true,
        {
          code: "INVALID_ARGUMENT",
          message: "The text contains a key, token or password, which is not stored.",
          remedy: "Leave the value out, and remember where it is kept, such as the name of its variable.",
        },
      ],
    );
  });

  it("names the argument that does not fit", async () => {
    for (const [args, said] of [
      [{ text: "x".repeat(4_001) }, /INVALID_ARGUMENT.*text/],
      [{ text: "a", expires: "soon" }, /INVALID_ARGUMENT.*12h or 30d/],
      [{ text: "a", scope: "flow" }, /INVALID_ARGUMENT.*needs a flow/],
    ] as const) {
      const { value, isError } = await bench.client.call("remember", args);
      assert.equal(isError, true);
      assert.match(JSON.stringify(value), said);
    }
  });
});
