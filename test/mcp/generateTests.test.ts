import assert from "node:assert/strict";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
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
  "package.json": '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  "src/clamp.ts":
    "export function clamp(value: number, low: number, high: number): number {\n  if (value < low) return low;\n  if (value > high) return high;\n  return value;\n}\n",
  "src/sum.ts": "export const sum = (a: number, b: number): number => a + b;\n",
  "test/sum.test.ts":
    'import assert from "node:assert/strict";\nimport { test } from "node:test";\nimport { sum } from "../src/sum.ts";\n\ntest("adds", () => {\n  assert.equal(sum(1, 2), 3);\n});\n',
};

const written = (body: string) =>
  `\`\`\`ts\nimport assert from "node:assert/strict";\nimport { test } from "node:test";\nimport { clamp } from "../src/clamp.ts";\n\ntest("clamps", () => {\n${body}\n});\n\`\`\`\n\nWhy: its limits matter.`;
const good = written(
  "  assert.equal(clamp(5, 1, 3), 3);\n  assert.equal(clamp(0, 1, 3), 1);\n  assert.equal(clamp(2, 1, 3), 2);",
);
const wrong = written("  assert.equal(clamp(5, 1, 3), 5);");
const empty = written("  assert.equal(typeof clamp, 'function');");
const endless = written("  for (;;);");
const asked = { path: "src/clamp.ts" };

overEveryClient("generate_tests", files, (bench) => {
  it("says which setting is missing where no model is set up", async () => {
    await fails(bench.client, "generate_tests", asked, "NOT_READY");
  });
});

describe("generate_tests", function () {
  this.timeout(180_000);
  let workspace: ScratchWorkspace;
  let model: ScriptedModel;
  const running: { server: RunningServer; client: TestClient }[] = [];

  before(async () => {
    workspace = await scratchWorkspace(files);
    model = await startScriptedModel();
  });
  after(async () => {
    for (const { server, client } of running) {
      await client.close();
      await server.stop();
    }
    await model.close();
    await workspace.remove();
  });

  async function clientWith(env: Readonly<Record<string, string>>): Promise<TestClient> {
    const own = { LFC_AI_PROVIDER: "openai", LFC_AI_URL: `${model.url}/v1`, LFC_AI_MODEL: "gpt-4o" };
    const server = await startServer({ folders: [workspace.folder], env: { ...own, ...env } });
    const client = await connect("2026-07-28 http", server, [workspace.folder]);
    running.push({ server, client });
    return client;
  }

  const untouched = () => {
    assert.ok(!existsSync(path.join(workspace.folder, "test/clamp.test.ts")));
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith("lfc-tests-")),
      [],
    );
  };

  describe("where generated tests may run", () => {
    let client: TestClient;
    before(async () => (client = await clientWith({ LFC_AI_RUN_TESTS: "true" })));

    it("proposes tests that pass on the code and notice the faults put into it", async () => {
      model.say(good);
      const answer = await ok(client, "generate_tests", asked);
      assert.equal(answer["path"], "test/clamp.test.ts");
      const checked = answer["checked"] as { runner: string; faults: number; noticed: number };
      assert.equal(checked.runner, "node:test");
      assert.ok(checked.faults === 5 && checked.noticed >= 3, JSON.stringify(checked));
      untouched();
      const { files: made } = await ok(client, "apply_edits", { planId: answer["planId"], accept: ["errors"] });
      assert.deepEqual(made, ["test/clamp.test.ts"]);
      await ok(client, "delete_file", {
        path: "test/clamp.test.ts",
        ifMatch: (await ok(client, "read_file", { path: "test/clamp.test.ts" })).etag,
      });
    });

    it("shows the model a test file of the project, and names its runner", () => {
      const sent = model.requests.at(-1)?.body ?? "";
      assert.ok(sent.includes("assert.equal(sum(1, 2), 3)") && sent.includes("for the test runner node:test"));
    });

    it("sends failing tests back once, with what the runner printed", async () => {
      model.say(wrong, good);
      const answer = await ok(client, "generate_tests", asked);
      assert.match(
        model.requests.at(-1)?.body ?? "",
        /tests fail on the code as it is[\s\S]*Expected values to be strictly equal/,
      );
      assert.ok((answer["checked"] as { noticed: number }).noticed > 0);
      untouched();
    });

    for (const [what, text, message] of [
      ["that fail on the code", wrong, /fail on the code/],
      ["that notice no fault", empty, /notice none of the faults.*line 2/],
    ] as const) {
      it(`refuses tests ${what}`, async () => {
        model.say(text);
        const error = await fails(client, "generate_tests", asked, "ANSWER_UNUSABLE");
        assert.match(String(error.message), message);
        untouched();
      });
    }

    it("gives generated code none of the server's environment", async () => {
      model.say(
        written(
          "  throw new Error(`seen: ${Object.keys(process.env).filter((name) => /LFC|KEY|TOKEN/.test(name)).join()}.`);",
        ),
      );
      const error = await fails(client, "generate_tests", asked, "ANSWER_UNUSABLE");
      assert.match(String(error.message), /seen: \./);
    });

    it("ends tests that never end when the caller cancels, and leaves no copy behind", async () => {
      model.say(endless);
      const controller = new AbortController();
      const call = client.call("generate_tests", asked, { signal: controller.signal });
      setTimeout(() => controller.abort(), 4_000);
      await assert.rejects(call);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      untouched();
    });
  });

  it("runs them with the runner that the project has installed, as it is set up there", async () => {
    const own = await scratchWorkspace({
      "package.json": '{ "type": "module", "devDependencies": { "mocha": "12" } }\n',
      ".gitignore": "node_modules\n",
      ".mocharc.json": '{ "ui": "tdd" }\n',
      "lib/clamp.ts": files["src/clamp.ts"],
      "lib/other.spec.ts": "test('nothing', () => {});\n",
    });
    symlinkSync(
      path.join(import.meta.dirname, "../../node_modules"),
      path.join(own.folder, "node_modules"),
      "junction",
    );
    const env = {
      LFC_AI_PROVIDER: "openai",
      LFC_AI_URL: `${model.url}/v1`,
      LFC_AI_MODEL: "gpt-4o",
      LFC_AI_RUN_TESTS: "true",
    };
    const server = await startServer({ folders: [own.folder], env });
    const client = await connect("2026-07-28 http", server, [own.folder]);
    try {
      // "test" is there only with the tdd interface of the project's own settings.
      model.say(good.replace('import { test } from "node:test";\n', "").replace("../src/clamp.ts", "./clamp.ts"));
      const answer = await ok(client, "generate_tests", { path: "lib/clamp.ts" });
      assert.equal(answer["path"], "lib/clamp.spec.ts");
      const checked = answer["checked"] as { runner: string; noticed: number };
      assert.ok(checked.runner === "mocha" && checked.noticed >= 3, JSON.stringify(checked));
    } finally {
      await client.close();
      await server.stop();
      await own.remove();
    }
  });

  it("proposes them without running them where nobody allowed that, and says so", async () => {
    const client = await clientWith({});
    model.say(wrong);
    const answer = await ok(client, "generate_tests", asked);
    assert.match((answer["checked"] as { notRun: string }).notRun, /LFC_AI_RUN_TESTS/);
    untouched();
  });
});
