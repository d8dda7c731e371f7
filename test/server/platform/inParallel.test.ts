import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { inParallel } from "../../../src/server/platform/inParallel.ts";

describe("work in parallel", () => {
  const items = Array.from({ length: 100 }, (_, index) => index);

  it("gives the results in the order of the items, whichever ends first", async () => {
    const results = await inParallel(items, async (item) => {
      await sleep(item % 7);
      return -item;
    });
    assert.deepEqual(
      results,
      items.map((item) => -item),
    );
  });

  it("does every item once, several at a time", async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await inParallel(items, async (item, index) => {
      assert.equal(item, index);
      most = Math.max(most, ++now);
      await sleep(1);
      now--;
      done.push(item);
    });
    assert.deepEqual(
      done.sort((a, b) => a - b),
      items,
    );
    assert.ok(most > 1 && most <= 16, `${most} at a time`);
  });

  it("tells a failure when what was under way has ended, and begins nothing after it", async () => {
    const begun: number[] = [];
    let now = 0;
    const working = inParallel(items, async (item) => {
      begun.push(item);
      now++;
      await sleep(item === 3 ? 1 : 30);
      now--;
      if (item === 3) throw new Error("the fourth");
    });
    await assert.rejects(working, { message: "the fourth" });
    assert.equal(now, 0);
    assert.ok(begun.length <= 16, `${begun.length} begun`);
  });
});
