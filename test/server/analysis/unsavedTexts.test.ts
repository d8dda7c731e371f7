import assert from "node:assert/strict";
import { unsavedChanges, withChanges } from "../../../src/server/analysis/unsavedTexts.ts";

describe("unsaved texts on their way to a thread", () => {
  const texts = (all: object) => new Map<string, string>(Object.entries(all));

  it("are sent once", () => {
    const before = texts({ a: "1", b: "2" });
    assert.equal(unsavedChanges(before, new Map(before)), undefined);
    assert.deepEqual(unsavedChanges(before, texts({ a: "1", b: "3", c: "" })), {
      set: texts({ b: "3", c: "" }),
      closed: [],
    });
  });

  it("are the same on the other side, closed ones gone", () => {
    const steps = [{ a: "1" }, { a: "2", b: "" }, { a: "2", b: "" }, { b: "x" }, {}].map(texts);
    let [sender, receiver] = [texts({}), texts({})];
    for (const now of steps) {
      receiver = new Map(withChanges(receiver, unsavedChanges(sender, now)));
      sender = now;
      assert.deepEqual(receiver, now);
    }
  });
});
