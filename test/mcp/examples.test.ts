import assert from "node:assert/strict";
import { allTools } from "../../src/server/tools/index.ts";
import { ok } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { recordRuns } from "../support/ledgerRuns.ts";
import { startScriptedModel } from "../support/scriptedModel.ts";
import type { ScriptedModel } from "../support/scriptedModel.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const files = {
  "tsconfig.json": '{ "compilerOptions": { "strict": true }, "include": ["src"] }\n',
  "src/basket.ts": "export class Basket {\n  fruits = 0;\n  add(): void {\n    this.fruits++;\n  }\n}\n",
  "src/shop.ts": 'import { Basket } from "./basket.ts";\nconst basket = new Basket();\nbasket.add();\n',
  "old.txt": "old\n",
};

/** What stands in brackets in an example is an id that another call gives. */
const idsFrom: Readonly<Record<string, (client: TestClient) => Promise<unknown>>> = {
  "(etag of read_file)": async (client) => (await ok(client, "read_file", { path: "old.txt" })).etag,
  "(planId of preview_refactoring)": async (client) => {
    const rename = { operation: "rename_symbol", symbol: "Basket/fruits", newName: "count" };
    return (await ok(client, "preview_refactoring", rename)).planId;
  },
  "(undoId of apply_edits)": async (client) =>
    (await ok(client, "write_file", { path: "undone.txt", content: "" })).undoId,
  "(jobId of a long call)": async (client) => (await ok(client, "analyze_repository", { wait: 0 })).jobId,
  "(id of remember)": async (client) =>
    ((await ok(client, "remember", { text: "Forget this." })).memory as { id: string }).id,
};

/** They need a host of the internet, or the user: what is asserted is that their example is taken for right. */
const beyond: ReadonlySet<string> = new Set(["call_api", "web_search", "ingest_repository", "write_baseline"]);

const edit =
  "<<<<<<< SEARCH\n  add(): void {\n=======\n  add(): void {\n    void 0;\n>>>>>>> REPLACE\n\nWhy: it was asked for.";

/** What the model says to the example of a tool that asks one. */
const modelSays: Readonly<Record<string, string>> = {
  explain_code: "It has fruits.",
  generate_code: edit,
  generate_tests: "```ts\nexport {};\n```\n\nWhy: nothing is there to test.",
  optimize_performance: edit,
};

describe("the example of each tool", () => {
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  let client: TestClient;
  let model: ScriptedModel;

  before(async () => {
    workspace = await scratchWorkspace(files);
    model = await startScriptedModel();
    const env = { LFC_AI_PROVIDER: "openai", LFC_AI_URL: `${model.url}/v1`, LFC_AI_MODEL: "gpt-4o" };
    server = await startServer({ folders: [workspace.folder], env });
    client = await connect("2026-07-28 http", server, [workspace.folder]);
    await recordRuns(server.data, [
      {
        ...{ id: "example", flowName: "Code review", startedAt: new Date(Date.now() - 3_600_000) },
        usage: { reported: true, models: [{ model: "gpt-4o", inputTokens: 10, outputTokens: 1 }] },
      },
    ]);
  });
  after(async () => {
    await client.close();
    await server.stop();
    await model.close();
    await workspace.remove();
  });

  for (const { name, example, bind } of allTools) {
    it(`${beyond.has(name) ? "fits its arguments" : "is answered"}: ${name}`, async () => {
      assert.ok(bind(example).ok);
      if (beyond.has(name)) return;
      model.say(modelSays[name] ?? "");
      const args = Object.fromEntries(
        await Promise.all(
          Object.entries(example).map(async ([field, value]) => {
            const id = typeof value === "string" ? idsFrom[value] : undefined;
            return [field, id ? await id(client) : value] as const;
          }),
        ),
      );
      assert.notDeepEqual(await ok(client, name, args), {});
    });
  }
});
