import assert from "node:assert/strict";
import { addActivity, mergeActivities } from "../../src/protocol/activity.ts";
import type { Activity } from "../../src/protocol/status.ts";
import { anyFailure, choicesOf, everything, filtered } from "../../src/webview/activityFilter.ts";

function entry(id: string, facts: Partial<Activity> = {}): Activity {
  const startedAt = `2026-11-01T00:00:0${id.slice(1)}.000Z`;
  const rest = { kind: "tool", name: "read_file", client: "press", durationMs: 1, outcome: "ok" } as const;
  return { id, startedAt, ...rest, ...facts };
}

const ids = (list: readonly Activity[]) => list.map(({ id }) => id).join(" ");

describe("the list of activity", () => {
  it("puts a new entry where it began, and a changed one instead of what it was", () => {
    const list = [entry("a5"), entry("a3"), entry("a1")];
    assert.equal(ids(addActivity(list, entry("a4"))), "a5 a4 a3 a1");
    assert.equal(ids(addActivity(list, entry("a6"))), "a6 a5 a3 a1");
    assert.equal(ids(addActivity(list, entry("a0"))), "a5 a3 a1 a0");
    const changed = addActivity(list, entry("a3", { cost: 2 }));
    assert.equal(ids(changed), "a5 a3 a1");
    assert.equal(changed[1]?.cost, 2);
  });

  it("is the newest first of both when two are merged, and an entry of both is as the second has it", () => {
    const merged = mergeActivities([entry("a5"), entry("a1")], [entry("a3"), entry("a1", { cost: 2 })]);
    assert.equal(ids(merged), "a5 a3 a1");
    assert.equal(merged[2]?.cost, 2);
  });

  it("is filtered by text, kind, name, client and outcome, all at once", () => {
    const list = [
      entry("a5", { name: "Review", kind: "run", client: "langflow", outcome: "failed" }),
      entry("a4", { outcome: "NOT_FOUND" }),
      entry("a3", { name: "search_code", client: "langflow" }),
      entry("a1"),
    ];
    const by = (part: Partial<typeof everything>) => ids(filtered(list, { ...everything, ...part }));
    assert.equal(by({}), "a5 a4 a3 a1");
    assert.equal(by({ text: " SEARCH " }), "a3");
    assert.equal(by({ text: "not_f" }), "a4");
    assert.equal(by({ text: "a5" }), "a5");
    assert.equal(by({ text: "langflow" }), "a5 a3");
    assert.equal(by({ what: "run" }), "a5");
    assert.equal(by({ what: "tool:read_file" }), "a4 a1");
    assert.equal(by({ what: "run:read_file" }), "");
    assert.equal(by({ outcome: anyFailure }), "a5 a4");
    assert.equal(by({ outcome: "failed" }), "a5");
    assert.equal(by({ client: "langflow", outcome: "ok" }), "a3");
    assert.deepEqual(choicesOf(list), {
      whats: ["", "tool", "run", "run:Review", "tool:read_file", "tool:search_code"],
      clients: ["", "langflow", "press"],
      outcomes: ["", "ok", anyFailure, "NOT_FOUND", "failed"],
    });
  });
});
