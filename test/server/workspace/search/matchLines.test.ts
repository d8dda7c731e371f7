import assert from "node:assert/strict";
import fc from "fast-check";
import { lineTest, literalSearch, matchLines } from "../../../../src/server/workspace/search/matchLines.ts";
import { literalOf } from "../../../../src/server/workspace/search/literal.ts";

const pieces = ["needle", "NEEDLE", "need\u017Fle", "ne\u00e9dle", "\n", "\n", "\r\n", "\r", " ", "x", "*"];
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((all) => all.join(""));
const queries = fc.constantFrom("needle", "le x", "need*le", "edle$", "^needle", "x*", "n.*e", "(a|n)eedle");

/** Every line on its own, as `split` cuts them. */
function byLines(text: string, matches: (line: string) => boolean, context: number) {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  if (text === "" || text.endsWith("\n")) lines.pop();
  return lines.flatMap((line, index) =>
    matches(line)
      ? [
          {
            line: index + 1,
            text: line,
            before: lines.slice(Math.max(0, index - context), index),
            after: lines.slice(index + 1, index + 1 + context),
          },
        ]
      : [],
  );
}

describe("the matching lines of a text", () => {
  it("are those that match one by one, with the lines around them, although lines without the literal are passed over", () => {
    fc.assert(
      fc.property(texts, queries, fc.boolean(), fc.constantFrom("text" as const, "regex" as const), (...asked) => {
        const [text, query, caseSensitive, mode] = asked;
        const job = { query, mode, caseSensitive, context: 2, groups: [], heartbeat: new SharedArrayBuffer(4) };
        const literal = literalOf(job);
        const next = literalSearch({ ...job, ...(literal !== undefined && { literal }) });
        const options = { path: "f", test: lineTest(job), next, context: 2, limit: 1000, tick: () => undefined };
        const plain = mode === "text" ? query.replace(/[*^$.()|]/g, "\\$&") : query;
        const pattern = new RegExp(plain, caseSensitive ? "u" : "iu");
        const expected = byLines(text, (line) => pattern.test(line), 2);
        const found = matchLines(text, options).map(({ line, text: whole, before, after }) => ({
          line,
          text: whole,
          before,
          after,
        }));
        assert.deepEqual(found, expected);
      }),
      { numRuns: 3000 },
    );
  });
});
