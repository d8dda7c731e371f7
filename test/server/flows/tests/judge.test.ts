import assert from "node:assert/strict";
import { judge } from "../../../../src/server/flows/tests/judge.ts";

const answer = { text: '{"items":[{"count":3,"name":"pear"}]}', ms: 1500, cost: "0.0200" };
const judged = (expect: Parameters<typeof judge>[1], change: Partial<Parameters<typeof judge>[0]> = {}) =>
  judge({ ...answer, ...change }, expect);

describe("judging an answer", () => {
  const kinds = [
    ["equals", { equals: answer.text }, { equals: "plum" }, 'equals "plum"', answer.text],
    ["contains", { contains: "pear" }, { contains: "plum" }, 'contains "plum"', answer.text],
    ["matches", { matches: '"p\\w+r"' }, { matches: "^plum" }, "matches /^plum/", answer.text],
    ["json", { json: { "items[0].count": 3 } }, { json: { "items[0].count": 4 } }, "items[0].count is 4", "3"],
    ["maxSeconds", { maxSeconds: 1.5 }, { maxSeconds: 1 }, "at most 1 s", "1.5 s"],
    ["maxCost", { maxCost: "0.02" }, { maxCost: "0.019999999999" }, "at most $0.019999999999", "$0.0200"],
  ] as const;
  for (const [kind, right, wrong, expected, actual] of kinds) {
    it(`by ${kind}: passes once and fails once, with the difference`, () => {
      assert.equal(judged(right).expected, undefined);
      assert.deepEqual(judged(wrong), { expected, actual });
    });
  }

  it("wants all that is given, and names the first that did not come true", () => {
    assert.equal(judged({ contains: "pear", matches: "plum", maxSeconds: 1 }).expected, "matches /plum/");
  });

  it("counts a cost that is not known as too much", () => {
    assert.deepEqual(judged({ maxCost: "5" }, { cost: null }), {
      expected: "at most $5",
      actual: "its cost is not known",
    });
  });

  it("reads JSON in a block of code, and says when there is none", () => {
    assert.equal(judged({ json: { a: 1 } }, { text: '```json\n{"a": 1}\n```\n' }).expected, undefined);
    assert.deepEqual(judged({ json: { a: 1 } }, { text: "a pear" }), { expected: "a is 1", actual: "no JSON: a pear" });
    assert.deepEqual(judged({ json: { b: 1 } }, { text: '{"a":1}' }), {
      expected: "b is 1",
      actual: 'nothing there in {"a":1}',
    });
  });
});
