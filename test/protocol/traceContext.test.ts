import assert from "node:assert/strict";
import { childOf, newTrace, traceContextIn, traceparentOf } from "../../src/protocol/traceContext.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";

describe("the header traceparent", () => {
  it("is read as W3C's Trace Context has it", () => {
    assert.deepEqual(traceContextIn(`00-${traceId}-${spanId}-01`), { traceId, spanId, sampled: true });
    assert.deepEqual(traceContextIn(`00-${traceId}-${spanId}-02`), { traceId, spanId, sampled: false });
    // A newer version may have more at its end, and flags that nobody knows yet.
    assert.deepEqual(traceContextIn(`cc-${traceId}-${spanId}-09-more`), { traceId, spanId, sampled: true });
    assert.deepEqual(traceContextIn(`cc-${traceId}-${spanId}-00`), { traceId, spanId, sampled: false });
  });

  it("counts as missing when it is no such header", () => {
    const wrong = [
      ...[undefined, null, 7, "", "pear", `00-${traceId}-${spanId}`, `00-${traceId}-${spanId}-01-more`],
      ...[`ff-${traceId}-${spanId}-01`, `00-${"0".repeat(32)}-${spanId}-01`, `00-${traceId}-${"0".repeat(16)}-01`],
      ...[`00-${traceId.toUpperCase()}-${spanId}-01`, `00-${traceId}-${spanId}-0g`, `cc-${traceId}-${spanId}-01more`],
      ...[` 00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-01\n`],
    ];
    for (const value of wrong) assert.equal(traceContextIn(value), undefined, String(value));
  });

  it("is written so that it is read the same, and a child keeps the trace and whether it is sampled", () => {
    const trace = newTrace();
    assert.match(traceparentOf(trace), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    assert.deepEqual(traceContextIn(traceparentOf(trace)), trace);
    const unsampled = { ...trace, sampled: false };
    const child = childOf(unsampled);
    assert.deepEqual([child.traceId, child.sampled], [trace.traceId, false]);
    assert.notEqual(child.spanId, trace.spanId);
    assert.deepEqual(traceContextIn(traceparentOf(child)), child);
  });
});
