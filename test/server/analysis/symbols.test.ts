import assert from "node:assert/strict";
import { calm, startAnalysis } from "../../support/analysis.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

describe("symbols by name", function () {
  it("are last where they are in the build of any of several roots", async () => {
    const files = { "tsconfig.json": '{ "include": ["**/*"] }', "build/a.ts": "export const wanted = 1;\n" };
    const first = await scratchWorkspace(files);
    const second = await scratchWorkspace({ ...files, "z.ts": "export const wanted = 1;\n" });
    const { analysis, close } = startAnalysis(first.folder, second.folder);
    try {
      const { symbols, inGenerated } = await analysis.symbols({ query: "wanted" }, calm);
      assert.deepEqual(
        symbols.map((one) => one.path),
        ["root1/z.ts", "root0/build/a.ts", "root1/build/a.ts"],
      );
      assert.equal(inGenerated, 2);
    } finally {
      await close();
      await Promise.all([first.remove(), second.remove()]);
    }
  });
});
