import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startPathTarget } from "./pathTarget.ts";
import type { PathTarget } from "./pathTarget.ts";
import { eras } from "./target.ts";

/** Paths whose ".." follows a link: the file system and the text disagree on where they lead. */
const paths = [
  "up-link/../README.md",
  "up-link/../../README.md",
  "./up-link/../README.md",
  "up-link/.//../README.md",
  "up-folder/../up-link/../README.md",
  "up-folder/inner-link/../../README.md",
  "up-folder/./inner-link/../file.txt",
  "outer-link/../outside/secret.txt",
  "outer-link/..",
];

/** Patterns that start at the top of the disk, or leave the folder. */
const patterns = [
  "/*",
  "/**",
  "/**/secret.txt",
  "/etc/*",
  "/?tc/passwd",
  "../*",
  "../**/secret.txt",
  "./../*.txt",
  "*/../../outside/*",
  "**/../../outside/secret.txt",
  "up-*/../../*",
  "up-folder/*/../../../outside/*",
  "up-link/../*",
  "up-link/../**/*.txt",
  "outer-link/../outside/*",
];

for (const era of eras) {
  describe(`paths and patterns that lead upwards at ${era}`, function () {
    let target: PathTarget;
    before(async () => {
      target = await startPathTarget(era);
      mkdirSync(path.join(target.folder, "up-folder", "deep"), { recursive: true });
      writeFileSync(path.join(target.folder, "up-folder", "file.txt"), "needle\n");
      symlinkSync(path.join("up-folder", "deep"), path.join(target.folder, "up-link"));
      symlinkSync("deep", path.join(target.folder, "up-folder", "inner-link"));
      symlinkSync("..", path.join(target.folder, "outer-link"));
    });
    after(() => target.stop());

    for (const input of paths) {
      it(`refuses ${input}`, async () => {
        const read = await target.call("read_file", { path: input });
        assert.equal(read.outcome, "reject_path", JSON.stringify(read));
        const absolute = await target.call("read_file", { path: `${target.folder}/${input}` });
        assert.equal(absolute.outcome, "reject_path", JSON.stringify(absolute));
      });
    }

    for (const input of patterns) {
      it(`refuses the pattern ${input}`, async () => {
        const found = await target.call("search_code", { query: "needle", path: input });
        assert.equal(found.outcome, "reject_path", JSON.stringify(found));
      });
    }

    it("still takes a way up that follows no link, and patterns inside", async () => {
      const read = await target.call("read_file", { path: "up-folder/deep/../file.txt" });
      assert.equal(read.outcome, "ok");
      const found = await target.call("search_code", { query: "needle", path: `${target.folder}/up-*/*.txt` });
      assert.equal(found.outcome, "ok", JSON.stringify(found));
    });
  });
}
