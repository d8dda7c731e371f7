import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { differenceIn } from "../support/besideGit.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { compareAll, gitShapes } from "../support/gitShapes.ts";
import type { Shape } from "../support/gitShapes.ts";
import { longHistory, timesBesideGit } from "../support/longHistory.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";

// `npm run git` does the same with 100,000 commits.
const commits = 20_000;
/** Beside what a call costs by itself, several gits that each answer needs, and a machine with other work. */
const [times, plusMs] = [5, 3_000];

describe("git_operations beside the git program", function () {
  this.timeout(120_000);
  let folder: string;
  let shapes: readonly Shape[];
  let server: RunningServer;
  let client: TestClient;

  before(async () => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "lfc-shapes-")));
    shapes = gitShapes(folder);
    longHistory(path.join(folder, "long"), commits);
    server = await startServer({ folders: [folder] });
    client = await connect("2026-07-28 http", server, [folder]);
  });
  after(async () => {
    await client.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const names = "sha256,submodules,worktrees,merges,renames,shallow,a linked worktree,a worktree within,a submodule";
  for (const name of names.split(",")) {
    it(`says the same about ${name}`, async () => {
      const shape = shapes.find((each) => each.name === name);
      assert.ok(shape);
      let asked = 0;
      for await (const comparison of compareAll(client, folder, shape)) {
        asked++;
        assert.equal(differenceIn(comparison), undefined);
      }
      assert.ok(asked > 8, `${asked} questions`);
    });
  }

  it(`says the same about ${commits} commits, in a time bounded by git's own`, async () => {
    for await (const { comparison, ours, theirs } of timesBesideGit({
      client,
      folder: path.join(folder, "long"),
      path: "long",
    })) {
      assert.equal(differenceIn(comparison), undefined);
      assert.ok(ours <= theirs * times + plusMs, `${comparison.what}: ${ours} ms, git ${theirs} ms`);
    }
  });
});
