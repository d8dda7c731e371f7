import assert from "node:assert/strict";
import { decimalOf, picoOf, picoOfDecimal, picoOfSum } from "../../../src/server/economy/money.ts";
import { priceOf } from "../../../src/server/economy/prices.ts";

describe("money", () => {
  it("takes the decimal that a floating point number stands for", () => {
    assert.equal(picoOf(0), 0n);
    assert.equal(picoOf(0.1 + 0.2), 300_000_000_000n);
    assert.equal(picoOf(1.005), 1_005_000_000_000n);
    assert.equal(picoOf(3 * 0.00000015), 450_000n);
    assert.equal(picoOf(1e-12), 1n);
    assert.equal(picoOf(4e-13), 0n);
    assert.equal(picoOf(123_456_789), 123_456_789_000_000_000_000n);
  });

  it("is exact for each run, by the prices that their makers publish for a million tokens", () => {
    // Millionths of a dollar: read, read from a cache, written.
    const prices = { "gpt-4o": [2_500_000n, 1_250_000n, 10_000_000n], "gpt-4o-mini": [150_000n, 75_000n, 600_000n] };
    for (const [model, [read = 0n, cached = 0n, written = 0n]] of Object.entries(prices)) {
      for (let tokens = 1; tokens < 40_000_000; tokens += 1 + Math.floor(tokens / 97)) {
        const [input, cacheRead, output] = [tokens * 3, tokens, tokens * 2];
        const price = priceOf(model, { input, cacheRead, output }, new Date("2026-11-01"));
        const count = BigInt(tokens);
        assert.equal(picoOf(Number(price)), count * (2n * read + cached + 2n * written), `${model} ${String(tokens)}`);
      }
    }
  });

  it("shows decimals without zeros at their end, and reads them back", () => {
    const texts = {
      "0": 0n,
      "0.0123": 12_300_000_000n,
      "0.000000000001": 1n,
      "1": 10n ** 12n,
      "20.5": 205n * 10n ** 11n,
    };
    for (const [text, pico] of Object.entries(texts)) {
      assert.equal(decimalOf(pico), text);
      assert.equal(picoOfDecimal(text), pico);
    }
    assert.equal(decimalOf(9_007_199_254_740_993_000_000_000_001n), "9007199254740993.000000000001");
  });

  it("joins the two parts of a sum, and takes a sum of nothing for 0", () => {
    assert.equal(
      picoOfSum({ cost_high: 9_007_199_254_740_991, cost_low: 1_999_999_999 }),
      9_007_199_254_740_992_999_999_999n,
    );
    assert.equal(picoOfSum({ cost_high: null, cost_low: null }), 0n);
  });
});
