import assert from "node:assert/strict";
import { stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSearch } from "../../../../src/server/workspace/search/search.ts";
import type { Search } from "../../../../src/server/workspace/search/search.ts";
import { openWorkspace } from "../../../../src/server/workspace/workspace.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../../support/workspaces.ts";

const workerFile = new URL("../../../../dist/server/searchWorker.mjs", import.meta.url);
const { signal } = new AbortController();
// In pieces, so that nobody takes this file for one that holds a secret.
const token = ["gh", "p_", "Q7".repeat(18)].join("");

describe("search", () => {
  let scratch: ScratchWorkspace;
  let search: Search;

  before(async () => {
    scratch = await scratchWorkspace({ "secret.txt": `first\nkey ${token} here\nlast ***\n` }, { git: false });
    search = createSearch({ workspace: await openWorkspace([scratch.folder]), workerFile });
  });
  after(async () => {
    await search.dispose();
    await scratch.remove();
  });

  const find = (query: string, mode: "text" | "regex" = "text", file?: string) =>
    search.find({ query, mode, caseSensitive: true, path: file, context: 0 }, signal);

  it("stops at 100,000 matches within one file, says so, and goes on with the next search", async function () {
    this.timeout(60_000);
    await writeFile(path.join(scratch.folder, "many.txt"), "x\n".repeat(300_000));
    const { matches, incomplete } = await find("x", "text", "many.txt");
    assert.equal(matches.length, 100_000);
    assert.match(incomplete[0]?.reason ?? "", /Stopped at 100000 matches/);
    await writeFile(path.join(scratch.folder, "many.txt"), "x\n".repeat(100_000));
    const whole = await find("x", "text", "many.txt");
    assert.deepEqual([whole.matches.length, whole.incomplete], [100_000, []]);
    assert.equal((await find("first")).matches.length, 1);
  });

  it("tells nothing of a masked secret, neither by text nor by a pattern that matches the mask as well", async () => {
    assert.deepEqual((await find("Q7Q7")).matches, []);
    const guesses = [await find("Q7Q|\\*{3} here", "regex"), await find("Z9Z|\\*{3} here", "regex")];
    assert.deepEqual(guesses[0], guesses[1]);
  });

  it("masks a secret that took the place of other text in a file that had none", async function () {
    // Until the stamp of the file says for sure that it is the same.
    const settled = () => sleep(2500);
    const file = path.join(scratch.folder, "later.txt");
    await writeFile(file, `later ${"x".repeat(token.length)}\n`);
    const { atime, mtime } = await stat(file);
    await settled();
    for (let turn = 0; turn < 2; turn++) assert.match((await find("later")).matches[0]?.text ?? "", /x{40}/);
    await writeFile(file, `later ${token}\n`);
    await utimes(file, atime, mtime);
    await settled();
    assert.equal((await find("later")).matches[0]?.text, "later ***");
  });

  it("gives the column of a match in the text that it shows", async () => {
    const [match] = (await find("here")).matches;
    assert.equal(match?.text, "key *** here");
    assert.equal(match.text.indexOf("here") + 1, match.column);
  });

  it("refuses a query of several lines", async () => {
    for (const mode of ["text", "regex"] as const) {
      await assert.rejects(find("first\nkey", mode), { code: "INVALID_ARGUMENT", message: /one line only/ });
    }
  });

  it("gives up a pattern that would never end, and one that is cancelled meanwhile, and goes on", async () => {
    await writeFile(path.join(scratch.folder, "slow.txt"), `${"a".repeat(60)}!\n`);
    const endless = (from: AbortSignal) =>
      search.find({ query: "^(a+)+$", mode: "regex", caseSensitive: true, path: "slow.txt", context: 0 }, from);
    await assert.rejects(endless(signal), { code: "INVALID_ARGUMENT", message: /more than a second/ });
    const controller = new AbortController();
    const cancelled = endless(controller.signal);
    const next = find("first");
    setTimeout(() => controller.abort(), 200);
    await assert.rejects(cancelled, { code: "CANCELLED" });
    assert.equal((await next).matches.length, 1);
  });
});
