import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeText, encodeText } from "../../../../src/server/workspace/texts/encoding.ts";

const bytesOf = (...values: number[]) => Buffer.from(values);

describe("decodeText and encodeText", () => {
  it("knows UTF-8, its BOM, both UTF-16 and Latin-1 apart", () => {
    assert.deepEqual(decodeText(Buffer.from("é\n")), { text: "é\n", encoding: "utf8" });
    assert.deepEqual(decodeText(bytesOf(0xef, 0xbb, 0xbf, 0x61)), { text: "a", encoding: "utf8bom" });
    assert.deepEqual(decodeText(bytesOf(0xff, 0xfe, 0x61, 0)), { text: "a", encoding: "utf16le" });
    assert.deepEqual(decodeText(bytesOf(0xfe, 0xff, 0, 0x61)), { text: "a", encoding: "utf16be" });
    assert.deepEqual(decodeText(bytesOf(0x63, 0x61, 0x66, 0xe9)), { text: "café", encoding: "latin1" });
  });

  it("calls a file with a NUL in its first 8,000 bytes binary, and one with a later NUL text, as git does", () => {
    const padded = (at: number) => Buffer.concat([Buffer.alloc(at, 0x61), Buffer.from([0])]);
    assert.throws(() => decodeText(padded(7999)), { code: "BINARY_FILE" });
    assert.equal(decodeText(padded(8000)).encoding, "utf8");
  });

  it("gives every text file's bytes back", () => {
    const marked = fc.oneof(
      fc.constant(bytesOf()),
      fc.constant(bytesOf(0xef, 0xbb, 0xbf)),
      fc.constant(bytesOf(0xff, 0xfe)),
      fc.constant(bytesOf(0xfe, 0xff)),
    );
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => Buffer.from(text)),
      fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => Buffer.from(text, "utf16le")),
    );
    fc.assert(
      fc.property(marked, content, (mark, rest) => {
        const bytes = Buffer.concat([mark, rest]);
        if (isBinary(bytes)) return;
        const { text, encoding } = decodeText(bytes);
        assert.deepEqual(encodeText(text, encoding), bytes);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses what an encoding cannot hold instead of writing a stand-in", () => {
    assert.throws(() => encodeText("€", "latin1"), { code: "INVALID_ARGUMENT" });
    assert.throws(() => encodeText("\uD83D", "utf8"), { code: "INVALID_ARGUMENT" });
  });
});

function isBinary(bytes: Buffer): boolean {
  try {
    decodeText(bytes);
    return false;
  } catch {
    return true;
  }
}
