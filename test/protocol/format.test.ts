import assert from "node:assert/strict";
import { usDollars } from "../../src/protocol/currency.ts";
import { bytes, clockOrDay, costOfRun } from "../../src/protocol/format.ts";

describe("a time as people read it", () => {
  const now = new Date(2026, 10, 29, 0, 5);

  it("is the clock of today, and has its day before midnight", () => {
    assert.equal(clockOrDay(new Date(2026, 10, 29, 0, 4, 9).toISOString(), now), "00:04:09");
    assert.equal(clockOrDay(new Date(2026, 10, 28, 23, 59).toISOString(), now), "Nov 28, 23:59:00");
    assert.equal(clockOrDay(new Date(2025, 10, 29, 0, 4).toISOString(), now), "Nov 29, 00:04:00");
  });
});

describe("what a run cost, in a sentence", () => {
  it("names the files that most of it was for, and does not take what is unknown for nothing", () => {
    const files = [
      { path: "src/a.ts", share: 0.5 },
      { path: "b.ts", share: 0.204 },
    ];
    assert.equal(
      costOfRun({ cost: "0.1234", files }, usDollars),
      "This run cost $0.12, 70 % of it for 2 files: src/a.ts, b.ts.",
    );
    assert.equal(
      costOfRun({ cost: "0.1234", files: files.slice(0, 1) }, usDollars),
      "This run cost $0.12, 50 % of it for src/a.ts.",
    );
    assert.equal(costOfRun({ cost: null, files: [] }, usDollars), "The cost of this run is not wholly known.");
    assert.equal(costOfRun({ cost: "0", files }, usDollars), undefined);
  });
});

describe("an amount of memory", () => {
  it("is in powers of 1024", () => {
    const texts = [0, 1023, 1024, 9.5 * 1024 ** 2, 24 * 1024 ** 3].map(bytes);
    assert.deepEqual(texts, ["0 B", "1023 B", "1.0 KB", "9.5 MB", "24 GB"]);
  });
});
