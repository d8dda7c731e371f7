import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createWriteQueue } from "../../../../src/server/workspace/edits/writeQueue.ts";

const { signal } = new AbortController();

describe("turns", () => {
  it("come one after the other, in the order of the calls", async () => {
    const queued = createWriteQueue();
    const seen: string[] = [];
    await Promise.all(
      ["a", "b", "c"].map((name, index) =>
        queued({ signal }, async () => {
          seen.push(`${name} begins`);
          await sleep(10 - index * 5);
          seen.push(`${name} ends`);
        }),
      ),
    );
    assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it("are lost by whoever waited past the deadline or was cancelled, and kept by those behind", async () => {
    const queued = createWriteQueue();
    const ran: string[] = [];
    let finish: () => void = () => undefined;
    const first = queued({ signal }, () => new Promise<void>((resolve) => (finish = resolve)));
    const cancel = new AbortController();
    const late = queued({ signal, ms: 20 }, async () => void ran.push("late"));
    const gone = queued({ signal: cancel.signal }, async () => void ran.push("cancelled"));
    const patient = queued({ signal, ms: 5000 }, async () => void ran.push("patient"));
    cancel.abort();
    await assert.rejects(gone, { code: "CANCELLED" });
    await assert.rejects(late, { code: "CONFLICT", message: /waiting for the user/i });
    assert.deepEqual(ran, [], "the first has not ended yet");
    finish();
    await Promise.all([first, patient]);
    assert.deepEqual(ran, ["patient"]);
  });

  it("end by their deadline while they work, and the next one follows", async () => {
    const queued = createWriteQueue();
    const asked = queued({ signal, ms: 20 }, async (limited) => {
      await sleep(5000, undefined, { signal: limited }).catch(() => limited.throwIfAborted());
    });
    await assert.rejects(asked);
    assert.equal(await queued({ signal }, async () => "next"), "next");
  });
});
