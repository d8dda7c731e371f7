import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createSearch } from "../../../../src/server/workspace/search/search.ts";
import { openWorkspace } from "../../../../src/server/workspace/workspace.ts";
import { commitAll, scratchWorkspace } from "../../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../../support/workspaces.ts";

const workerFile = new URL("../../../../dist/server/searchWorker.mjs", import.meta.url);

describe("search with git's help", () => {
  let scratch: ScratchWorkspace;
  before(async () => {
    scratch = await scratchWorkspace({
      "plain.txt": "one task\n",
      "marked.txt": Buffer.from("\uFEFFone task\n", "utf16le"),
      "big-endian.txt": Buffer.from("\uFEFFone task\n", "utf16le").swap16(),
      "latin.txt": Buffer.from("caf\xe9 TASK\n", "latin1"),
      "kelvin.txt": "one ta\u017F\u212A\n",
      "assumed.txt": "nothing\n",
      "other.txt": "nothing\n",
      "global.ignored": "one task\n",
    });
    commitAll(scratch.folder);
    const at = (name: string) => path.join(scratch.folder, name);
    // git reads a file that is assumed unchanged from its index.
    execFileSync("git", ["update-index", "--assume-unchanged", "assumed.txt"], { cwd: scratch.folder });
    writeFileSync(at("assumed.txt"), "one task\n");
    // git's grep does not look at what its own ignore files name, even where it is tracked; they are not the workspace's.
    writeFileSync(at(".git/git-ignore"), "*.forced\n");
    execFileSync("git", ["config", "core.excludesFile", at(".git/git-ignore")], { cwd: scratch.folder });
    writeFileSync(at("tracked.forced"), "one task\n");
    execFileSync("git", ["add", "--force", "tracked.forced"], { cwd: scratch.folder });
    mkdirSync(at("nested"));
    writeFileSync(at("nested/inner.txt"), "one task\n");
    commitAll(at("nested"));
    writeFileSync(at("untracked.txt"), "a task\n");
  });
  after(() => scratch.remove());

  it("finds text that git's grep does not see", async () => {
    const search = createSearch({ workspace: await openWorkspace([scratch.folder]), workerFile });
    const question = { query: "TAsk", mode: "text", caseSensitive: false, context: 0 } as const;
    const { matches } = await search.find(question, new AbortController().signal);
    await search.dispose();
    const expected = ["assumed.txt", "big-endian.txt", "global.ignored", "latin.txt", "marked.txt"];
    assert.deepEqual(
      matches.map((match) => match.path),
      [...expected, "nested/inner.txt", "plain.txt", "tracked.forced", "untracked.txt"].concat("kelvin.txt").sort(),
    );
  });
});
