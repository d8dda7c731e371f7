import assert from "node:assert/strict";
import fc from "fast-check";
import {
  hasOneLineEnding,
  mainLineEnding,
  withLineEnding,
  withPlainEndings,
} from "../../../../src/server/workspace/texts/lineEndings.ts";

describe("line endings", () => {
  it("takes the ending that most lines have", () => {
    assert.equal(mainLineEnding("a\r\nb\r\nc\n"), "\r\n");
    assert.equal(mainLineEnding("a\nb\r\nc\n"), "\n");
    assert.equal(mainLineEnding("a"), "\n");
    assert.equal(hasOneLineEnding("a\r\nb\n"), false);
    assert.equal(hasOneLineEnding("a\r\nb\r\n"), true);
    assert.equal(withLineEnding("a\nb\r\n", "\r\n"), "a\r\nb\r\n");
  });

  it("leads every offset of the plain text back to the same location of the original", () => {
    const parts = fc.array(fc.constantFrom("a", "b", "\n", "\r\n", "\r", "é"), { maxLength: 30 });
    fc.assert(
      fc.property(parts, (list) => {
        const original = list.join("");
        const plain = withPlainEndings(original);
        for (let offset = 0; offset <= plain.text.length; offset++) {
          const before = original.slice(0, plain.original(offset));
          assert.equal(before.replace(/\r\n/g, "\n"), plain.text.slice(0, offset));
        }
      }),
    );
  });
});
