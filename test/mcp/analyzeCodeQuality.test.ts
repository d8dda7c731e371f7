import assert from "node:assert/strict";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { clientKinds, connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

interface Place {
  readonly path: string;
  readonly line: number;
}

const files = Object.fromEntries(
  Array.from({ length: 60 }, (_, at) => [`src/f${at}.ts`, `export const v${at}: any = ${at};\n`]),
);

for (const kind of clientKinds) {
  describe(`analyze_code_quality over ${kind}`, () => {
    let workspace: ScratchWorkspace;
    let server: RunningServer;
    let client: TestClient;

    before(async () => {
      workspace = await scratchWorkspace(files);
      server = await startServer({ folders: [workspace.folder] });
      client = await connect(kind, server, [workspace.folder]);
    });
    after(async () => {
      await client.close();
      await server.stop();
      await workspace.remove();
    });

    it("hands out every finding once over its pages, each within 2,000 tokens", async () => {
      const seen: string[] = [];
      let total: unknown;
      for (let cursor: unknown; ;) {
        const { value, isError } = await client.call("analyze_code_quality", cursor === undefined ? {} : { cursor });
        assert.equal(isError, false, JSON.stringify(value));
        assert.ok(countTokens(JSON.stringify(value)) <= 2000);
        seen.push(...(value.findings as Place[]).map(({ path, line }) => `${path}:${line}`));
        ({ total, cursor } = value);
        if (value.left === 0) break;
      }
      assert.equal(seen.length, total);
      assert.equal(new Set(seen.filter((one) => one.endsWith(":1"))).size, 60);
    });

    it("judges a piece of code and refuses half a question", async () => {
      const { value } = await client.call("analyze_code_quality", { code: "const a = (b: any) => b;", language: "ts" });
      assert.equal((value.metrics as { functions: number }).functions, 1);
      const refused = await client.call("analyze_code_quality", { code: "1" });
      assert.equal((refused.value.error as { code: string }).code, "INVALID_ARGUMENT");
      const unknown = await client.call("analyze_code_quality", { code: "1", language: "cobol" });
      assert.equal((unknown.value.error as { code: string }).code, "UNSUPPORTED_LANGUAGE");
    });
  });
}
