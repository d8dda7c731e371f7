import assert from "node:assert/strict";
import { literalOf } from "../../../../src/server/workspace/search/literal.ts";

/** Query, mode, the literal that every match has. */
const cases: readonly (readonly [string, "text" | "regex", string | undefined])[] = [
  ["import type", "text", "import type"],
  ["key: ***", "text", "key: "],
  ["a", "text", undefined],
  ["Größe der", "text", "e der"],
  ["colou?r", "regex", "colo"],
  ["ab{0,2}cd", "regex", "cd"],
  ["foo|bar", "regex", undefined],
  ["(foo|bar)baz", "regex", "baz"],
  ["(?:abc)?xy", "regex", "xy"],
  ["[abc\\]def]gh", "regex", "gh"],
  ["\\bChain\\b", "regex", "Chain"],
  ["\\x41bc", "regex", undefined],
  ["from '(\\.\\./){3,}", "regex", "from '"],
  ["a\\.b+", "regex", "a."],
  ["(\\w+): \\1\\b", "regex", undefined],
];

describe("the literal of a query", () => {
  for (const [query, mode, literal] of cases) {
    it(`of ${mode} ${query} is ${literal ?? "none"}`, () => assert.equal(literalOf({ query, mode }), literal));
  }
});
