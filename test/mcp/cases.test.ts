import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Cases } from "../../scripts/lib/cases.ts";
import { readCase, startCases } from "../../scripts/lib/cases.ts";

const root = fileURLToPath(new URL("../cases", import.meta.url));

describe("refactorings of small workspaces, judged by tsc", () => {
  let cases: Cases;
  before(async () => {
    cases = await startCases();
  });
  after(() => cases.stop());

  for (const folder of readdirSync(root).sort()) {
    describe(folder, () => {
      for (const file of readdirSync(path.join(root, folder)).sort()) {
        it(path.basename(file, ".json").replaceAll("-", " "), async () => {
          assert.deepEqual(await cases.run(await readCase(path.join(root, folder, file))), []);
        });
      }
    });
  }
});
