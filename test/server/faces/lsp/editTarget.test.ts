import assert from "node:assert/strict";
import fc from "fast-check";
import { positionIn } from "../../../../src/server/faces/lsp/editTarget.ts";
import { comparable } from "../../../../src/protocol/edits.ts";

/** VS Code's own rule, written the slow way: a line ends at \r\n, \n or \r. */
function slowPosition(text: string, offset: number) {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

describe("positions of an edit in the editor", () => {
  it("are the line and character of the offset, whatever the line ends", () => {
    const text = fc.array(fc.constantFrom("a", "é", "😀", " ", "\n", "\r\n", "\r"), { maxLength: 30 });
    fc.assert(
      fc.property(text, fc.nat(60), (parts, at) => {
        const whole = parts.join("");
        // No edit starts between the two characters of one line end.
        const offset = Math.min(at, whole.length);
        if (whole[offset - 1] === "\r" && whole[offset] === "\n") return;
        assert.deepEqual(positionIn(whole)(offset), slowPosition(whole, offset));
      }),
    );
  });

  it("do not count the byte order mark, which the editor does not show", () => {
    assert.deepEqual(positionIn("\uFEFFab\nc")(2), { line: 0, character: 1 });
  });

  it("are compared in a text with one kind of line end and no mark", () => {
    assert.equal(comparable("\uFEFFa\r\nb\rc\n"), "a\nb\nc\n");
  });
});
