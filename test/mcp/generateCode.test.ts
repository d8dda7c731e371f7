import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fails, ok } from "../support/answers.ts";
import { runCli } from "../support/cli.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { overEveryClient } from "../support/everyClient.ts";
import { startScriptedModel } from "../support/scriptedModel.ts";
import type { ScriptedModel, Trouble } from "../support/scriptedModel.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const basket = `export class Basket {
  fruits: string[] = [];
  add(fruit: string): void {
    this.fruits.push(fruit);
  }
}
`;
const files = {
  "tsconfig.json": '{ "compilerOptions": { "strict": true }, "include": ["src"] }\n',
  "src/basket.ts": basket,
  "src/keys.ts": 'export const key = "sk-live-abcdefghijklmnopqrstuvwx";\n',
};

const edit = (search: string, replace: string, why = "Why: it was asked for.") =>
  `<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n\n${why}`;
const emptied = edit(
  "    this.fruits.push(fruit);\n  }",
  "    this.fruits.push(fruit);\n  }\n  clear(): void {\n    this.fruits = [];\n  }",
);
const request = { path: "src/basket.ts", instruction: "Add a method that empties the basket." };

overEveryClient("generate_code", files, (bench) => {
  it("says which setting is missing where no model is set up", async () => {
    const { remedy } = await fails(bench.client, "generate_code", request, "NOT_READY");
    assert.match(String(remedy), /langflowConnect\.ai\.provider.*LFC_AI_PROVIDER/);
  });
});

describe("generate_code", function () {
  this.timeout(120_000);
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

  const onDisk = (file: string) => readFileSync(path.join(workspace.folder, file), "utf8");
  const untouched = () => assert.equal(onDisk("src/basket.ts"), basket);

  it("proposes an edit that apply_edits writes, and writes nothing before", async () => {
    model.say(emptied);
    const answer = await ok(client, "generate_code", request);
    assert.deepEqual(
      [answer["path"], answer["why"], answer["model"]],
      ["src/basket.ts", "it was asked for.", "gpt-4o-2024-08-06"],
    );
    assert.match(String(answer["diff"]), /^\+ {2}clear\(\): void \{$/m);
    assert.deepEqual((answer["diagnostics"] as { added: unknown[] }).added, []);
    untouched();
    const { undoId } = await ok(client, "apply_edits", { planId: answer["planId"] });
    assert.equal(
      onDisk("src/basket.ts"),
      basket.replace("  }\n}", "  }\n  clear(): void {\n    this.fruits = [];\n  }\n}"),
    );
    await ok(client, "undo_edits", { undoId });
    untouched();
  });

  it("sends the file and the instruction, and no secret of the code", async () => {
    model.say(emptied);
    await ok(client, "generate_code", request);
    const { messages, stream } = JSON.parse(model.requests.at(-1)?.body ?? "") as {
      messages: { content: string }[];
      stream: boolean;
    };
    const sent = messages.map(({ content }) => content).join("\n");
    assert.equal(stream, true);
    assert.ok(sent.includes(basket.trimEnd()) && sent.includes(request.instruction));
    model.say(edit("export const key", "export const apiKey"));
    await client.call("generate_code", { path: "src/keys.ts", instruction: "Rename it." });
    assert.ok(!(model.requests.at(-1)?.body ?? "").includes("sk-live-abcdefghijklmnopqrstuvwx"));
  });

  it("names the errors that the change would bring", async () => {
    model.say(edit("  fruits: string[] = [];", "  fruits: number[] = [];"));
    const answer = await ok(client, "generate_code", request);
    const { added } = answer["diagnostics"] as { added: { code: number; path: string }[] };
    assert.deepEqual(
      added.map(({ code, path: file }) => [code, file]),
      [[2345, "src/basket.ts"]],
    );
    untouched();
  });

  it("writes a new file in the form of a whole file", async () => {
    model.say("Here it is:\n\n```ts\nexport const pear = 1;\n```\n\nWhy: a pear was asked for.");
    const answer = await ok(client, "generate_code", { path: "src/pear.ts", instruction: "A pear." });
    const { files: written } = await ok(client, "apply_edits", { planId: answer["planId"] });
    assert.deepEqual(written, ["src/pear.ts"]);
    assert.equal(onDisk("src/pear.ts"), "export const pear = 1;\n");
  });

  it("sends an unusable answer back once, with what is wrong", async () => {
    model.say(edit("  no such line", "  x"), emptied);
    const before = model.requests.length;
    const answer = await ok(client, "generate_code", request);
    assert.match(String(answer["diff"]), /clear/);
    assert.equal(model.requests.length, before + 2);
    assert.match(model.requests.at(-1)?.body ?? "", /Your last answer was not usable/);
  });

  const nonsense: readonly (readonly [what: string, text: string])[] = [
    ["words instead of an edit", "I am afraid I cannot do that."],
    ["half an edit", "<<<<<<< SEARCH\n  fruits: string[] = [];\n=======\n  fruits"],
    ["an edit of text that is not there", edit("  pears: string[];", "  x")],
    ["an edit of text that is there twice", edit("  ", "    ")],
    ["an edit that changes nothing", edit("  fruits: string[] = [];", "  fruits: string[] = [];")],
    ["an edit that replaces nothing", edit("", "export const x = 1;")],
  ];
  for (const [what, text] of nonsense) {
    it(`leaves the workspace untouched by ${what}`, async () => {
      model.say(text);
      const { value, isError } = await client.call("generate_code", request);
      assert.equal(isError, true, JSON.stringify(value));
      assert.match(JSON.stringify(value), /ANSWER_UNUSABLE|NOT_FOUND|AMBIGUOUS|INVALID_ARGUMENT/);
      untouched();
    });
  }

  const troubles: readonly (readonly [trouble: Trouble, code: string])[] = [
    ["cut", "ANSWER_UNUSABLE"],
    ["endless", "TOO_LARGE"],
    ["half", "NOT_READY"],
    ["status 401", "NOT_READY"],
    ["status 500", "NOT_READY"],
    ["not a stream", "NOT_READY"],
    ["empty", "NOT_READY"],
  ];
  for (const [trouble, code] of troubles) {
    it(`leaves the workspace untouched when the provider's answer is: ${trouble}`, async () => {
      model.say({ text: trouble === "empty" ? "" : emptied, trouble });
      const error = await fails(client, "generate_code", request, code);
      assert.ok(!JSON.stringify(error).includes("secret words"));
      if (trouble === "status 401") assert.match(String(error.remedy), /secrets set ai_model --origin http:\/\/127/);
      untouched();
    });
  }

  it("stops asking when the caller cancels", async () => {
    model.say({ text: "", trouble: "silent" });
    const controller = new AbortController();
    const call = client.call("generate_code", request, { signal: controller.signal });
    await sleep(1_000);
    controller.abort();
    await assert.rejects(call);
    model.say(emptied);
    await ok(client, "generate_code", request);
    untouched();
  });

  it("has every answer in the ledger, with the tokens that the provider counted", async () => {
    const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 60_000)].map((at) => at.toISOString());
    const { rows } = await ok(client, "get_cost_report", { from, to, by: ["model"] });
    const row = (
      rows as { key: { model?: string }; tokens: { input: number; output: number }; cost: string | null }[]
    ).find(({ key }) => key.model === "gpt-4o-2024-08-06");
    assert.deepEqual([row?.tokens.input, row?.tokens.output], [model.used.input, model.used.output]);
    // What broke off may have been counted by the provider: it is there without tokens, and has no cost.
    const broken = (rows as { key: { model?: string }; modelCalls: number; uncounted: number }[]).find(
      ({ key }) => key.model === "gpt-4o",
    );
    assert.ok(broken !== undefined && broken.modelCalls >= 2, JSON.stringify(rows));
    assert.equal(broken.uncounted, broken.modelCalls);
    // gpt-4o: $2.50 and $10 for a million tokens.
    const dollars = (model.used.input * 2.5 + model.used.output * 10) / 1e6;
    assert.ok(Math.abs(Number(row?.cost) - dollars) < 1e-9, `${String(row?.cost)} and ${String(dollars)}`);
  });

  it("asks nobody once a hard budget is used up", async () => {
    const set = await runCli([
      "budget",
      "set",
      "models",
      "--limit",
      "0.000001",
      "--period",
      "month",
      "--hard",
      "--workspace",
      workspace.folder,
      "--data",
      server.data,
    ]);
    assert.equal(set.code, 0, set.stderr);
    const before = model.requests.length;
    await fails(client, "generate_code", request, "BUDGET_EXCEEDED");
    assert.equal(model.requests.length, before);
    await runCli(["budget", "remove", "models", "--workspace", workspace.folder, "--data", server.data]);
    await ok(client, "generate_code", request);
  });

  it("sends the key that the user set for this address, and never shows it", async () => {
    const set = await runCli(
      ["secrets", "set", "ai_model", "--origin", model.url, "--data", server.data],
      {},
      "s3cret-key",
    );
    assert.equal(set.code, 0, set.stderr);
    const answer = await ok(client, "generate_code", request);
    assert.equal(model.requests.at(-1)?.headers.authorization, "Bearer s3cret-key");
    assert.ok(!JSON.stringify(answer).includes("s3cret-key"));
  });
});
