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

const large = Array.from(
  { length: 4_000 },
  (_, at) => `export function unit${String(at)}(a: number): number {\n  return a + ${String(at)};\n}`,
);
const files = {
  "tsconfig.json": '{ "include": ["src"] }\n',
  "src/basket.ts": "export class Basket {\n  add(fruit: string): void {}\n}\nexport class Bag {\n  add(): void {}\n}\n",
  "src/large.ts": large.join("\n"),
};

overEveryClient("explain_code", files, (bench) => {
  it("says which setting is missing where no model is set up", async () => {
    const { remedy } = await fails(bench.client, "explain_code", { path: "src/basket.ts" }, "NOT_READY");
    assert.match(String(remedy), /langflowConnect\.ai\.provider/);
  });

  it("refuses the models of VS Code where there is no VS Code", async () => {
    const server = await startServer({ folders: [bench.workspace.folder], env: { LFC_AI_PROVIDER: "editor" } });
    const client = await connect("2026-07-28 http", server, []);
    await fails(client, "explain_code", { path: "src/basket.ts" }, "NOT_READY");
    await client.close();
    await server.stop();
  });
});

describe("explain_code", function () {
  this.timeout(60_000);
  let workspace: ScratchWorkspace;
  let server: RunningServer;
  let client: TestClient;
  let model: ScriptedModel;
  const sent = () => model.requests.at(-1)?.body ?? "";

  before(async () => {
    workspace = await scratchWorkspace(files);
    model = await startScriptedModel();
    const env = { LFC_AI_PROVIDER: "openai", LFC_AI_URL: `${model.url}/v1`, LFC_AI_MODEL: "gpt-4o" };
    server = await startServer({ folders: [workspace.folder], env });
    client = await connect("2025-11-25 http", server, [workspace.folder]);
    model.say("It has fruits, see src/basket.ts:2.");
  });
  after(async () => {
    await client.close();
    await server.stop();
    await model.close();
    await workspace.remove();
  });

  it("answers with the model's words about the file", async () => {
    const answer = await ok(client, "explain_code", { path: "src/basket.ts" });
    assert.equal(answer["explanation"], "It has fruits, see src/basket.ts:2.");
    assert.equal(answer["model"], "gpt-4o-2024-08-06");
    assert.ok(Number(answer["inputTokens"]) > 0);
  });

  it("asks the caller's own question about one symbol", async () => {
    const question = "Can it be empty?";
    await ok(client, "explain_code", { path: "src/basket.ts", symbol: "Basket/add", question });
    assert.ok(sent().includes(question) && sent().includes("from line 2 on"));
  });

  it("refuses a symbol that is not there, or is there twice, without asking the model", async () => {
    const before = model.requests.length;
    const none = await fails(client, "explain_code", { path: "src/basket.ts", symbol: "Crate" }, "NOT_FOUND");
    assert.match(JSON.stringify(none), /closest/);
    await fails(client, "explain_code", { path: "src/basket.ts", symbol: "add" }, "AMBIGUOUS");
    await fails(client, "explain_code", { path: "src/none.ts" }, "NOT_FOUND");
    assert.equal(model.requests.length, before);
  });

  it("refuses a file that is too large as a whole, and sends the start of it with one symbol", async () => {
    await fails(client, "explain_code", { path: "src/large.ts" }, "TOO_LARGE");
    const answer = await ok(client, "explain_code", { path: "src/large.ts", symbol: "unit3999" });
    assert.equal(answer["part"], true);
    assert.ok(sent().includes("return a + 3999;") && !sent().includes("return a + 2000;"));
  });
});
