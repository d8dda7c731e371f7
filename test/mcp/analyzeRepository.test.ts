import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { clientKinds, connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const many = Object.fromEntries(
  Array.from({ length: 300 }, (_, at) => [
    `src/part${at}/file.ts`,
    `import "../part${(at + 1) % 300}/file";\nexport const f${at} = (a: number) => (a ? 1 : 2);\n`,
  ]),
);

for (const kind of clientKinds) {
  describe(`analyze_repository over ${kind}`, () => {
    let workspace: ScratchWorkspace;
    let server: RunningServer;
    let client: TestClient;

    before(async () => {
      workspace = await scratchWorkspace(many);
      server = await startServer({ folders: [workspace.folder] });
      client = await connect(kind, server, [workspace.folder]);
    });
    after(async () => {
      await client.close();
      await server.stop();
      await workspace.remove();
    });

    it("answers within 2,000 tokens, with whole counts and what each list left out", async () => {
      const { value, isError } = await client.call("analyze_repository");
      assert.equal(isError, false, JSON.stringify(value));
      assert.ok(countTokens(JSON.stringify(value)) <= 2000);
      assert.deepEqual([value.files, value.lines, value.complete], [300, 600, true]);
      const left = value.left as Record<string, number>;
      assert.equal((value.modules as unknown[]).length + (left.modules ?? 0), 300);
      assert.equal((value.hotSpots as unknown[]).length + (left.hotSpots ?? 0), 300);
      assert.deepEqual((value.languages as unknown[])[0], { language: "TypeScript", files: 300, lines: 600 });
    });

    it("cuts nothing when the budget is large", async () => {
      const { value } = await client.call("analyze_repository", { path: "src", maxTokens: 100_000 });
      assert.equal((value.modules as unknown[]).length, 300);
      assert.equal(value.left, undefined);
    });

    it("refuses a file and a folder that is not there with a remedy", async () => {
      const file = await client.call("analyze_repository", { path: "src/part1/file.ts" });
      const missing = await client.call("analyze_repository", { path: "nowhere" });
      assert.deepEqual(
        [file, missing].map(({ value }) => (value.error as { code: string }).code),
        ["INVALID_ARGUMENT", "NOT_FOUND"],
      );
    });
  });
}
