import assert from "node:assert/strict";
import path from "node:path";
import { createLogger } from "../../../../src/server/platform/logger.ts";
import { impactOf } from "../../../../src/server/tools/support/changeFiles.ts";
import { calm, startAnalysis } from "../../../support/analysis.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";

/** A file that keeps the type checker for many seconds without a location where it looks whether it should stop. */
const slow = [
  "import { limit } from './core';",
  "type Orders<T extends string, U = T> = [T] extends [never] ? [] : U extends T ? [U, ...Orders<Exclude<T, U>>] : never;",
  ...Array.from(
    { length: 60 },
    (_, index) =>
      `const x${index} = limit as unknown as Orders<'${index}' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g'>['length'];`,
  ),
].join("\n");

describe("the diagnostics of a change", () => {
  it("that come too late are those of the files checked by then", async () => {
    const workspace = await scratchWorkspace({
      "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, types: [], module: "ESNext" } }),
      "core.ts": "export const limit = 10;\n",
      "app.ts": "import { limit } from './core';\nexport const most: number = limit;\n",
      "slow.ts": slow,
    });
    const at = (file: string) => path.join(workspace.folder, file);
    const { analysis, close } = startAnalysis(workspace.folder);
    try {
      await analysis.diagnostics({ path: at("core.ts") }, calm);
      const changes = [{ kind: "create", path: at("core.ts"), text: "export const limit = '10';\n" }] as const;
      const started = performance.now();
      const log = createLogger(() => undefined);
      const impact = await impactOf(changes, { scope: "importers", timeoutMs: 1000 }, { analysis, log, ...calm });
      assert.ok(performance.now() - started < 4000);
      assert.deepEqual(
        [impact.added.map(({ path: file, code }) => [file, code]), impact.scope, impact.complete],
        [[[at("app.ts"), 2322]], 2, false],
      );
    } finally {
      await close();
      await workspace.remove();
    }
  });
});
