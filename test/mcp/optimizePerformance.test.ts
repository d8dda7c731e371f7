import assert from "node:assert/strict";
import { fails, ok } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { overEveryClient } from "../support/everyClient.ts";
import { startScriptedModel } from "../support/scriptedModel.ts";
import type { ScriptedModel } from "../support/scriptedModel.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const files = {
  "tsconfig.json": '{ "compilerOptions": { "strict": true }, "include": ["src"] }\n',
  "src/both.ts":
    'export async function both(load: (name: string) => Promise<string>): Promise<string[]> {\n  const a = await load("a");\n  const b = await load("b");\n  return [a, b];\n}\n',
};

overEveryClient("optimize_performance", files, (bench) => {
  it("says which setting is missing where no model is set up", async () => {
    await fails(bench.client, "optimize_performance", { path: "src/both.ts" }, "NOT_READY");
  });
});

describe("optimize_performance", () => {
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
  });
  after(async () => {
    await client.close();
    await server.stop();
    await model.close();
    await workspace.remove();
  });

  it("proposes a change as a plan, with the aim in the question", async () => {
    model.say(
      '<<<<<<< SEARCH\n  const a = await load("a");\n  const b = await load("b");\n  return [a, b];\n=======\n  return Promise.all([load("a"), load("b")]);\n>>>>>>> REPLACE\n\nWhy: both loads run at once.',
    );
    const asked = { path: "src/both.ts", symbol: "both", goal: "It waits twice." };
    const answer = await ok(client, "optimize_performance", asked);
    assert.equal(answer["why"], "both loads run at once.");
    assert.match(String(answer["diff"]), /^\+ {2}return Promise\.all/m);
    assert.match(model.requests.at(-1)?.body ?? "", /It waits twice\./);
    const { files: changed } = await ok(client, "apply_edits", { planId: answer["planId"] });
    assert.deepEqual(changed, ["src/both.ts"]);
  });

  it("proposes nothing when the model finds nothing worth changing, and passes its reason on", async () => {
    model.say("Why: it is as fast as it can be.");
    const answer = await ok(client, "optimize_performance", { path: "src/both.ts" });
    assert.equal(answer["why"], "it is as fast as it can be.");
    assert.ok(!("planId" in answer));
  });
});
