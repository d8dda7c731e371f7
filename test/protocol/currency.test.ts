import assert from "node:assert/strict";
import { currencyOf, inCurrency, usDollars } from "../../src/protocol/currency.ts";
import { amountIn, costOfRun, costRange, knownCost, money } from "../../src/protocol/format.ts";
import { headlessSchema, settingsSchema } from "../../src/protocol/settings.ts";

describe("the currency that amounts are shown in", () => {
  const euros = { code: "EUR", rate: "0.92" };

  it("is worked out exactly, digit by digit", () => {
    const [tiny, large] = ["0.000000000001", "123456789.123456789012"];
    assert.equal(inCurrency(large, usDollars), large);
    // By Python's decimal, with all digits.
    assert.equal(inCurrency(large, euros), "113580245.99358024589104");
    assert.equal(inCurrency(tiny, { code: "EUR", rate: tiny }), "0.000000000000000000000001");
    assert.equal(inCurrency("0.1", { code: "JPY", rate: "155.3" }), "15.53");
    assert.equal(inCurrency("0", euros), "0");
  });

  it("has its code before the amount, a dollar sign for US dollars, and what is unknown as before", () => {
    const costs = ["0.5", 0.5, "0", "0.01", "0.00001", "unknown", undefined] as const;
    assert.deepEqual(
      costs.map((cost) => money(cost, usDollars)),
      ["$0.50", "$0.50", "$0", "$0.0100", "< $0.0001", "unknown", "–"],
    );
    assert.deepEqual(
      costs.map((cost) => money(cost, euros)),
      ["EUR 0.46", "EUR 0.46", "EUR 0", "EUR 0.0092", "< EUR 0.0001", "unknown", "–"],
    );
    assert.equal(amountIn(0.46, euros), "EUR 0.46");
    assert.equal(knownCost(["0.5", "1"], euros), "EUR 1.38");
    // 1.0028 euros: more than 1.00, and not more than 1.01.
    assert.equal(knownCost(["1.09", null], euros), "over EUR 1.00");
    assert.equal(knownCost([null], euros), "unknown");
    assert.equal(costRange({ low: "0.5", median: "1", high: "2" }, euros), "EUR 0.92 (EUR 0.46 to EUR 1.84)");
    assert.equal(costOfRun({ cost: "0.5", files: [] }, euros), "This run cost EUR 0.46.");
  });

  it("needs a rate, unless it is US dollars, which have no other", () => {
    assert.deepEqual(currencyOf("EUR", "0.92"), euros);
    assert.deepEqual(currencyOf("USD", "0.92"), usDollars);
    assert.deepEqual(currencyOf("USD", "0"), usDollars);
    for (const [code, rate] of [
      ["EUR", "0"],
      ["EUR", "0.0"],
      ["EUR", "-1"],
      ["EUR", "1e-7"],
      ["eur", "1"],
      ["XXY", "1"],
      ["undefined", "undefined"],
    ] as const)
      assert.equal(currencyOf(code, rate), undefined, `${code} ${rate}`);
  });

  it("is read from the settings as it is written", () => {
    const given = settingsSchema.parse({ "cost.currency": "JPY", "cost.exchangeRate": 155.3 });
    assert.deepEqual([given["cost.currency"], String(given["cost.exchangeRate"])], ["JPY", "155.3"]);
    const wrong = settingsSchema.parse({ "cost.currency": "pears", "cost.exchangeRate": -1 });
    assert.deepEqual([wrong["cost.currency"], wrong["cost.exchangeRate"]], ["USD", 0]);
    assert.equal(headlessSchema.shape["cost.exchangeRate"].safeParse("0,92").success, false);
    assert.equal(headlessSchema.shape["cost.exchangeRate"].parse("0.92"), "0.92");
    assert.equal(headlessSchema.shape["cost.currency"].safeParse("pears").success, false);
  });
});
