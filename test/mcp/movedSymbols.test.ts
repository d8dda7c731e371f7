import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Cases } from "../../scripts/lib/cases.ts";
import { readCase, startCases } from "../../scripts/lib/cases.ts";

const folder = fileURLToPath(new URL("../cases/move", import.meta.url));

describe("moved symbols, judged by tsc", () => {
  let cases: Cases;
  before(async () => {
    cases = await startCases();
  });
  after(() => cases.stop());

  for (const file of readdirSync(folder).sort()) {
    it(path.basename(file, ".json").replaceAll("-", " "), async () => {
      assert.deepEqual(await cases.run(await readCase(path.join(folder, file))), []);
    });
  }
});
