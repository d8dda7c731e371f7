import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { calm, openedWorkspace } from "../../support/analysis.ts";

describe("an answer that the analysis has given before", () => {
  const workspace = openedWorkspace();

  it("is the same object while nothing changed, and another one after a change", async () => {
    await workspace.open({ "a.ts": "export const a = 1;\n" });
    const symbols = () => workspace.analysis().symbols({ query: "a" }, calm);
    const first = await symbols();
    assert.equal(await symbols(), first);
    await writeFile(workspace.at("a.ts"), "export const a = 1;\nexport const ab = 2;\n");
    assert.notEqual(await symbols(), first);
  });

  it("is given whole to who asks again when nobody received it", async () => {
    await workspace.open({ "a.ts": "export const a = 1;\n" });
    const cancel = new AbortController();
    const symbols = (options = calm) => workspace.analysis().symbols({ query: "a" }, options);
    await symbols();
    await writeFile(workspace.at("a.ts"), "export const a = 1;\nexport const ab = 2;\n");
    const unreceived = symbols({ ...calm, signal: cancel.signal });
    // The thread answers meanwhile; this one takes the answer in only after the cancel.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
    cancel.abort();
    await assert.rejects(unreceived, { code: "CANCELLED" });
    assert.equal((await symbols()).total, 2);
  });
});
