import assert from "node:assert/strict";
import { clockOrDay } from "../../src/protocol/format.ts";

describe("a time as people read it", () => {
  const now = new Date(2026, 10, 29, 0, 5);

  it("is the clock of today, and has its day before midnight", () => {
    assert.equal(clockOrDay(new Date(2026, 10, 29, 0, 4, 9).toISOString(), now), "00:04:09");
    assert.equal(clockOrDay(new Date(2026, 10, 28, 23, 59).toISOString(), now), "Nov 28, 23:59:00");
    assert.equal(clockOrDay(new Date(2025, 10, 29, 0, 4).toISOString(), now), "Nov 29, 00:04:00");
  });
});
