import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fails } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import { plantRepository } from "../support/plantedRepository.ts";
import { startServer } from "../support/server.ts";

describe("git_operations with a git that is killed while it is asked", () => {
  let scratch: string;
  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), "lfc-killed-git-"));
  });
  after(() => rm(scratch, { recursive: true, force: true }));

  /** A PATH whose git dies at a word of its arguments. */
  async function pathWithout(word: string): Promise<string> {
    const bin = await mkdtemp(path.join(scratch, "bin-"));
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const script = `#!/bin/sh\ncase " $* " in *" ${word} "*) kill -9 $$;; esac\nexec ${real} "$@"\n`;
    await writeFile(path.join(bin, "git"), script);
    await chmod(path.join(bin, "git"), 0o755);
    return `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`;
  }

  for (const [word, args] of [
    ["show-ref", { operation: "checkout", ref: "other" }],
    ["refs/stash", { operation: "stashes" }],
    ["symbolic-ref", { operation: "checkout", ref: "other" }],
  ] as const) {
    it(`takes no death of ${word} for an answer`, async () => {
      const { folder, git, commit } = plantRepository(await mkdtemp(path.join(scratch, "repository-")));
      commit({ "a.txt": "a\n" }, "one");
      git("branch", "other");
      const server = await startServer({ folders: [folder], env: { PATH: await pathWithout(word) } });
      const client = await connect("2026-07-28 http", server, [folder]);
      try {
        await fails(client, "git_operations", args, "CONFLICT");
        assert.equal(git("symbolic-ref", "--short", "HEAD"), "main");
      } finally {
        await client.close();
        await server.stop();
      }
    });
  }
});
