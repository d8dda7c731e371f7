import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

let count = 0;

overEveryClient("set_budget", { "notes.txt": "one" }, (bench) => {
  const set = (args: object) =>
    bench.client.call("set_budget", { name, period: "month", scope: "flow=No such flow", ...args });
  let name: string;
  beforeEach(() => (name = `budget-${String(process.pid)}-${String(count++)}`));

  it("sets a budget, and makes it stricter", async () => {
    const first = await set({ limit: "2.50" });
    assert.equal(first.isError, false, JSON.stringify(first.value));
    const { spent, left, hard, scope } = first.value;
    assert.deepEqual([spent, left, hard, scope], ["0", "2.5", false, { kind: "flow", value: "No such flow" }]);
    assert.equal((await set({ limit: "2.4", hard: true })).isError, false);
    const same = await set({ limit: "2.40", hard: true });
    assert.deepEqual([same.isError, same.value.left], [false, "2.4"]);
  });

  it("refuses to raise, soften or move one, names the command, and leaves it", async () => {
    await set({ limit: "2", hard: true });
    for (const [args, said] of [
      [{ limit: "2.000000000001", hard: true }, /would have a higher limit/],
      [{ limit: "1" }, /would become soft/],
      [{ limit: "1", hard: true, period: "week" }, /another period or scope/],
      [{ limit: "1", hard: true, scope: "flow=Another" }, /another period or scope/],
    ] as const) {
      const { value, isError } = await set(args);
      const { code, message, remedy } = value.error as { code: string; message: string; remedy: string };
      assert.deepEqual([isError, code], [true, "NOT_PERMITTED"]);
      assert.match(message, said);
      assert.match(remedy, new RegExp(`Ask the user to run \`langflow-connect budget set ${name} --limit`));
    }
    assert.deepEqual((await set({ limit: "2", hard: true })).value.left, "2");
  });

  it("names the argument that does not fit", async () => {
    const { value, isError } = await set({ limit: "two" });
    assert.equal(isError, true);
    assert.match(JSON.stringify(value), /INVALID_ARGUMENT.*limit/);
    assert.match(JSON.stringify((await set({ limit: "1", scope: "colour=red" })).value), /INVALID_ARGUMENT.*scope/);
  });
});
