import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writePrivate } from "../../../src/server/platform/dataFolder.ts";

describe("a private file", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "lfc-private-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("is written whole, and takes away what a killed process left of an older write", async () => {
    const file = path.join(folder, "answers.key");
    const [old, fresh, foreign] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "notes"].map((name) => `${file}.${name}.tmp`);
    for (const name of [old, fresh, foreign]) writeFileSync(String(name), "half");
    const past = new Date(Date.now() - 120_000);
    for (const name of [old, foreign]) utimesSync(String(name), past, past);
    await writePrivate(file, "whole\n");
    assert.equal(readFileSync(file, "utf8"), "whole\n");
    assert.deepEqual(readdirSync(folder).sort(), [
      "answers.key",
      "answers.key.bbbbbbbbbbbb.tmp",
      "answers.key.notes.tmp",
    ]);
  });
});
