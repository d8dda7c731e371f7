import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { countTokens as exact } from "gpt-tokenizer/encoding/o200k_base";
import { countTokens } from "../../../src/server/platform/o200k/count.ts";
import { countTokens as countInPieces } from "../../../src/server/platform/tokens.ts";
import { noToken, packTokens, tokenRanks } from "../../../src/server/platform/o200k/packed.ts";

/** gpt-tokenizer takes a byte order mark for three tokens where it begins one. */
const plain = (text: string) => text.replaceAll(/\uFEFF|\\uFEFF/gi, "");

describe("tokens of o200k_base", () => {
  it("are as many as gpt-tokenizer counts, in this repository's sources and documents", async () => {
    for (const folder of ["src/server", "docs", "test/server"]) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const text = plain(await readFile(`${entry.parentPath}/${entry.name}`, "utf8"));
        for (let at = 0; at < text.length; at += 1000) {
          const piece = text.slice(at, at + 1000);
          assert.equal(countTokens(piece), exact(piece, { disallowedSpecial: new Set() }), piece);
        }
      }
    }
  }).timeout(60_000);

  it("are as many in long texts, which are counted in pieces", async () => {
    for (const file of ["package-lock.json", "docs/architecture.md", "src/server/app/app.ts"]) {
      const text = plain(await readFile(file, "utf8")).slice(0, 200_000);
      for (const whole of [text, JSON.stringify(text.split("\n"))]) {
        assert.equal(await countInPieces(whole), exact(whole, { disallowedSpecial: new Set() }), file);
      }
    }
  });

  const texts = {
    nothing: "",
    "other scripts": "日本語のテキスト。Привет, мир! 한국어 텍스트 مرحبا بالعالم naïve Ünïcödé",
    "signs of several code points": "👩‍👩‍👧 🏳️‍🌈 e\u0301 a\u20dd",
    "half a surrogate pair": "before \ud800 and \udc00 after",
    "control characters": "\0\u0001\u007f\u0085\u2028",
    "names of special tokens": "<|endoftext|><|im_start|>",
    "a long word": "abcdefghijklmnopqrstuvwxyz".repeat(30),
    "a long number": "31415926535".repeat(30),
    "bytes of no known word": "\u{10ffff}\u{e000}\u{1f9ff}".repeat(20),
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`are as many as gpt-tokenizer counts: ${what}`, () => {
      assert.equal(countTokens(text), exact(text, { disallowedSpecial: new Set() }));
    });
  }

  it("are found by their bytes in the packed table, and nothing else is", () => {
    const { rankOf } = tokenRanks(packTokens(["a", "ab", [0xe2, 0x82], "€"]));
    const bytes = Buffer.from("ab€");
    assert.deepEqual(
      [rankOf(bytes, 0, 1), rankOf(bytes, 0, 2), rankOf(bytes, 2, 4), rankOf(bytes, 2, 5)],
      [0, 1, 2, 3],
    );
    assert.deepEqual([rankOf(bytes, 1, 2), rankOf(bytes, 0, 3)], [noToken, noToken]);
  });
});
