import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { classesOf } from "./outcome.ts";
import { bytesOf, sample, skippedIds } from "./sample.ts";
import { eras, startTarget } from "./target.ts";
import type { Era, Target } from "./target.ts";

for (const era of eras) {
  describe(`hostile JSON-RPC bodies at ${era}`, () => {
    let target: Target;
    before(async () => {
      target = await startTarget();
    });
    after(() => target.stop());

    for (const entry of sample.jsonrpc) {
      if (entry.id in skippedIds) continue;
      it(`${entry.id} ${entry.why}`, async () => {
        const body = bodyOf(bytesOf(entry.body), era);
        const before = target.rows().length;
        const answer = await target.send({ era, body });
        const classes = classesOf(answer);
        assert.ok(
          classes.some((one) => entry.expect.includes(one)),
          `${classes.join()} is none of ${entry.expect.join()}: ${answer.body.slice(0, 300)}`,
        );
        assert.ok(answer.ms < 1000, `${answer.ms} ms`);
        await target.assertHealthy(answer);
        assert.equal(await rowsAfter(target, before), before + rowsFor(entry.id), "ledger rows");
      });
    }

    it("leaves the server unharmed", () => target.assertUnharmed());
  });
}

/** One row for each tool call, run or refused, and for each body that no call could be read from; else none. */
function rowsFor(id: string): number {
  const entry = sample.jsonrpc.find((one) => one.id === id);
  const body = bytesOf(entry?.body ?? "");
  return isUnreadable(body) || body.includes('"tools/call","params"') ? 1 : 0;
}

function isUnreadable(body: Buffer): boolean {
  try {
    const message: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    // A batch is not taken apart.
    if (message === null || typeof message !== "object" || Array.isArray(message)) return true;
  } catch {
    return true;
  }
  // Not JSON's own rules, but ours: a key given twice, and depth.
  return /"id":1,"id"|"k":1,"k"|(\{"a":|\[){65}/.test(body.toString("latin1"));
}

/** The row of a call that the SDK refused is written just after the answer. */
async function rowsAfter(target: Target, before: number): Promise<number> {
  const end = Date.now() + 300;
  while (target.rows().length === before && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  return target.rows().length;
}

/** The sample's bodies are written for the newer revision; the older one knows nothing of its `_meta`. */
function bodyOf(body: Buffer, era: Era): Buffer {
  // Bytes that are no UTF-8 stay as they are.
  if (era === "2026-07-28" || body.length > 1_000_000 || !isUtf8(body)) return body;
  const text = body.toString("latin1");
  const bare = text.replace(
    /,?"_meta":\{"io\.modelcontextprotocol\/protocolVersion":"2026-07-28","io\.modelcontextprotocol\/clientInfo":\{[^{}]*\},"io\.modelcontextprotocol\/clientCapabilities":\{\}\}/,
    "",
  );
  return Buffer.from(bare, "latin1");
}
